import {join} from 'node:path';
import BetterSqlite from 'better-sqlite3';
import {describe, expect, test} from 'vitest';
import {systemClock} from '../../source/domain/clock.js';
import {openStore} from '../../source/store/open-store.js';
import {findLockHolder} from '../../source/store/sqlite/lock-holder.js';
import {StoreUnusable, type Store} from '../../source/store/store.js';
import {startLocker} from './support/locker.js';
import {makeFolder, makeStore, newVm} from './support/temporary-store.js';

const write = async (store: Store): Promise<StoreUnusable> => {
	try {
		await store.write(async ({vms}) => vms.insert(newVm()));
	} catch (error) {
		return error as StoreUnusable;
	}

	throw new Error('it was written');
};

const open = async () => openStore({path: join(makeFolder(), 'cronsole.db'), clock: systemClock, waitMs: 150});

describe('whoever keeps the database locked longer than a write waits', () => {
	test('is named in its refusal, with what to do: where it is stopped in the midst of a write, where it goes on, and no more once it ended', async () => {
		const store = await open();
		const locker = await startLocker(store.place);
		await locker.stop();
		const stopped = await write(store);
		expect(stopped).toBeInstanceOf(StoreUnusable);
		expect(stopped.message).toMatch(/ is busy: another process has been writing for 0\.15 s: \S+ \(PID \d+, stopped\)\.$/);
		expect(stopped.message).toContain(`(PID ${locker.pid}, stopped)`);
		expect(stopped.hint).toContain(`\`kill -CONT ${locker.pid}\``);
		expect(findLockHolder(store.place)).toMatchObject({pid: locker.pid, isStopped: true, command: `kill -CONT ${locker.pid}`});

		locker.goOn();
		const running = await write(store);
		expect(running.message).toContain(`(PID ${locker.pid}, running)`);
		expect(running.hint).toContain(`\`kill ${locker.pid}\``);
		await locker.end();
		expect(findLockHolder(store.place)).toBeNull();
		await store.write(async ({vms}) => vms.insert(newVm()));
		await store.close();
	});

	test('cannot write on a screen by its name', async () => {
		const store = await open();
		const {pid} = await startLocker(store.place, {title: '\u{1B}[2J\u{202E}evil\n(T'});
		expect(findLockHolder(store.place)!.text).toBe(`evil ⏎ (T (PID ${pid}, running)`);
		await store.close();
	});

	test('is known as well where it wants the file to itself, or the file has no WAL', async () => {
		for (const [mode, begin] of [['wal', 'begin exclusive'], ['delete', 'begin immediate'], ['delete', 'begin exclusive']] as const) {
			const path = join(makeFolder(), 'other.db');
			const database = new BetterSqlite(path);
			database.pragma(`journal_mode = ${mode}`);
			database.exec('create table x (y)');
			database.close();
			expect(findLockHolder(path)).toBeNull();
			const {pid} = await startLocker(path, {begin, pragmas: ['locking_mode = exclusive']});
			expect(findLockHolder(path), `${mode} ${begin}`).toMatchObject({pid});
		}
	});

	test('may be this process itself; those who only look are never it', async () => {
		const store = await makeStore();
		await startLocker(store.place, {begin: 'begin'});
		expect(findLockHolder(store.place)).toBeNull();
		await store.write(async ({vms}) => {
			await vms.insert(newVm());
			expect(findLockHolder(store.place)).toMatchObject({pid: process.pid, isStopped: false});
		});
		expect(findLockHolder('/nowhere/at/all.db')).toBeNull();
	});
});
