import {type Clock} from '../../domain/clock.js';
import {safeText} from '../../domain/safe-text.js';
import {ClientError, type ClientErrorKind, type FaultScope} from '../client-error.js';
import {
	retryAfterOf,
	wordsOf,
	type HttpJson,
	type JsonAnswer,
	type JsonRequest,
} from './http-json.js';
import {presentZone, withDot, type PowerdnsZone} from './powerdns-replies.js';
import {type Go, type RowOf} from './server-kind.js';

type Row = RowOf<'powerdns'>;

// PowerDNS writes what is not plain in a zone's id with `=`: the slash of a delegated part of a /24.
const zoneId = (zone: string): string => withDot(zone).replaceAll(/[^\w\-.]|_/g, character => `=${character.codePointAt(0)!.toString(16).toUpperCase().padStart(2, '0')}`);

const urlOf = ({url, serverId, zone}: Row): URL => {
	const target = new URL(url);
	const before = target.pathname.replace(/\/$/, '').replace(/\/api\/v1$/, '');
	target.pathname = `${before}/api/v1/servers/${encodeURIComponent(serverId)}/zones/${zoneId(zone)}`;
	return target;
};

/** What of a URL may be shown. */
export const shown = (url: string): string => {
	const {origin, pathname} = new URL(url);
	return `${origin}${pathname.replace(/\/$/, '')}`;
};

type Verdict = {readonly kind: ClientErrorKind; readonly scope: FaultScope; readonly text: string};

const ownWords = ({json, text}: JsonAnswer): string => {
	const error: unknown = (json as {readonly error?: unknown} | undefined)?.error;
	return typeof error === 'string' ? error : text;
};

const verdictOf = (answer: JsonAnswer, isChange: boolean, row: Row): Verdict => {
	const {status} = answer;
	const words = wordsOf(ownWords(answer), [row.apiKey.reveal()]);
	const said = words === '' ? `it answered ${status}` : `${words} (${status})`;
	const foreign = {kind: 'transient', scope: 'cluster', text: `it answered ${status}: is ${shown(row.url)} a PowerDNS API?`} as const;
	switch (status) {
		case 401:
		case 403: {
			return {kind: 'denied', scope: 'cluster', text: `PowerDNS refuses us: check \`apiKey\`, and that it lets this machine in (webserver-allow-from): ${said}`};
		}

		case 404: {
			return {kind: 'missing', scope: 'item', text: `PowerDNS at ${shown(row.url)} (server ${row.serverId}) has no zone ${row.zone}: ${said}`};
		}

		case 400:
		case 409:
		case 413:
		case 422: {
			return {kind: 'rejected', scope: 'item', text: `PowerDNS does not take it: ${said}`};
		}

		case 429:
		case 503: {
			return {kind: 'transient', scope: 'cluster', text: `PowerDNS wants to be left alone: ${said}`};
		}

		case 502:
		case 504: {
			return {kind: isChange ? 'unknown-outcome' : 'transient', scope: 'cluster', text: `no answer of PowerDNS came through: ${said}`};
		}

		default: {
			// Its database is busy with another change.
			return status >= 500 ? {kind: 'transient', scope: 'item', text: `PowerDNS failed: ${said}`} : foreign;
		}
	}
};

/** One zone's part of the API. */
export const createZoneApi = (row: Row, peer: string, {http, clock}: {readonly http: HttpJson; readonly clock: Clock}) => {
	const url = urlOf(row);

	const send = async (request: Pick<JsonRequest, 'method' | 'url' | 'body'>, go: Go): Promise<JsonAnswer> => {
		const answer = await http.send({...request, headers: {'x-api-key': row.apiKey.reveal()}}, peer, go);
		if (answer.status >= 200 && answer.status <= 299) {
			return answer;
		}

		const {text, ...verdict} = verdictOf(answer, request.method !== 'GET', row);
		throw new ClientError(safeText(text, 700), {
			...verdict, peer, status: answer.status, retryAfterMs: verdict.scope === 'cluster' ? retryAfterOf(answer, clock) : null,
		});
	};

	const strange = (what: string, kind: ClientErrorKind, status: number): ClientError => new ClientError(safeText(`${what}: is ${shown(row.url)} a PowerDNS API?`), {
		peer, kind, scope: 'cluster', status,
	});

	return {
		async read(query: Readonly<Record<string, string>>, go: Go): Promise<PowerdnsZone> {
			const target = new URL(url);
			target.search = String(new URLSearchParams(query));
			const {json, status} = await send({method: 'GET', url: target}, go);
			const zone = presentZone(json);
			if (zone === undefined) {
				throw strange('what it answered is no zone', 'transient', status);
			}

			return zone;
		},
		async change(rrset: Readonly<Record<string, unknown>>, go: Go): Promise<void> {
			const {status, json} = await send({method: 'PATCH', url, body: {rrsets: [rrset]}}, go);
			if (status !== 204 && json === undefined) {
				throw strange(`a change was answered with ${status} and no JSON`, 'unknown-outcome', status);
			}
		},
	};
};
