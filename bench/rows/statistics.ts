import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import BetterSqlite from 'better-sqlite3';
import {Agent, fetch} from 'undici';
import {openApp, type App} from '../../source/app.js';
import {loadSettings} from '../../source/config.js';
import {
	start,
	until,
	type SimulatorLine,
} from '../../test/support/program.js';
import {median, type Bench, type Row} from '../row.js';
import {childProgram, limits} from '../support/place.js';
import {seed} from '../support/seed.js';

type Cost = {readonly ms: number; readonly cpuMs: number};

/** A cluster with so many VMs, and a database that knows them. */
type Crowd = {
	readonly count: number;
	readonly frame: 'day' | 'hour';
	readonly simulator: SimulatorLine;
	readonly database: string;
	readonly app: App;
};

const rounds = 3;

const measure = async (work: () => Promise<void>): Promise<Cost> => {
	const begin = performance.now();
	const before = process.cpuUsage();
	await work();
	const {user, system} = process.cpuUsage(before);
	return {ms: performance.now() - begin, cpuMs: (user + system) / 1000};
};

/** Every VM was counted an hour ago, as a scheduled run finds it. */
const turnBack = (database: string): void => {
	const raw = new BetterSqlite(database);
	raw.exec('delete from traffic');
	raw.prepare('insert or replace into traffic_marks (vm_id, watermark, counted_at) select id, ?, 1 from vms').run(Math.floor(Date.now() / 1000) - 3660);
	raw.close();
};

const runOurs = async ({app, count}: Crowd): Promise<void> => {
	const {run} = await app.runTask('collect_statistics', {report: () => undefined, signal: new AbortController().signal});
	if (run?.processed !== count) {
		throw new Error(`${run?.processed} of ${count} were counted: ${run?.message}`);
	}
};

/** The same calls, as many at a time, their bytes added up and nothing else. */
const runBare = async ({simulator: {url, tokenId, tokenSecret}, count, frame}: Crowd): Promise<void> => {
	const dispatcher = new Agent({connections: limits.calls, connect: {rejectUnauthorized: false}});
	const get = async (target: string): Promise<ReadonlyArray<Readonly<Record<string, number>>>> => {
		const answer = await fetch(`${url}/api2/json${target}`, {dispatcher, headers: {authorization: `PVEAPIToken=${tokenId}=${tokenSecret}`}});
		return (await answer.json() as {readonly data: ReadonlyArray<Readonly<Record<string, number>>>}).data;
	};

	await get('/cluster/resources');
	let next = 1;
	let sum = 0;
	await Promise.all(Array.from({length: limits.calls}, async () => {
		while (next <= count) {
			const index = next++;
			const rows = await get(`/nodes/pve${(index % 3) + 1}/qemu/${20_000 + index}/rrddata?timeframe=${frame}&cf=AVERAGE`);
			sum += rows.reduce((bytes, row) => bytes + ((row.netin ?? 0) * 60), 0);
		}
	}));
	await dispatcher.close();
	if (!(sum > 0)) {
		throw new Error('nothing flowed');
	}
};

const configOf = (database: string, {url, tokenId, tokenSecret, fingerprint}: SimulatorLine): string => `
database: ${database}
clusters:
  - {name: fra1, urls: ["${url}"], tokenId: "${tokenId}", tokenSecret: "${tokenSecret}", fingerprints: ["${fingerprint}"], vmids: [20001, 99999], calls: ${limits.calls}, timeout: 20s}
`;

const measureOn = async (pve: '9.2' | '8.4', count: number): Promise<readonly Row[]> => {
	const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'cronsole-bench-'));
	const cluster = start(childProgram('crowded-cluster'), [pve, String(count)]);
	const database = path.join(folder, 'state/cronsole.db');
	const config = path.join(folder, 'cronsole.yaml');
	try {
		const simulator = JSON.parse(await until('the cluster listens', () => cluster.lines[0])) as SimulatorLine;
		fs.writeFileSync(config, configOf(database, simulator), {mode: 0o600});
		await seed(database, count);
		const raw = new BetterSqlite(database);
		raw.prepare('insert into clusters (name, state, version, since, checked_at, nodes_down_json) values (?, ?, ?, 1, 1, ?)').run('fra1', 'ok', pve, '[]');
		raw.close();
		const app = await openApp({settings: await loadSettings({file: config, env: {}}), actor: {name: 'bench', address: null}, isReadOnly: false});
		const crowd: Crowd = {
			count, frame: pve === '9.2' ? 'day' : 'hour', simulator, database, app,
		};
		const [ours, bare]: [Cost[], Cost[]] = [[], []];
		try {
			for (let round = 0; round < rounds; round++) {
				turnBack(database);
				ours.push(await measure(async () => runOurs(crowd)));
				bare.push(await measure(async () => runBare(crowd)));
			}
		} finally {
			await app.close();
		}

		const row = (what: string, costOf: (cost: Cost) => number, ratioAtMost: number): Row => ({
			name: `statistics of ${count.toLocaleString('en')} VMs, PVE ${pve}: ${what}`, unit: 'ms', ours: median(ours.map(cost => costOf(cost))), limit: median(bare.map(cost => costOf(cost))),
			goal: {ratioAtMost},
		});
		return [row('time', ({ms}) => ms, 1.2), row('CPU', ({cpuMs}) => cpuMs, 2)];
	} finally {
		await cluster.end('SIGKILL');
		fs.rmSync(folder, {recursive: true, force: true});
	}
};

/** One run over all VMs against a bare loop over the same calls; PVE 9 answers with a day, which is twenty times as much as the hour of PVE 8. */
export const createStatistics = (name: string, counts: {readonly 9.2: number; readonly 8.4: number}, isLong = false): Bench => ({
	name,
	isLong,
	run: async () => [...await measureOn('9.2', counts['9.2']), ...await measureOn('8.4', counts['8.4'])],
});
