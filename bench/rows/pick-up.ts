import {fork, type ChildProcess} from 'node:child_process';
import {once} from 'node:events';
import fs from 'node:fs';
import {connect} from 'node:net';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {setTimeout as sleep} from 'node:timers/promises';
import BetterSqlite from 'better-sqlite3';
import {systemClock} from '../../source/domain/clock.js';
import {openStore} from '../../source/store/open-store.js';
import {type Store} from '../../source/store/store.js';
import {until} from '../../test/support/program.js';
import {quantile, type Bench, type Row} from '../row.js';
import {newVm} from '../support/new-vm.js';
import {childProgram, createPlace, isLeading} from '../support/place.js';

const rounds = 1500;
const silentOrders = 20;
const pauseMs = 5;
const lostAfterMs = 5000;

const now = (): number => Number(process.hrtime.bigint()) / 1e6;

/** A listener in a process of its own; answers when it has read the row of the given enqueue. */
const listen = async (database: string, socket: string) => {
	const child: ChildProcess = fork(childProgram('listener'), [database, socket]);
	await once(child, 'message');
	return {
		async time(by: 'ours' | 'limit', enqueue: () => Promise<void> | void): Promise<number> {
			const begin = now();
			const heard = once(child, 'message') as Promise<[{readonly by: string; readonly at: number}]>;
			await enqueue();
			const [told] = await heard;
			if (told.by !== by) {
				throw new Error(`${told.by} was heard in the place of ${by}`);
			}

			return told.at - begin;
		},
		end: () => child.kill('SIGKILL'),
	};
};

const addActivity = async (store: Store): Promise<void> => {
	await store.write(async ({activity}) => activity.add({
		at: 1, level: 'info', actor: {name: 'bench', address: null}, subject: 'bench', message: 'enqueued',
	}));
	await store.ring();
};

const createRaw = (database: string, socket: string) => {
	const raw = new BetterSqlite(database);
	raw.pragma('synchronous = full');
	const add = raw.prepare('insert into activity (at, level, actor, subject, message) values (1, \'info\', \'bench\', \'bench\', \'enqueued\')');
	return {
		enqueue() {
			add.run();
			connect(socket).on('error', () => undefined).resume();
		},
		close: () => raw.close(),
	};
};

const measureBell = async (): Promise<Row[]> => {
	const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'cronsole-bench-'));
	const database = path.join(folder, 'cronsole.db');
	const socket = path.join(folder, 'raw.socket');
	const store = await openStore({path: database, clock: systemClock});
	const raw = createRaw(database, socket);
	const listener = await listen(database, socket);
	try {
		const ours: number[] = [];
		const limit: number[] = [];
		for (let round = 0; round < rounds; round++) {
			ours.push(await listener.time('ours', async () => addActivity(store)));
			await sleep(pauseMs);
			limit.push(await listener.time('limit', raw.enqueue));
			await sleep(pauseMs);
		}

		return [
			{
				name: 'pick-up with the bell, p50 (limit: raw row and socket)', unit: 'ms', ours: quantile(ours, 0.5), limit: quantile(limit, 0.5), goal: {ratioAtMost: 1.8, oursAtMost: 2.5},
			},
			{
				name: 'pick-up with the bell, p99', unit: 'ms', ours: quantile(ours, 0.99), limit: quantile(limit, 0.99), goal: {ratioAtMost: 1.7, oursAtMost: 10},
			},
		];
	} finally {
		listener.end();
		raw.close();
		await store.close();
		fs.rmSync(folder, {recursive: true, force: true});
	}
};

/** Orders for which nobody rings, at moments that have nothing to do with the daemon's cycle. */
const measureSilence = async (): Promise<Row[]> => {
	const place = await createPlace();
	const daemon = place.daemon();
	await until('it leads', () => isLeading(daemon));
	const store = await openStore({path: place.database, clock: systemClock});
	try {
		const ids: number[] = [];
		for (let index = 0; index < silentOrders; index++) {
			ids.push(await store.write(async ({vms, operations}) => {
				const {id} = await vms.insert(newVm(index));
				const {operation} = await operations.add(id, {
					kind: 'create', params: null, requestedBy: 'bench', now: Date.now(),
				});
				return operation.id;
			}));
			await sleep(100 + (Math.random() * 1000));
		}

		await sleep(lostAfterMs);
		const found = await Promise.all(ids.map(async id => store.read.operations.find(id)));
		const times = found.filter(operation => operation !== undefined).filter(({startedAt}) => startedAt !== null).map(({startedAt, requestedAt}) => startedAt! - requestedAt);
		return [
			{
				name: 'pick-up with the bell lost, longest (limit: one cycle)', unit: 'ms', ours: Math.max(...times), limit: 1000, goal: {ratioAtMost: 1.2},
			},
			{
				name: `pick-up with the bell lost: never begun, of ${silentOrders}`, unit: '', ours: silentOrders - times.length, limit: 0, goal: {oursAtMost: 0},
			},
		];
	} finally {
		await store.close();
		await place.remove();
	}
};

/** From the start of an enqueue to the row in the hands of another process. */
export const pickUp: Bench = {
	name: 'pick-up',
	run: async () => [...await measureBell(), ...await measureSilence()],
};
