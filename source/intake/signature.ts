import {createHash, createHmac, timingSafeEqual} from 'node:crypto';

/** What a signature is made over. `path` with its query, as it is sent. */
export type Signed = {
	readonly method: string;
	readonly path: string;
	/** Seconds since the epoch, in digits. */
	readonly timestamp: string;
	readonly nonce: string;
	readonly body: Uint8Array;
};

const textOf = ({method, path, timestamp, nonce, body}: Signed): string => ['v1', method, path, timestamp, nonce, createHash('sha256').update(body).digest('hex')].join('\n');

/** The value of `X-Cronsole-Signature`. */
export const sign = (secret: string, signed: Signed): string => `v1=${createHmac('sha256', secret).update(textOf(signed)).digest('hex')}`;

/** Whether that is the signature, in a time that tells nothing. */
export const isSignature = (given: string, secret: string, signed: Signed): boolean => {
	const [expected, actual] = [sign(secret, signed), given.toLowerCase()].map(text => Buffer.from(text));
	return expected!.length === actual!.length && timingSafeEqual(expected!, actual!);
};
