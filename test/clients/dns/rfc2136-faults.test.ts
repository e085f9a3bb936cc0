import {once} from 'node:events';
import net, {type AddressInfo, type Socket} from 'node:net';
import {
	describe,
	expect,
	onTestFinished,
	test,
} from 'vitest';
import {createRfc2136} from '../../../source/clients/dns/rfc2136.js';
import {type Go, type ZoneDriver} from '../../../source/clients/dns/server-kind.js';
import {readSignature, readTsigSecret, signMessage} from '../../../source/clients/dns/tsig.js';
import {u16} from '../../../source/clients/dns/wire-bytes.js';
import {
	decodeMessage,
	encodeMessage,
	encodeValue,
	types,
	type NewMessage,
} from '../../../source/clients/dns/wire.js';
import {systemClock} from '../../../source/domain/clock.js';
import {safeText} from '../../../source/domain/safe-text.js';
import {rowOf, type Key} from '../../support/bind.js';
import {change} from './rfc2136-fixture.js';

const key: Key = {name: 'upd', algorithm: 'hmac-sha256', secret: 'Y3JvbnNvbGUgdGVzdCBrZXksIG5vIHNlY3JldCBhdCBhbGw='};
const wish = change('vm1.example.net', [], ['203.0.113.1']);
const address = {
	name: 'vm1.example.net', type: types.A, class: 1, ttl: 300, rdata: encodeValue(types.A, '203.0.113.1'),
};

/** A name server of which nothing is right but the connection: what it does with a request is the test's. */
const serve = async (answer: (socket: Socket, request: Buffer) => void): Promise<{readonly driver: ZoneDriver; readonly requests: Buffer[]; readonly connections: () => number}> => {
	const requests: Buffer[] = [];
	const sockets: Socket[] = [];
	const server = net.createServer(socket => {
		sockets.push(socket);
		socket.on('error', () => undefined).on('data', bytes => {
			requests.push(bytes.subarray(2));
			answer(socket, bytes.subarray(2));
		});
	}).listen(0, '127.0.0.1');
	await once(server, 'listening');
	onTestFinished(() => {
		server.close();
		for (const socket of sockets) {
			socket.destroy();
		}
	});
	const row = rowOf(`127.0.0.1:${(server.address() as AddressInfo).port}`, 'example.net', key);
	return {driver: createRfc2136(row, {clock: systemClock}).zone(row, 'example.net on rfc2136'), requests, connections: () => sockets.length};
};

const go = (ms = 5000, ask: Go['ask'] = () => undefined): Go => ({ask, signal: AbortSignal.timeout(ms)});

/** The answer that a server with the key would give. */
const signedAnswer = (request: Buffer, message: Partial<NewMessage> = {}, secret = key.secret): Buffer => {
	const {id, opcode, questions} = decodeMessage(request);
	const bytes = encodeMessage({
		id, opcode, questions, isAnswer: true, isAuthoritative: true, ...message,
	});
	return signMessage(bytes, {...key, secret: readTsigSecret(secret)!}, Date.now(), readSignature(decodeMessage(request))!.mac).bytes;
};

const framed = (bytes: Buffer): Buffer => Buffer.concat([u16(bytes.length), bytes]);

const send = (socket: Socket, bytes: Buffer): void => {
	socket.write(framed(bytes));
};

const isUpdate = (request: Buffer): boolean => decodeMessage(request).opcode === 5;
const numberOf = (request: Buffer): number => decodeMessage(request).id;

/** The error with which it ends. */
const failureOf = async (work: Promise<unknown>): Promise<Error> => {
	try {
		await work;
	} catch (error) {
		return error as Error;
	}

	return expect.fail('it went well');
};

type Fault = readonly [what: string, answer: (socket: Socket, request: Buffer) => void, words: RegExp];

const faults: readonly Fault[] = [
	['accepts and never answers', () => undefined, /did not answer: no answer in time$/],
	['closes the connection', socket => socket.end(), /did not answer: it closed the connection$/],
	['tears the connection', socket => socket.resetAndDestroy(), /did not answer: it closed the connection$/],
	['answers half', (socket, request) => socket.end(framed(signedAnswer(request)).subarray(0, 40)), /it closed the connection$/],
	['answers a byte at a time, for ever', socket => {
		const timer = setInterval(() => socket.write(Buffer.from([255])), 20);
		socket.once('close', () => {
			clearInterval(timer);
		});
	}, /no answer in time$/],
	['answers more than it says', (socket, request) => {
		const bytes = framed(signedAnswer(request));
		socket.write(Buffer.concat([bytes, bytes]));
	}, /it answered more than it said$/],
	['answers garbage', socket => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n'.repeat(1000)), /(?:it answered more than it said|the answer is no DNS message: .*)$/],
	['answers framed garbage', socket => {
		send(socket, Buffer.from('\u{1B}[31mSSH-2.0-OpenSSH'));
	}, /the answer is no DNS message: It ends too early$/],
	['answers nothing in a frame', socket => {
		send(socket, Buffer.alloc(0));
	}, /the answer is no DNS message/],
	['answers another question', (socket, request) => {
		send(socket, signedAnswer(request, {id: (numberOf(request) + 1) % 65_536}));
	}, /the answer is to another question$/],
	['sends the request back', (socket, request) => {
		send(socket, request);
	}, /the answer is to another question$/],
	['cuts its answer short', (socket, request) => {
		send(socket, signedAnswer(request, {isTruncated: true}));
	}, /the answer is to another question$/],
	['does not sign', (socket, request) => {
		send(socket, encodeMessage({
			...decodeMessage(request), additionals: [], isAnswer: true, isAuthoritative: true,
		}));
	}, /answered NOERROR without a signature: does it know the key upd/],
	['signs with another key', (socket, request) => {
		send(socket, signedAnswer(request, {}, 'AAAA'));
	}, /the answer is signed wrongly$/],
];

test.each(faults)('a server that %s is not believed: a look is tried again, and of a change it is not known what it did', async (_, answer, words) => {
	const {driver} = await serve(answer);
	const ms = words.source.includes('in time') ? 300 : 5000;
	await expect(driver.get({name: 'vm1.example.net', type: 'A'}, go(ms))).rejects.toMatchObject({
		name: 'ClientError', peer: 'example.net on rfc2136', kind: 'transient', scope: 'cluster', message: expect.stringMatching(words),
	});
	const error = await failureOf(driver.replace(wish, go(ms)));
	expect(error).toMatchObject({kind: 'unknown-outcome', scope: 'cluster', message: expect.stringMatching(words)});
	expect(error.message).toBe(safeText(error.message));
	expect(`${error.message} ${String(error.stack)}`).not.toContain(key.secret);
});

test('a change that was taken and then cannot be seen is of unknown outcome', async () => {
	const {driver} = await serve((socket, request) => {
		if (isUpdate(request)) {
			send(socket, signedAnswer(request));
		} else {
			socket.end();
		}
	});
	await expect(driver.replace(wish, go())).rejects.toMatchObject({kind: 'unknown-outcome', message: expect.stringContaining('taken, but cannot be seen')});
});

test.each([
	['nothing', []],
	['something else', [{...address, rdata: encodeValue(types.A, '198.51.100.1')}]],
	['more', [address, {...address, rdata: encodeValue(types.A, '198.51.100.1')}]],
])('a change that was taken, after which %s stands there, is of unknown outcome', async (_, answers) => {
	const {driver} = await serve((socket, request) => {
		send(socket, signedAnswer(request, isUpdate(request) ? {} : {answers}));
	});
	await expect(driver.replace(wish, go())).rejects.toMatchObject({kind: 'unknown-outcome', scope: 'item', message: expect.stringContaining('something else stands there')});
});

test.each([
	[1, 'rejected', 'FORMERR'], [2, 'transient', 'SERVFAIL'], [4, 'rejected', 'NOTIMP'], [5, 'denied', 'REFUSED'], [9, 'missing', 'NOTAUTH'], [10, 'missing', 'NOTZONE'], [14, 'rejected', 'code 14'],
])('a change that is refused with code %i is %s', async (rcode, kind, words) => {
	const {driver} = await serve((socket, request) => {
		send(socket, signedAnswer(request, {rcode}));
	});
	await expect(driver.replace(wish, go())).rejects.toMatchObject({kind, scope: 'item', message: expect.stringContaining(words)});
});

describe('the guard', () => {
	test('is asked once the connection stands, and where it says no nothing is sent', async () => {
		const {driver, requests, connections} = await serve(() => undefined);
		const lost = new Error('the lease was lost');
		await expect(driver.replace(wish, go(5000, () => {
			throw lost;
		}))).rejects.toBe(lost);
		expect(requests).toEqual([]);
		expect(connections()).toBe(1);
	});

	test('is not asked for a look or a check', async () => {
		const {driver} = await serve((socket, request) => {
			send(socket, signedAnswer(request, isUpdate(request) ? {} : {answers: [address]}));
		});
		const refuse = (): never => expect.fail('it was asked');
		await expect(driver.get({name: 'vm1.example.net', type: 'A'}, go(5000, refuse))).resolves.toEqual({values: ['203.0.113.1'], alias: null});
		await expect(driver.check(go(5000, refuse))).rejects.toMatchObject({kind: 'missing'});
	});
});

test('nothing is sent once the time is over', async () => {
	const {driver, connections} = await serve(() => undefined);
	await expect(driver.replace(wish, {ask: () => undefined, signal: AbortSignal.abort()})).rejects.toMatchObject({kind: 'transient', scope: 'cluster', message: expect.stringContaining('cannot be reached: no connection in time')});
	expect(connections()).toBe(0);
});

test('a server without an address cannot be reached', async () => {
	const row = rowOf('nowhere.invalid:53', 'example.net', key);
	const driver = createRfc2136(row, {clock: systemClock}).zone(row, 'example.net on rfc2136');
	await expect(driver.check(go())).rejects.toMatchObject({kind: 'transient', scope: 'cluster', message: expect.stringMatching(/^nowhere\.invalid:53 cannot be reached: /)});
});
