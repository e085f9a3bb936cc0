import {createHmac, timingSafeEqual} from 'node:crypto';
import {type TsigAlgorithm} from '../../domain/settings.js';
import {
	encodeName,
	openReader,
	u16,
	WireError,
} from './wire-bytes.js';
import {
	classes,
	encodeRecord,
	types,
	type Message,
} from './wire.js';

/** A key that the server knows too (RFC 8945). */
export type TsigKey = {
	readonly name: string;
	readonly algorithm: TsigAlgorithm;
	readonly secret: Buffer;
};

/** A message with its signature, which the answer's signature covers too. */
export type Signed = {
	readonly bytes: Buffer;
	readonly mac: Buffer;
};

/**
 What the signature of an answer says.

 - `good`: the server made it, as the answer to this request
 - `refused`: the server does not take our signature; with `BADTIME`, its clock is that many seconds before ours
 - `unsigned`: anybody may have made it; some servers so refuse a signature
 - `bad`: the answer is not to be believed
 */
export type TsigVerdict =
	| {readonly is: 'good'}
	| {readonly is: 'refused'; readonly error: string; readonly aheadSeconds: number | null}
	| {readonly is: 'unsigned'}
	| {readonly is: 'bad'; readonly why: string};

type Signature = {
	readonly name: string;
	readonly algorithm: string;
	/** Seconds since the epoch. */
	readonly time: number;
	readonly fudge: number;
	readonly mac: Buffer;
	readonly originalId: number;
	readonly error: number;
	readonly other: Buffer;
};

const badTime = 18;
const errors: Readonly<Record<number, string>> = {
	16: 'BADSIG', 17: 'BADKEY', [badTime]: 'BADTIME', 22: 'BADTRUNC',
};

/** How far the clocks may be apart; seconds. */
const fudge = 300;

const algorithmName = (algorithm: TsigAlgorithm): string => algorithm === 'hmac-md5' ? 'hmac-md5.sig-alg.reg.int' : algorithm;

/** The bytes of a secret in base64; undefined: it is none. */
export const readTsigSecret = (text: string): Buffer | undefined => {
	const compact = text.replaceAll(/\s/g, '');
	const isBase64 = compact !== '' && /^(?:[\d+/a-z]{4})*(?:[\d+/a-z]{2}==|[\d+/a-z]{3}=)?$/i.test(compact);
	return isBase64 ? Buffer.from(compact, 'base64') : undefined;
};

const u48 = (value: number): Buffer => {
	const bytes = Buffer.alloc(6);
	bytes.writeUIntBE(value, 0, 6);
	return bytes;
};

/** `before`: of an answer, the request's signature with its length. */
const macOf = (key: TsigKey, message: Buffer, signature: Omit<Signature, 'mac' | 'originalId'>, before: Buffer): Buffer =>
	createHmac(key.algorithm.replace('hmac-', ''), key.secret)
		.update(before)
		.update(message)
		.update(encodeName(signature.name))
		.update(Buffer.concat([u16(classes.ANY), u16(0), u16(0)]))
		.update(encodeName(signature.algorithm))
		.update(Buffer.concat([u48(signature.time), u16(signature.fudge), u16(signature.error), u16(signature.other.length), signature.other]))
		.digest();

const prefixOf = (requestMac: Buffer | undefined): Buffer => requestMac ? Buffer.concat([u16(requestMac.length), requestMac]) : Buffer.alloc(0);

/** Signs a message without additional records; `requestMac`: it is the answer to a request with that signature. `now` is wall ms. */
export const signMessage = (message: Buffer, key: TsigKey, now: number, requestMac?: Buffer): Signed => {
	const signature = {
		name: key.name, algorithm: algorithmName(key.algorithm), time: Math.floor(now / 1000), fudge, error: 0, other: Buffer.alloc(0),
	};
	const mac = macOf(key, message, signature, prefixOf(requestMac));
	const rdata = Buffer.concat([
		encodeName(signature.algorithm), u48(signature.time), u16(fudge), u16(mac.length), mac, message.subarray(0, 2), u16(0), u16(0),
	]);
	const bytes = Buffer.concat([message, encodeRecord({
		name: key.name, type: types.TSIG, class: classes.ANY, ttl: 0, rdata,
	})]);
	bytes.writeUInt16BE(message.readUInt16BE(10) + 1, 10);
	return {bytes, mac};
};

/** The signature at the end of a message; undefined: it has none. */
export const readSignature = ({additionals}: Message): Signature | undefined => {
	const last = additionals.at(-1);
	if (last?.type !== types.TSIG) {
		return undefined;
	}

	const reader = openReader(last.rdata);
	const signature = {
		name: last.name,
		algorithm: reader.name(),
		time: reader.number(6),
		fudge: reader.number(2),
		mac: reader.take(reader.number(2)),
		originalId: reader.number(2),
		error: reader.number(2),
		other: reader.take(reader.number(2)),
	};
	// Class and time to live are signed as what they have to be.
	if (reader.at() !== last.rdata.length || last.class !== classes.ANY || last.ttl !== 0) {
		throw new WireError('A signature is not as it has to be');
	}

	return signature;
};

/** What stood there before it was signed. */
const unsigned = (bytes: Buffer, {lastAt}: Message, {originalId}: Signature): Buffer => {
	const message = Buffer.from(bytes.subarray(0, lastAt));
	message.writeUInt16BE(originalId, 0);
	message.writeUInt16BE(bytes.readUInt16BE(10) - 1, 10);
	return message;
};

/** Looks at the signature of an answer to the request with `requestMac`; throws `WireError` where it is none. `now` is wall ms. */
export const verifyAnswer = ({bytes, answer, key, requestMac, now}: {
	readonly bytes: Buffer; readonly answer: Message; readonly key: TsigKey; readonly requestMac: Buffer; readonly now: number;
}): TsigVerdict => {
	const signature = readSignature(answer);
	if (!signature) {
		return {is: 'unsigned'};
	}

	const error = signature.error === 0 ? null : errors[signature.error] ?? `TSIG error ${signature.error}`;
	// Who does not know the key, or our signature, cannot sign.
	if (error !== null && signature.mac.length === 0 && signature.error !== badTime) {
		return {is: 'refused', error, aheadSeconds: null};
	}

	if (signature.name !== key.name.toLowerCase() || signature.algorithm !== algorithmName(key.algorithm)) {
		return {is: 'bad', why: 'the answer is signed with another key'};
	}

	const mac = macOf(key, unsigned(bytes, answer, signature), signature, prefixOf(requestMac));
	if (mac.length !== signature.mac.length || !timingSafeEqual(mac, signature.mac)) {
		return {is: 'bad', why: 'the answer is signed wrongly'};
	}

	const seconds = Math.floor(now / 1000);
	if (error !== null) {
		const hasTime = signature.error === badTime && signature.other.length === 6;
		return {is: 'refused', error, aheadSeconds: hasTime ? signature.other.readUIntBE(0, 6) - seconds : null};
	}

	return Math.abs(signature.time - seconds) > signature.fudge ? {is: 'bad', why: 'the answer was signed at another time'} : {is: 'good'};
};
