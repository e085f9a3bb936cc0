import type tls from 'node:tls';
import {Agent, buildConnector} from 'undici';
import {type Clock} from '../../domain/clock.js';
import {safeText, type SafeText} from '../../domain/safe-text.js';
import {ClientError} from '../client-error.js';
import {sendHttp} from '../send-http.js';
import {systemTrust} from '../system-trust.js';
import {dnsTimeoutMs, type Go} from './server-kind.js';

/** A request to an API that speaks JSON. All but GET are changes: sent once, with a word of the guard before. */
export type JsonRequest = {
	readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
	readonly url: URL;
	readonly headers: Readonly<Record<string, string>>;
	readonly body?: unknown;
};

export type JsonAnswer = {
	readonly status: number;
	readonly headers: Headers;
	readonly text: string;
	/** Undefined: whatever it is, it is no JSON. */
	readonly json: unknown;
};

export type HttpJson = {
	/** Whatever the status, the answer; throws `ClientError` where none came: the server as a whole cannot be reached, or what became of a change is not known. */
	readonly send: (request: JsonRequest, peer: string, go: Go) => Promise<JsonAnswer>;
	readonly close: () => Promise<void>;
};

const largestAnswerBytes = 32 * 1024 * 1024;
const connections = 8;

const parsed = (text: string, headers: Headers): unknown => {
	if (!/\bjson\b/i.test(headers.get('content-type') ?? '')) {
		return undefined;
	}

	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
};

/** Text of an answer for people; where it quotes what we must not show, that is blotted out. */
export const wordsOf = (text: string, secrets: readonly string[], max = 500): SafeText => {
	let clean = text;
	for (const secret of secrets) {
		clean = secret === '' ? clean : clean.replaceAll(secret, '••••');
	}

	return safeText(clean, max);
};

/** How long an answer asks to be left alone (`retry-after` in seconds, or a date); null: it does not say. */
export const retryAfterOf = ({headers}: JsonAnswer, {now}: Pick<Clock, 'now'>): number | null => {
	const text = headers.get('retry-after')?.trim() ?? '';
	const ms = /^\d{1,6}$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now();
	return Number.isFinite(ms) ? Math.max(0, ms) : null;
};

/** HTTP(S) to one server, following no redirects: the key in the headers is for that server alone. */
export const createHttpJson = (base: string, {clock}: {readonly clock: Clock}): HttpJson => {
	const trust = new URL(base).protocol === 'https:' ? {secureContext: systemTrust()} : {};
	// A session that is resumed asks nobody whether the certificate has expired meanwhile.
	const options: buildConnector.BuildOptions & tls.ConnectionOptions = {timeout: dnsTimeoutMs, maxCachedSessions: 0, ...trust};
	const agent = new Agent({connections, connect: buildConnector(options), maxResponseSize: largestAnswerBytes});

	return {
		async send({method, url, headers, body}, peer, {ask, signal}) {
			const isChange = method !== 'GET';
			const sent = await sendHttp({
				method, url, headers: {accept: 'application/json', ...(body !== undefined && {'content-type': 'application/json'}), ...headers}, body: body === undefined ? undefined : JSON.stringify(body),
			}, {
				dispatcher: agent,
				clock,
				beforeSend: isChange ? ask : () => undefined,
				timeoutMs: false,
				signal,
			});
			if ('reason' in sent) {
				const isUnknown = isChange && sent.wasSent;
				throw new ClientError(safeText(isUnknown ? `${method} was sent to ${url.host} and no answer came: ${sent.reason}` : `${url.host} cannot be reached: ${sent.reason}`), {
					peer, kind: isUnknown ? 'unknown-outcome' : 'transient', scope: 'cluster',
				});
			}

			const {status, headers: answered, text} = sent;
			return {
				status, headers: answered, text, json: parsed(text, answered),
			};
		},
		async close() {
			await agent.close();
		},
	};
};
