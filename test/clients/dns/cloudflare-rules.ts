import {isIPv4, isIPv6} from 'node:net';

export type Reply = {readonly status: number; readonly body: unknown; readonly headers?: Readonly<Record<string, string>>};

/** As Cloudflare says no. */
export const refusal = (status: number, code: number, message: string, chain?: ReadonlyArray<{readonly code: number; readonly message: string}>): Reply => ({
	status,
	body: {
		success: false, errors: [{code, message, ...(chain && {error_chain: chain})}], messages: [], result: null,
	},
});

export const ok = (result: unknown, info?: unknown): Reply => ({
	status: 200,
	body: {
		success: true, errors: [], messages: [], result, ...(info !== undefined && {result_info: info}),
	},
});

export const validation = (code: number, message: string): Reply => refusal(400, 1004, 'DNS Validation Error', [{code, message}]);

/** What is wrong with a content, in Cloudflare's words. */
export const contentProblem = (type: unknown, content: unknown): string | undefined => {
	switch (type) {
		case 'A': {
			return isIPv4(String(content)) ? undefined : 'Content for A record must be a valid IPv4 address.';
		}

		case 'AAAA': {
			return isIPv6(String(content)) ? undefined : 'Content for AAAA record must be a valid IPv6 address.';
		}

		default: {
			return typeof content === 'string' && content !== '' ? undefined : `Content for ${String(type)} record is missing.`;
		}
	}
};

const writable = new Set(['type', 'name', 'content', 'ttl', 'proxied', 'comment']);

/** What is wrong with what a record is to have. */
export const bodyProblem = (body: Readonly<Record<string, unknown>>): Reply | undefined => {
	const {ttl, comment, proxied} = body;
	const strange = Object.keys(body).find(key => !writable.has(key));
	if (strange !== undefined) {
		return validation(9207, `${strange} is not a field.`);
	}

	if (ttl !== undefined && ttl !== 1 && !(Number(ttl) >= 60 && Number(ttl) <= 86_400)) {
		return validation(9021, 'Invalid TTL. Must be between 60 and 86400 seconds, or 1 for Automatic.');
	}

	if (proxied !== undefined && typeof proxied !== 'boolean') {
		return validation(9003, 'Invalid \'proxied\' value, must be a boolean.');
	}

	return typeof comment === 'string' && comment.length > 100 ? validation(9300, 'Comment must not be longer than 100 characters.') : undefined;
};

