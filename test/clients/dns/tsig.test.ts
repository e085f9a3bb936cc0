import {createHmac} from 'node:crypto';
import {expect, test} from 'vitest';
import {
	readSignature,
	readTsigSecret,
	signMessage,
	verifyAnswer,
	type TsigKey,
	type TsigVerdict,
} from '../../../source/clients/dns/tsig.js';
import {WireError} from '../../../source/clients/dns/wire-bytes.js';
import {decodeMessage, encodeMessage, types} from '../../../source/clients/dns/wire.js';
import {tsigAlgorithms, type TsigAlgorithm} from '../../../source/domain/settings.js';
import {capturedSecret, exchanges} from './captured-exchanges.js';

const keyOf = (algorithm: TsigAlgorithm, secret = capturedSecret): TsigKey => ({name: `test-${algorithm}`, algorithm, secret: readTsigSecret(secret)!});
const question = [{name: 'web1.example.net', type: types.A, class: 1}];
const now = 1_795_312_811_000;

test.each(exchanges)('the answer of a real server to $title is found to be signed', ({algorithm, request, answer}) => {
	const {mac, time} = readSignature(decodeMessage(request))!;
	const verify = (bytes: Buffer, key = keyOf(algorithm), requestMac = mac, at = time * 1000): TsigVerdict => verifyAnswer({
		bytes, answer: decodeMessage(bytes), key, requestMac, now: at,
	});
	expect(verify(answer)).toEqual({is: 'good'});
	expect(verify(answer, keyOf(algorithm), Buffer.alloc(mac.length))).toEqual({is: 'bad', why: 'the answer is signed wrongly'});
	expect(verify(answer, keyOf(algorithm, 'AAAA'))).toEqual({is: 'bad', why: 'the answer is signed wrongly'});
	expect(verify(answer, {...keyOf(algorithm), name: 'other'})).toEqual({is: 'bad', why: 'the answer is signed with another key'});
	expect(verify(answer, keyOf(algorithm), mac, (time + 301) * 1000)).toEqual({is: 'bad', why: 'the answer was signed at another time'});
	expect(verify(answer, keyOf(algorithm), mac, (time - 299) * 1000)).toEqual({is: 'good'});
});

test.each(exchanges)('no byte of the answer to $title can be another', ({algorithm, request, answer}) => {
	const {mac, time} = readSignature(decodeMessage(request))!;
	const judge = (bytes: Buffer): string => {
		try {
			return verifyAnswer({
				bytes, answer: decodeMessage(bytes), key: keyOf(algorithm), requestMac: mac, now: time * 1000,
			}).is;
		} catch (error) {
			expect(error).toBeInstanceOf(WireError);
			return 'no message';
		}
	};

	// The number is signed as it was at first: a server in between may give it another.
	const taken = Array.from({length: answer.length - 2}, (_, index) => index + 2).filter(at => {
		const bytes = Buffer.from(answer);
		bytes[at]! ^= 1; // eslint-disable-line no-bitwise -- One bit.
		return judge(bytes) === 'good';
	});
	expect(taken).toEqual([]);
});

test.each(tsigAlgorithms)('what is signed with %s verifies, and not as the answer to another request', algorithm => {
	const key = keyOf(algorithm);
	const request = signMessage(encodeMessage({id: 1, questions: question}), key, now);
	const reply = signMessage(encodeMessage({id: 1, isAnswer: true, questions: question}), key, now, request.mac).bytes;
	const answer = decodeMessage(reply);
	expect(verifyAnswer({
		bytes: reply, answer, key, requestMac: request.mac, now,
	})).toEqual({is: 'good'});
	const other = signMessage(encodeMessage({id: 2, questions: question}), key, now);
	expect(verifyAnswer({
		bytes: reply, answer, key, requestMac: other.mac, now,
	})).toEqual({is: 'bad', why: 'the answer is signed wrongly'});
});

test('a signature that was cut short is not taken, however right its beginning', () => {
	const key = keyOf('hmac-sha256');
	const {bytes, mac} = signMessage(encodeMessage({id: 1, isAnswer: true}), key, now, Buffer.alloc(32));
	const at = bytes.indexOf(mac);
	const short = Buffer.concat([bytes.subarray(0, at), mac.subarray(0, 16), bytes.subarray(at + 32)]);
	short.writeUInt16BE(16, at - 2);
	const lengthAt = at - 2 - 8 - 13 - 2;
	short.writeUInt16BE(short.readUInt16BE(lengthAt) - 16, lengthAt);
	expect(verifyAnswer({
		bytes: short, answer: decodeMessage(short), key, requestMac: Buffer.alloc(32), now,
	})).toEqual({is: 'bad', why: 'the answer is signed wrongly'});
});

test('a message without a signature is unsigned', () => {
	const bytes = encodeMessage({id: 1, isAnswer: true});
	expect(verifyAnswer({
		bytes, answer: decodeMessage(bytes), key: keyOf('hmac-sha256'), requestMac: Buffer.alloc(32), now,
	})).toEqual({is: 'unsigned'});
});

test('a request is signed as RFC 8945 says, byte by byte', () => {
	const message = encodeMessage({id: 0x12_34, questions: question});
	const key = keyOf('hmac-sha256');
	const time = Buffer.from('00006b024cab', 'hex');
	const expected = createHmac('sha256', Buffer.from(capturedSecret, 'base64')).update(Buffer.concat([
		message, Buffer.from('\u{10}test-hmac-sha256\0', 'latin1'), Buffer.from([0, 255, 0, 0, 0, 0]), Buffer.from('\u{B}hmac-sha256\0', 'latin1'), time, Buffer.from([1, 44, 0, 0, 0, 0]),
	])).digest();
	const {bytes, mac} = signMessage(message, key, 0x6B_02_4C_AB * 1000);
	expect(mac).toEqual(expected);
	expect(readSignature(decodeMessage(bytes))).toMatchObject({
		name: 'test-hmac-sha256', algorithm: 'hmac-sha256', time: 0x6B_02_4C_AB, fudge: 300, originalId: 0x12_34, error: 0, mac,
	});
});

test.each(['', ' '.repeat(3), 'abc', 'a===', 'not base64!', 'YWJj-_=='])('%j is no secret', text => {
	expect(readTsigSecret(text)).toBeUndefined();
});

test('a secret may have spaces and line ends, as in a key file', () => {
	expect(readTsigSecret(' YWJj\nZGVm ')).toEqual(Buffer.from('abcdef'));
});
