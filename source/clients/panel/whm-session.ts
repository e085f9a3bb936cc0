import {setTimeout as delay} from 'node:timers/promises';
import {Agent, buildConnector} from 'undici';
import type * as z from 'zod';
import {type Clock} from '../../domain/clock.js';
import {isLoopback} from '../../domain/ip.js';
import {safeText} from '../../domain/safe-text.js';
import {type PanelSettings} from '../../domain/settings.js';
import {ClientError} from '../client-error.js';
import {type HttpAnswer, sendHttp} from '../send-http.js';
import {createTlsConnect} from '../tls-connect.js';
import {hideSecret, type Show} from './hide-secret.js';
import {type PanelListener} from './panel.js';
import {
	readUapi,
	readWhm,
	type WhmQuestion,
	type WhmReply,
} from './whm-replies.js';

export type WhmSettings = Extract<PanelSettings, {readonly kind: 'whm'}>;

type Parameters = Readonly<Record<string, string>>;

/** A function of WHM API 1; with `account`, one of UAPI's `WPX` in that account. Its answer fits the schema. */
export type WhmCall<Data> = {
	readonly name: string;
	readonly account?: string;
	readonly parameters: Parameters;
	readonly schema: z.ZodType<Data>;
};

/** One request of ours to the panel: its calls end together, at one moment. */
export type WhmSession = {
	/** Changes nothing. */
	readonly look: <Data>(call: WhmCall<Data>) => Promise<WhmReply<Data>>;
	readonly change: <Data>(call: WhmCall<Data>) => Promise<WhmReply<Data>>;
	/** Until the next look at what goes on over there; throws `unknown-outcome` where there will be none. */
	readonly pause: () => Promise<void>;
	/** A refusal of our own. */
	readonly refuse: (message: string) => ClientError;
	/** It did not work, and may another time. */
	readonly failed: (message: string) => ClientError;
	/** Percent of the whole, and what is being done: both for the progress and for the log. */
	readonly tell: (percent: number, text: string) => void;
};

/** `password` is one that no message may hold. */
export type OpenWhm = (listener: PanelListener, password: string | null) => WhmSession;

const longestConnectMs = 10_000;
const largestAnswerBytes = 8 * 1024 * 1024;
const advice = {otherName: 'use that name in `url`, or set `fingerprints`', unknownIssuer: 'set `fingerprints`'};

const createAgent = ({url, fingerprints, timeoutMs}: WhmSettings): Agent => {
	const timeout = Math.min(longestConnectMs, timeoutMs);
	const base = new URL(url);
	return new Agent({
		connections: 4,
		maxResponseSize: largestAnswerBytes,
		// How long an account takes is for `timeoutMs` alone to say.
		headersTimeout: 0,
		bodyTimeout: 0,
		// To our own machine, where a tunnel ends, the token may go in the clear.
		connect: base.protocol === 'http:' && isLoopback(base.hostname) ? buildConnector({timeout}) : createTlsConnect({owner: 'panel', fingerprints, ca: null}, timeout),
	});
};

/** WHM API 1 over HTTPS. Nothing is sent before the first call; a connection that nobody uses keeps no process alive. */
export const createWhmSessions = (peer: string, settings: WhmSettings, {clock, pollMs}: {readonly clock: Clock; readonly pollMs: number}): OpenWhm => {
	const agent = createAgent(settings);
	const token = settings.token.reveal();
	const hideToken = hideSecret(token);

	const send = async (call: WhmCall<unknown>, {isChange}: WhmQuestion, {guard, signal, ended}: Pick<PanelListener, 'guard' | 'signal'> & {readonly ended: AbortSignal}): Promise<HttpAnswer> => {
		const {name, account, parameters} = call;
		const form = account === undefined
			? parameters
			: {
				'cpanel.user': account, 'cpanel.module': 'WPX', 'cpanel.function': name.replace('WPX/', ''), ...parameters,
			};
		const sent = await sendHttp({
			method: 'POST',
			url: new URL(`/json-api/${account === undefined ? name : 'uapi_cpanel'}?api.version=1`, settings.url),
			headers: {accept: 'application/json', authorization: `whm ${settings.user}:${token}`, 'content-type': 'application/x-www-form-urlencoded'},
			body: new URLSearchParams(form).toString(),
		}, {
			dispatcher: agent, clock, beforeSend: guard, timeoutMs: false, signal: ended, advice,
		});
		if ('reason' in sent) {
			const isUnknown = isChange && sent.wasSent;
			throw new ClientError(safeText(isUnknown ? `${name} was sent and no answer came: ${sent.reason}` : `it cannot be reached: ${sent.reason}`), {
				peer, kind: isUnknown ? 'unknown-outcome' : 'transient', scope: isUnknown || signal.aborted ? 'item' : 'cluster',
			});
		}

		return sent;
	};

	return (listener, password) => {
		const {guard, signal, onProgress, onLog} = listener;
		const ended = AbortSignal.any([signal, AbortSignal.timeout(settings.timeoutMs)]);
		const hidePassword = hideSecret(password);
		const show: Show = (text, max = 500) => hideToken(hidePassword(text, 4 * max), max);

		const ask = async <Data>(call: WhmCall<Data>, isChange: boolean): Promise<WhmReply<Data>> => {
			const question = {
				name: call.name, isChange, peer, show,
			};
			const answer = await send(call, question, {guard, signal, ended});
			return call.account === undefined ? readWhm(answer, call.schema, question) : readUapi(answer, call.schema, question);
		};

		return {
			look: async call => ask(call, false),
			change: async call => ask(call, true),
			async pause() {
				try {
					await delay(pollMs, undefined, {signal: ended});
				} catch {
					throw new ClientError(`it was begun, and ${signal.aborted ? 'we stopped before its end' : `had not ended after ${settings.timeoutMs / 1000} s`}`, {peer, kind: 'unknown-outcome'});
				}
			},
			refuse: message => new ClientError(show(message), {peer, kind: 'rejected'}),
			failed: message => new ClientError(show(message), {peer, kind: 'transient'}),
			tell(percent, text) {
				const words = show(text, 200);
				onProgress(percent, words);
				onLog(words);
			},
		};
	};
};

/** The data of a reply; what was refused is thrown. */
export const dataOf = <Data>({data, refusal}: WhmReply<Data>): Data => {
	if (refusal) {
		throw refusal;
	}

	return data;
};
