import {safeText, type SafeText} from '../domain/safe-text.js';

/** A request that got no answer: why, and whether it may have arrived. */
export type NoAnswer = {
	readonly wasSent: boolean;
	readonly reason: SafeText;
};

/** What to do about a certificate that is not accepted. */
export type Advice = {readonly otherName?: string; readonly unknownIssuer?: string};

const wordings: Readonly<Record<string, string>> = {
	ECONNREFUSED: 'connection refused',
	ENOTFOUND: 'no such host',
	EAI_AGAIN: 'its name cannot be looked up now',
	EHOSTUNREACH: 'no route to it',
	ENETUNREACH: 'no route to it',
	ETIMEDOUT: 'no connection in time',
	UND_ERR_CONNECT_TIMEOUT: 'no connection in time',
	ECONNRESET: 'it closed the connection',
	EPIPE: 'it closed the connection',
	UND_ERR_SOCKET: 'it closed the connection',
	CERT_HAS_EXPIRED: 'its certificate has expired',
	ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
	ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak TLS',
	EPROTO: 'it does not speak TLS that we accept',
};

const unknownIssuer = new Set([
	'DEPTH_ZERO_SELF_SIGNED_CERT',
	'SELF_SIGNED_CERT_IN_CHAIN',
	'UNABLE_TO_GET_ISSUER_CERT',
	'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
	'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
	'CERT_SIGNATURE_FAILURE',
]);

const hasCode = (error: unknown): error is Error & {readonly code: string} => error instanceof Error && typeof (error as {code?: unknown}).code === 'string';

// `fetch failed` says nothing; what happened is its cause, and of several addresses the first tells enough.
const rootOf = (error: unknown): unknown => {
	let root = error;
	while (root instanceof Error) {
		const inner: unknown = root instanceof AggregateError && root.errors.length > 0 ? root.errors[0] : root.cause;
		if (!(inner instanceof Error) || (hasCode(root) && !hasCode(inner))) {
			return root;
		}

		root = inner;
	}

	return root;
};

const withAdvice = (text: string, advice: string | undefined): SafeText => safeText(advice === undefined ? text : `${text}: ${advice}`, 400);

/** The reason in words for people. */
export const reasonOf = (error: unknown, {otherName, unknownIssuer: ofIssuer}: Advice = {}): SafeText => {
	const root = rootOf(error);
	if (hasCode(root)) {
		return unknownIssuer.has(root.code)
			? withAdvice('its certificate is signed by nobody that we know', ofIssuer)
			: withAdvice(wordings[root.code] ?? `${root.message} (${root.code})`, root.code === 'ERR_TLS_CERT_ALTNAME_INVALID' ? otherName : undefined);
	}

	return safeText(root instanceof Error ? root.message : String(root), 400);
};
