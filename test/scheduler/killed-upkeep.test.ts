import {readdirSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import BetterSqlite from 'better-sqlite3';
import {describe, expect, test} from 'vitest';
import {systemClock} from '../../source/domain/clock.js';
import {copyDaily} from '../../source/scheduler/copy-daily.js';
import {type Store} from '../../source/store/store.js';
import {useChildren} from '../store/support/child-process.js';
import {
	addRunningVm,
	makeFolder,
	makeStore,
	startSession,
} from '../store/support/temporary-store.js';

const children = useChildren('killed.ts');

const kills = Number(process.env.CRONSOLE_KILLS ?? 4);

const makeLed = async () => {
	const store = await makeStore({path: path.join(makeFolder(), 'cronsole.db')});
	const session = await startSession(store);
	const {held} = await store.leases.acquire('leader', session.id, 600_000);
	return {store, lease: held!, backups: path.join(path.dirname(store.place), 'backups')};
};

const listBackups = (folder: string): readonly string[] => {
	try {
		return readdirSync(folder);
	} catch {
		return [];
	}
};

/** Throws unless it is whole and has all rows. */
const checkCopy = (file: string, rows: number): void => {
	const copy = new BetterSqlite(file, {readonly: true});
	expect(copy.pragma('integrity_check', {simple: true})).toBe('ok');
	expect(copy.prepare('select count(*) from activity').pluck().get()).toBe(rows);
	copy.close();
};

const fill = async (store: Store, rows: number) => store.write(async ({activity}) => {
	for (let index = 0; index < rows; index++) {
		await activity.add({
			at: index, level: 'info', actor: {name: 'anna', address: null}, subject: 'x', message: 'm'.repeat(1500),
		});
	}
});

describe('the daily copy', () => {
	test('killed at any moment leaves nothing under its name that is not whole; the next one takes away what is left and is made', async () => {
		const {store, lease, backups} = await makeLed();
		const rows = 2500;
		await fill(store, rows);
		for (let kill = 0; kill < kills; kill++) {
			const child = children.start();
			await child.ask('open', store.place);
			void child.ask('copy', lease).catch(() => undefined);
			// From before the first page to after the last.
			await sleep(2 + (kill * 20));
			await child.kill();
			for (const name of listBackups(backups).filter(name => name.endsWith('.db'))) {
				checkCopy(path.join(backups, name), rows);
			}
		}

		await store.write(async ({upkeep}) => upkeep.noteCopy({madeAt: null, error: null}));
		await sleep(1000 - (Date.now() % 1000));
		await copyDaily({store, fenced: store.fencedBy(lease), clock: systemClock});
		const names = listBackups(backups);
		expect(names.filter(name => !/^cronsole-\d{8}T\d{6}Z\.db$/.test(name))).toEqual([]);
		expect(await store.read.upkeep.findLastCopy()).toMatchObject({madeAt: expect.any(Number) as number, error: null});
		checkCopy(path.join(backups, names.toSorted().at(-1)!), rows);
	});

	test('killed between the copy and its note is made again, beside the first', async () => {
		const {store, lease, backups} = await makeLed();
		const child = children.start();
		void child.ask('copyUnnoted', store.place, lease).catch(() => undefined);
		await child.gone;
		const [first] = listBackups(backups);
		expect(first).toMatch(/^cronsole-\d{8}T\d{6}Z\.db$/);
		expect(await store.read.upkeep.findLastCopy()).toEqual({madeAt: null, error: null});
		const before = readFileSync(path.join(backups, first!));
		await sleep(1000 - (Date.now() % 1000));
		await copyDaily({store, fenced: store.fencedBy(lease), clock: systemClock});
		expect(listBackups(backups)).toHaveLength(2);
		expect(readFileSync(path.join(backups, first!)).equals(before)).toBe(true);
	});
});

describe('db accept', () => {
	test.each([['in', true], ['after', false]] as const)('killed %s its transaction has done all of it or nothing, and the next one ends it', async (when, isHeld) => {
		const {store} = await makeLed();
		const {vm} = await addRunningVm(store);
		await store.write(async ({upkeep}) => upkeep.pauseRestored('a test', 1000));
		const found = {vmids: [{cluster: 'fra1', vmid: 5001}], placed: [{vmId: vm.id, vmid: 5001, node: 'pve2'}], highestVm: vm.id + 40};
		const child = children.start();
		void child.ask('accept', store.place, found, when).catch(() => undefined);
		await child.gone;
		const look = async () => {
			const {vmid, node, needsAttention} = await store.read.vms.get(vm.id);
			return {
				isHeld: await store.read.upkeep.findRestored() !== null, vmid, node, needsAttention: needsAttention !== null,
			};
		};

		const whole = {
			isHeld: false, vmid: 5001, node: 'pve2', needsAttention: true,
		};
		expect(await look()).toEqual(isHeld
			? {
				isHeld: true, vmid: null, node: null, needsAttention: false,
			}
			: whole);
		await store.write(async ({upkeep}) => upkeep.accept(found, 9000));
		expect(await look()).toEqual(whole);
	});
});
