import ky, {isTimeoutError} from 'ky';
import {fetch, type Dispatcher} from 'undici';
import {type Clock} from '../domain/clock.js';
import {safeText} from '../domain/safe-text.js';
import {type Advice, type NoAnswer, reasonOf} from './no-answer.js';

/** One request, as it goes on the wire. */
export type HttpRequest = {
	readonly method: string;
	readonly url: URL;
	readonly headers: Readonly<Record<string, string>>;
	readonly body: string | undefined;
};

export type HttpAnswer = {
	readonly status: number;
	readonly statusText: string;
	readonly headers: Headers;
	readonly text: string;
};

export type SendOptions = {
	readonly dispatcher: Dispatcher;
	readonly clock: Clock;
	/** Called when the connection stands, straight before the first byte; what it throws is thrown. */
	readonly beforeSend: () => void;
	/** How long it may take; `signal` may end it too. */
	readonly timeoutMs: number | false;
	readonly signal?: AbortSignal;
	/** What to do about a certificate, for the words of a reason. */
	readonly advice?: Advice;
};

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
		redirect: 'manual', // Nobody gets the secret but the URLs in the config.
		signal: request.signal,
		...(body !== '' && {body}),
		dispatcher,
	});
	return response as Response;
};

/** Sends one request once, following nothing. That no answer came is a value; whatever `beforeSend` throws is thrown. */
export const sendHttp = async (request: HttpRequest, options: SendOptions): Promise<HttpAnswer | NoAnswer> => {
	const {method, url, headers, body} = request;
	const {dispatcher, clock, beforeSend, timeoutMs, signal, advice} = options;
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
		const promise = ky(url, {
			method,
			headers,
			...(body !== undefined && {body}),
			fetch: fetchThrough(dispatcher.compose(dispatch => (dispatchOptions, handler) => dispatch(dispatchOptions, after(ask, handler)))),
			timeout: timeoutMs,
			totalTimeout: timeoutMs,
			...(signal && {signal}),
			retry: 0,
			throwHttpErrors: false,
		});
		const text = await promise.text();
		const response = await promise;
		return {
			status: response.status, statusText: response.statusText, headers: response.headers, text,
		};
	} catch (error) {
		if (refusal) {
			throw refusal.error;
		}

		const seconds = ((clock.monotonic() - startedAt) / 1000).toFixed(1);
		return {wasSent, reason: isTimeoutError(error) || signal?.aborted ? safeText(`no answer within ${seconds} s`) : reasonOf(error, advice)};
	}
};
