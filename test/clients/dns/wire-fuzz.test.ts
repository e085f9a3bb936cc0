import {expect, test} from 'vitest';
import {readTsigSecret, verifyAnswer, type TsigVerdict} from '../../../source/clients/dns/tsig.js';
import {WireError} from '../../../source/clients/dns/wire-bytes.js';
import {decodeMessage} from '../../../source/clients/dns/wire.js';
import {cpuMs} from '../../support/cpu-time.js';
import {capturedSecret, exchanges} from './captured-exchanges.js';

/** The same numbers for the same seed. */
const createRandom = (seed: number) => {
	let state = seed;
	return (below: number): number => {
		state = ((state * 48_271) + 11) % 2_147_483_647;
		return state % below;
	};
};

type Random = ReturnType<typeof createRandom>;

const noise = (random: Random): Buffer => Buffer.from(Array.from({length: random(300)}, () => random(256)));

/** Bytes changed, cut out, put in or said twice. */
const mutate = (bytes: Buffer, random: Random): Buffer => {
	let mutated = Buffer.from(bytes);
	for (let times = 1 + random(4); times > 0; times--) {
		const at = random(mutated.length);
		const rest = mutated.subarray(at);
		const change = [
			() => [random(256), ...rest.subarray(1)],
			() => [0xC0, random(256), ...rest.subarray(2)],
			() => [...rest.subarray(random(8))],
			() => [...noise(random).subarray(0, 8), ...rest],
			() => [...mutated.subarray(0, at), ...rest],
		];
		mutated = Buffer.from([...mutated.subarray(0, at), ...change[random(change.length)]!(), 0]).subarray(0, -1);
		mutated = mutated.length === 0 ? Buffer.from(bytes) : mutated;
	}

	return mutated;
};

const judge = (bytes: Buffer, {algorithm, request}: (typeof exchanges)[number]): TsigVerdict | 'no message' => {
	try {
		const key = {name: `test-${algorithm}`, algorithm, secret: readTsigSecret(capturedSecret)!};
		const requestMac = request.subarray(-6 - (algorithm === 'hmac-md5' ? 16 : 32), -6);
		return verifyAnswer({
			bytes, answer: decodeMessage(bytes), key, requestMac, now: 0,
		});
	} catch (error) {
		expect(error).toBeInstanceOf(WireError);
		return 'no message';
	}
};

test('ten thousand messages of noise and of mutation are read or refused, each at once, and none is taken for signed', () => {
	const random = createRandom(20_261_122);
	const began = cpuMs();
	const counts = new Map<string, number>();
	for (let index = 0; index < 10_000; index++) {
		const exchange = exchanges[index % exchanges.length]!;
		const bytes = index % 5 === 0 ? noise(random) : mutate(exchange.answer, random);
		const verdict = judge(bytes, exchange);
		const what = verdict === 'no message' ? verdict : verdict.is;
		counts.set(what, (counts.get(what) ?? 0) + 1);
	}

	expect(counts.get('good')).toBeUndefined();
	expect(counts.get('no message')).toBeGreaterThan(1000);
	expect(counts.get('bad')).toBeGreaterThan(200);
	expect(cpuMs() - began).toBeLessThan(10_000);
});

test('the worst that 64 KiB can say is refused or read within moments', () => {
	// As many records as fit, each named by a pointer to the longest name.
	const name = Buffer.concat([...Array.from({length: 127}, () => Buffer.from([1, 0x61])), Buffer.from([0])]);
	const record = Buffer.from([0xC0, 12, 0, 12, 0, 1, 0, 0, 0, 60, 0, 2, 0xC0, 12]);
	const count = Math.floor((65_535 - 12 - name.length - 4) / record.length);
	const header = Buffer.from([0, 1, 0x80, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
	header.writeUInt16BE(count, 6);
	const began = cpuMs();
	const {answers} = decodeMessage(Buffer.concat([header, name, Buffer.from([0, 1, 0, 1]), ...Array.from({length: count}, () => record)]));
	expect(answers).toHaveLength(count);
	expect(cpuMs() - began).toBeLessThan(3000);
});
