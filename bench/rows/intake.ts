import {randomBytes} from 'node:crypto';
import fs from 'node:fs';
import {Agent, createServer, request} from 'node:http';
import {type AddressInfo} from 'node:net';
import os from 'node:os';
import path from 'node:path';
import BetterSqlite from 'better-sqlite3';
import {openApp} from '../../source/app.js';
import {loadSettings} from '../../source/config.js';
import {systemClock} from '../../source/domain/clock.js';
import {createAnswering} from '../../source/intake/create-answering.js';
import {createGate} from '../../source/intake/gate.js';
import {openIntakeServer, readIntakePlace} from '../../source/intake/server.js';
import {sign} from '../../source/intake/signature.js';
import {quantile, type Bench} from '../row.js';

const orders = 1000;
const connections = 20;
const secret = 'what only the benchmark and the benchmark know';

const config = (database: string): string => `
database: ${database}
clusters:
  - {name: fra1, urls: ["https://127.0.0.1:9"], tokenId: a@pve!b, tokenSecret: "6f8a1c52-0000-4000-8000-9d2e57b3c1aa", vmids: [100, 99999]}
templates: {debian-12: [{cluster: fra1, vmid: 9000}]}
packages: {kvm-s: {cores: 1, memoryMib: 1024}}
intake: {keys: {bench: "${secret}"}, ordersPerMinute: 1000000}
`;

const bodyOf = (number: number): Buffer => Buffer.from(JSON.stringify({
	orderKey: `Create:${number}`, action: 'create', kind: 'vm', service: {id: number + 1, client: 1}, order: {
		reference: `order-${number}`, hostname: `web${number}.example.net`, cluster: 'fra1', template: 'debian-12', package: 'kvm-s', client: {name: 'Ada', email: 'ada@example.org'},
	},
}));

const headersOf = (body: Buffer): Readonly<Record<string, string>> => {
	const [nonce, timestamp] = [randomBytes(16).toString('hex'), String(Math.floor(Date.now() / 1000))];
	return {
		'content-type': 'application/json', 'x-cronsole-key': 'bench', 'x-cronsole-timestamp': timestamp, 'x-cronsole-nonce': nonce,
		'x-cronsole-signature': sign(secret, {
			method: 'POST', path: '/v1/orders', timestamp, nonce, body,
		}),
	};
};

type Load = {readonly p99Ms: number; readonly perSecond: number};

/** Sends every order once, over so many connections, each as soon as the one before was answered. */
const sendAll = async (place: string): Promise<Load> => {
	const agent = new Agent({keepAlive: true, maxSockets: connections});
	const times: number[] = [];
	const send = async (number: number): Promise<void> => {
		const body = bodyOf(number);
		const headers = headersOf(body);
		const begin = performance.now();
		await new Promise<void>((resolve, reject) => {
			request(`${place}/v1/orders`, {method: 'POST', headers, agent}, response => {
				response.resume().once('end', () => {
					times.push(performance.now() - begin);
					if (response.statusCode === 202) {
						resolve();
					} else {
						reject(new Error(`An order was answered with ${response.statusCode}.`));
					}
				});
			}).once('error', reject).end(body);
		});
	};

	const rest = Array.from({length: orders}, (_, number) => number);
	const begin = performance.now();
	await Promise.all(Array.from({length: connections}, async () => {
		for (let number = rest.pop(); number !== undefined; number = rest.pop()) {
			await send(number);
		}
	}));
	const perSecond = orders / (performance.now() - begin) * 1000;
	agent.destroy();
	return {p99Ms: quantile(times, 0.99), perSecond};
};

const measureOurs = async (folder: string): Promise<Load> => {
	const file = path.join(folder, 'cronsole.yaml');
	fs.writeFileSync(file, config(path.join(folder, 'state/cronsole.db')), {mode: 0o600});
	const settings = await loadSettings({file, env: {}});
	const app = await openApp({settings, actor: {name: 'bench', address: null}, isReadOnly: false});
	const server = await openIntakeServer(readIntakePlace('127.0.0.1:0', settings.intake), null, () => undefined);
	try {
		server.tell(createAnswering({app, clock: systemClock, gate: createGate({...app, clock: systemClock})}));
		return await sendAll(server.place);
	} finally {
		await server.close();
		await app.close();
	}
};

/** The least that could be done: the body kept by one durable commit, then the answer. */
const measureBare = async (folder: string): Promise<Load> => {
	const raw = new BetterSqlite(path.join(folder, 'bare.db'));
	raw.pragma('journal_mode = wal');
	raw.pragma('synchronous = full');
	raw.exec('create table orders (id integer primary key, body text not null) strict');
	const add = raw.prepare('insert into orders (body) values (?)');
	const server = createServer((incoming, response) => {
		const parts: Buffer[] = [];
		incoming.on('data', (part: Buffer) => {
			parts.push(part);
		}).once('end', () => {
			add.run(Buffer.concat(parts).toString());
			response.writeHead(202, {'content-type': 'application/json'}).end('{}');
		});
	});
	await new Promise<void>(resolve => {
		server.listen(0, '127.0.0.1', resolve);
	});
	try {
		return await sendAll(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
	} finally {
		server.close();
		raw.close();
	}
};

/** Signed orders over HTTP, each taken once, against one durable commit behind node:http; sender and receiver share this process. */
export const intake: Bench = {
	name: 'intake',
	async run() {
		const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'cronsole-bench-'));
		try {
			const limit = await measureBare(folder);
			const ours = await measureOurs(folder);
			return [
				{
					name: `intake: p99 of an answer, ${orders} orders from ${connections} connections`, unit: 'ms', ours: ours.p99Ms, limit: limit.p99Ms, goal: {oursAtMost: 200},
				},
				{
					name: 'intake: orders taken', unit: 'orders/s', ours: ours.perSecond, limit: limit.perSecond, goal: {},
				},
			];
		} finally {
			fs.rmSync(folder, {recursive: true, force: true});
		}
	},
};
