import {Agent, request as httpRequest} from 'node:http';
import {connect} from 'node:net';
import {generate} from 'selfsigned';
import {expect, onTestFinished, test} from 'vitest';
import {createSecret} from '../../source/config/secret.js';
import {type IntakeRequest} from '../../source/intake/gate.js';
import {type IntakeServer, openIntakeServer, readIntakePlace} from '../../source/intake/server.js';
import {quantile} from '../../bench/row.js';
import {peerOf} from './peer.js';
import {
	config,
	newVm,
	createWorld,
	keys,
	requestOf,
	secret,
	vmOrder,
} from './world.js';

const who = {keys: {whmcs: createSecret(secret)}, tls: null, ordersPerMinute: 600};

const open = async (tls: Parameters<typeof openIntakeServer>[1] = null): Promise<IntakeServer> => {
	const server = await openIntakeServer(readIntakePlace('127.0.0.1:0', who), tls, () => undefined);
	onTestFinished(server.close);
	return server;
};

/** Sends a signed request as it is. */
const send = async (place: string, {method, path, headers, body}: IntakeRequest): Promise<{readonly status: number; readonly body: any; readonly headers: Headers}> => {
	const given = Object.fromEntries(Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== undefined));
	const response = await fetch(`${place}${path}`, {method, headers: given, ...method === 'POST' && {body: Buffer.from(body)}});
	return {status: response.status, body: await response.json(), headers: response.headers};
};

test('it says that it starts, takes orders, and says that it is being stopped', async () => {
	const {answering, store} = await createWorld();
	const server = await open();
	const early = await send(server.place, requestOf('POST', '/v1/orders', newVm));
	expect([early.status, early.body.error.code, early.headers.get('retry-after')]).toEqual([503, 'starting', '5']);
	server.tell(answering);
	const taken = await send(server.place, requestOf('POST', '/v1/orders', newVm));
	expect([taken.status, taken.headers.get('content-type'), taken.headers.get('cache-control')]).toEqual([202, 'application/json; charset=utf-8', 'no-store']);
	expect(await store.read.activity.list({limit: 1})).toMatchObject([{address: '127.0.0.1'}]);
	expect((await send(server.place, requestOf('GET', '/v1/operations/o1'))).body).toEqual(taken.body);
	expect((await send(server.place, requestOf('DELETE', '/v1/ping'))).headers.get('allow')).toBe('GET');
	await server.close();
	await expect(send(server.place, requestOf('GET', '/v1/ping'))).rejects.toThrow();
});

test('what is under way when it is stopped is answered; what comes then on the same line is told to come again', async () => {
	const server = await open();
	const arrived = Promise.withResolvers<void>();
	const goOn = Promise.withResolvers<void>();
	server.tell(async () => {
		arrived.resolve();
		await goOn.promise;
		return {status: 202, body: {}};
	});
	const underWay = send(server.place, requestOf('POST', '/v1/orders', newVm));
	await arrived.promise;
	const closing = server.close();
	goOn.resolve();
	expect((await underWay).status).toBe(202);
	await closing;
});

test('a body without an end is cut off at 64 KiB, told so, and hung up on', async () => {
	const {answering} = await createWorld();
	const server = await open();
	server.tell(answering);
	const {port} = new URL(server.place);
	const answer = await new Promise<string>((resolve, reject) => {
		const socket = connect(Number(port), '127.0.0.1');
		let text = '';
		socket.on('data', part => {
			text += part.toString();
		}).on('close', () => {
			resolve(text);
		}).on('error', error => {
			if (text === '') {
				reject(error);
			}
		});
		socket.write('POST /v1/orders HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n');
		const chunk = `4000\r\n${'x'.repeat(0x40_00)}\r\n`;
		for (let count = 0; count < 6; count++) {
			socket.write(chunk);
		}
	});
	expect(answer).toContain('HTTP/1.1 413');
	expect(answer).toContain('too-large');
	const long = await send(server.place, requestOf('POST', '/v1/orders', undefined, {raw: 'x'.repeat(70_000)}));
	expect([long.status, long.headers.get('connection')]).toEqual([413, 'close']);
});

test('with a certificate it speaks TLS only, and takes a new one without a pause', async () => {
	const make = async () => {
		const {cert, private: key} = await generate([{name: 'commonName', value: 'localhost'}], {keySize: 2048});
		return {certificate: cert, key: createSecret(key)};
	};

	const [first, second] = [await make(), await make()];
	const server = await open(first);
	expect(server.place).toMatch(/^https:/);
	expect(await peerOf(server.place)).toBe(first.certificate.replaceAll(/\s/g, ''));
	server.reload(second);
	expect(await peerOf(server.place)).toBe(second.certificate.replaceAll(/\s/g, ''));
	await expect(fetch(server.place.replace('https', 'http'))).rejects.toThrow();
});

test.each([
	['127.0.0.1', who, '--intake: “127.0.0.1” is not an address with a port', 'say where to listen: --intake 127.0.0.1:8444'],
	['0.0.0.0:8444', who, '--intake: 0.0.0.0 can be reached by others, and the config has no certificate for TLS', 'intake: {certificate: FILE, key: FILE}'],
	['[::]:8444', who, '--intake: :: can be reached by others', '--intake 127.0.0.1:8444'],
	['127.0.0.1.example.net:8444', who, '--intake: 127.0.0.1.example.net can be reached by others', '--intake 127.0.0.1:8444'],
	['127.0.0.1:8444', {...who, keys: {}}, '--intake: the config names nobody who may order', 'intake: {keys: {whmcs:'],
])('%s is refused, with what to write', (place, settings, message, hint) => {
	expect(() => readIntakePlace(place, settings)).toThrow(expect.objectContaining({message: expect.stringContaining(message), hint: expect.stringContaining(hint)}));
});

test('1,000 orders from 20 connections are each taken once, and the slowest hundredth still within a moment', async () => {
	const {answering, store} = await createWorld(`${config}${keys(', ordersPerMinute: 100000')}`);
	const server = await open();
	server.tell(answering);
	const agent = new Agent({keepAlive: true, maxSockets: 20});
	onTestFinished(() => {
		agent.destroy();
	});
	const post = async (number: number): Promise<{readonly status: number | undefined; readonly ms: number}> => {
		const {method, path, headers, body} = requestOf('POST', '/v1/orders', {
			orderKey: `Create:${number}`, action: 'create', kind: 'vm', service: {id: number + 1, client: 1}, order: vmOrder({reference: `whmcs-${number}`, hostname: `web${number}.example.net`}),
		});
		const begin = performance.now();
		return new Promise((resolve, reject) => {
			httpRequest(`${server.place}${path}`, {method, headers, agent}, response => {
				response.resume().once('end', () => {
					resolve({status: response.statusCode, ms: performance.now() - begin});
				});
			}).once('error', reject).end(body);
		});
	};

	const rest = Array.from({length: 1000}, (_, number) => number);
	const answers: Array<Awaited<ReturnType<typeof post>>> = [];
	const begin = performance.now();
	await Promise.all(Array.from({length: 20}, async () => {
		for (let number = rest.pop(); number !== undefined; number = rest.pop()) {
			answers.push(await post(number));
		}
	}));
	const seconds = (performance.now() - begin) / 1000;
	const p99 = quantile(answers.map(({ms}) => ms), 0.99);
	console.log(`1,000 orders from 20 connections in ${seconds.toFixed(1)} s, p99 ${p99.toFixed(0)} ms`);
	expect(new Set(answers.map(({status}) => status))).toEqual(new Set([202]));
	const vms = await store.read.vms.list();
	expect([vms.length, new Set(vms.map(({reference}) => reference)).size]).toEqual([1000, 1000]);
	// A machine that does much else besides is no reason to fail: the benchmark `intake` measures.
	expect(p99).toBeLessThan(5000);
});
