import ky, {isTimeoutError} from 'ky';
import {Agent, fetch, type Dispatcher} from 'undici';
import {type Clock} from '../../domain/clock.js';
import {type ClusterSettings} from '../../domain/settings.js';
import {safeText} from '../../domain/safe-text.js';
import {type ApiCall, encode} from './api-call.js';
import {type NoAnswer, reasonOf} from './no-answer.js';
import {createTlsConnect} from './tls-connect.js';

export type Answer = {
	readonly status: number;
	readonly statusText: string;
	readonly text: string;
};

/** Sends one request to one URL. `beforeSend` is called when the connection stands, straight before the first byte; what it throws, `send` throws. */
export type Transport = {
	readonly send: (url: string, call: ApiCall, beforeSend: () => void) => Promise<Answer | NoAnswer>;
	readonly close: () => Promise<void>;
};

const longestConnectMs = 5000;

// What undici does with a request once a connection stands, with a word before it.
const after = (beforeSend: () => void, handler: Dispatcher.DispatchHandler): Dispatcher.DispatchHandler => ({
	onRequestStart(controller, context: unknown) {
		beforeSend();
		handler.onRequestStart?.(controller, context);
	},
	onRequestUpgrade: (...rest) => handler.onRequestUpgrade?.(...rest),
	onResponseStarted: () => handler.onResponseStarted?.(),
	onResponseStart: (...rest) => handler.onResponseStart?.(...rest),
	onResponseData: (...rest) => handler.onResponseData?.(...rest),
	onResponseEnd: (...rest) => handler.onResponseEnd?.(...rest),
	onResponseError: (...rest) => handler.onResponseError?.(...rest),
});

// Node's own fetch refuses the agent of another undici, and undici's fetch refuses Node's Request: so it is taken apart.
const fetchThrough = (dispatcher: Dispatcher): typeof globalThis.fetch => async input => {
	const request = input as Request;
	const body = await request.text();
	const response: unknown = await fetch(request.url, {
		method: request.method,
		headers: [...request.headers],
		redirect: 'manual', // Nobody gets the token but the URLs in the config.
		signal: request.signal,
		...(body !== '' && {body}),
		dispatcher,
	});
	return response as Response;
};

/** HTTP/1.1 over TLS with the cluster's token; connections are kept for as long as undici does by itself, which is a second less than Proxmox. */
export const createTransport = (settings: ClusterSettings, {clock}: {readonly clock: Clock}): Transport => {
	const {calls, timeoutMs, tokenId, tokenSecret} = settings;
	const agent = new Agent({connections: calls, connect: createTlsConnect(settings, Math.min(longestConnectMs, timeoutMs))});

	return {
		async send(url, call, beforeSend) {
			const {target, body} = encode(call);
			const startedAt = clock.monotonic();
			let wasSent = false;
			let refusal: {readonly error: unknown} | undefined;

			const ask = () => {
				try {
					beforeSend();
				} catch (error) {
					refusal = {error};
					throw error;
				}

				wasSent = true;
			};

			try {
				const promise = ky(new URL(target, url), {
					method: call.method,
					headers: {
						accept: 'application/json',
						authorization: `PVEAPIToken=${tokenId}=${tokenSecret.reveal()}`,
						...(body !== undefined && {'content-type': 'application/x-www-form-urlencoded'}),
					},
					...(body !== undefined && {body}),
					fetch: fetchThrough(agent.compose(dispatch => (options, handler) => dispatch(options, after(ask, handler)))),
					timeout: timeoutMs,
					totalTimeout: timeoutMs,
					retry: 0,
					throwHttpErrors: false,
				});
				const text = await promise.text();
				const {status, statusText} = await promise;
				return {status, statusText, text};
			} catch (error) {
				if (refusal) {
					throw refusal.error;
				}

				const seconds = ((clock.monotonic() - startedAt) / 1000).toFixed(1);
				return {wasSent, reason: isTimeoutError(error) ? safeText(`no answer within ${seconds} s`) : reasonOf(error)};
			}
		},
		async close() {
			await agent.close();
		},
	};
};
