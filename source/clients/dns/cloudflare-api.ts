import * as z from 'zod';
import {type Clock} from '../../domain/clock.js';
import {safeText} from '../../domain/safe-text.js';
import {ClientError} from '../client-error.js';
import {codesOf, refusalOf} from './cloudflare-refusal.js';
import {createHttpJson, type HttpJson, type JsonRequest} from './http-json.js';
import {createQuota, type Quota} from './quota.js';
import {type Go, type RowOf} from './server-kind.js';

export type CloudflareCall = {
	readonly method: JsonRequest['method'];
	/** Below the base: `/zones`. */
	readonly path: string;
	readonly parameters?: Readonly<Record<string, string | number>>;
	readonly body?: unknown;
};

/** What came of a change: `error` null where it was made; `codes` say why it was not. */
export type ChangeReply = {readonly error: ClientError | null; readonly codes: readonly number[]};

/** The API for one zone, whose `ClientError`s they are. */
export type CloudflareApi = {
	/** All pages of a list. */
	readonly list: <S extends z.ZodType>(call: Omit<CloudflareCall, 'method' | 'body'>, row: S, go: Go) => Promise<ReadonlyArray<z.output<S>>>;
	/** Throws where Cloudflare as a whole is in trouble; what it says about this record is a value. */
	readonly change: (call: CloudflareCall, go: Go) => Promise<ChangeReply>;
};

const defaultUrl = 'https://api.cloudflare.com/client/v4';
// Of 1200 in five minutes for all of a user's tokens and the dashboard: the rest is for other programs and people.
const quotaMost = 900;
const quotaWindowMs = 300_000;
// As many as a list of zones gives.
const perPage = 50;

// `message` is for people: that it is missing is no reason to lose the code.
const problem = z.object({code: z.number().optional().catch(undefined), message: z.string().catch('')});
const chain = z.array(problem).optional().catch(undefined);
const problems = z.array(problem.extend({error_chain: chain})).nullish().catch(undefined);
const pageInfo = z.object({total_pages: z.number().optional()}).nullish().catch(undefined);
// A deletion's answer has nothing but its result.
const envelope = z.object({
	success: z.boolean().optional(), errors: problems, result: z.unknown().optional(), result_info: pageInfo,
});
type Envelope = z.output<typeof envelope>;

type Refusal = {readonly error: ClientError; readonly codes: readonly number[]};
type Opened = {readonly reply: Envelope; readonly refusal: null} | {readonly reply: null; readonly refusal: Refusal};
type Send = (call: CloudflareCall, go: Go) => Promise<Opened>;

type SendDeps = {readonly base: string; readonly http: HttpJson; readonly takeTurn: Quota; readonly token: string; readonly peer: string; readonly clock: Clock};

const createSend = ({base, http, takeTurn, token, peer, clock}: SendDeps): Send => async ({method, path, parameters = {}, body}, go) => {
	const waitMs = takeTurn();
	if (waitMs > 0) {
		throw new ClientError(`our own limit of ${quotaMost} requests to Cloudflare in five minutes is reached`, {
			peer, kind: 'transient', scope: 'cluster', retryAfterMs: Math.ceil(waitMs),
		});
	}

	const url = new URL(`${base}${path}`);
	for (const [name, value] of Object.entries(parameters)) {
		url.searchParams.set(name, String(value));
	}

	const answer = await http.send({
		method, url, headers: {authorization: `Bearer ${token}`}, body,
	}, peer, go);
	const {data: reply} = envelope.safeParse(answer.json);
	if (reply !== undefined && answer.status >= 200 && answer.status < 300 && reply.success !== false) {
		return {reply, refusal: null};
	}

	const refused = {answer, problems: reply?.errors ?? [], isChange: method !== 'GET'};
	return {reply: null, refusal: {error: refusalOf(refused, {peer, secret: token, clock}), codes: codesOf(refused.problems)}};
};

const createApi = (send: Send, peer: string): CloudflareApi => ({
	async list(call, row, go) {
		const rows: Array<z.output<typeof row>> = [];
		for (let page = 1, pages = 1; page <= pages; page++) {
			const {reply, refusal} = await send({...call, method: 'GET', parameters: {...call.parameters, page, per_page: perPage}}, go);
			if (refusal) {
				throw refusal.error;
			}

			const {success, data, error} = z.array(row).safeParse(reply.result);
			if (!success) {
				throw new ClientError(safeText(`Cloudflare answered ${call.path} with something else than expected: ${z.prettifyError(error)}`), {peer, kind: 'transient', cause: error});
			}

			rows.push(...data);
			pages = data.length === 0 ? 0 : reply.result_info?.total_pages ?? 1;
		}

		return rows;
	},
	async change(call, go) {
		const {refusal} = await send(call, go);
		if (refusal?.error.scope === 'cluster') {
			throw refusal.error;
		}

		return refusal ?? {error: null, codes: []};
	},
});

/** Cloudflare with one token, whose limit all of its zones share. */
export const createCloudflareApi = ({url, token: secret}: Pick<RowOf<'cloudflare'>, 'url' | 'token'>, {clock}: {readonly clock: Clock}) => {
	const base = (url ?? defaultUrl).replace(/\/$/, '');
	const http = createHttpJson(base, {clock});
	const takeTurn = createQuota({most: quotaMost, windowMs: quotaWindowMs, clock});
	const token = secret.reveal();

	return {
		/** `peer`: whose errors they are. */
		as: (peer: string): CloudflareApi => createApi(createSend({
			base, http, takeTurn, token, peer, clock,
		}), peer),
		close: http.close,
	};
};
