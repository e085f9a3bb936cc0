import BetterSqlite from 'better-sqlite3';
import {expect, onTestFinished, test} from 'vitest';
import {makeStore, newVm, startSession} from './support/temporary-store.js';

/** Tables whose changes are not counted, each with its reason. */
const uncounted: Readonly<Record<string, string>> = {
	changes: 'the counts themselves',
	intake_nonces: 'seen by nobody',
	kysely_migration: 'not ours',
	kysely_migration_lock: 'not ours',
	leases: 'renewed all the time; read anew at each look',
	meta: 'words about the database itself; no list shows them',
	sessions: 'seen all the time; read anew at each look',
	skips: 'written all the time; read anew at each look',
	vmids: 'given with the VM, which is counted',
};

const openRaw = async () => {
	const store = await makeStore();
	const raw = new BetterSqlite(store.place);
	onTestFinished(() => {
		raw.close();
	});
	return {
		store, raw,
		stamp: (table: string) => raw.prepare('select stamp from changes where subject = ?').pluck().get(table) as number,
	};
};

test('every change of every table is counted, or the table is named here with the reason why not', async () => {
	const {raw} = await openRaw();
	const tables = raw.prepare('select name from sqlite_schema where type = \'table\' and name not like \'sqlite_%\' order by name').pluck().all() as readonly string[];
	const triggers = raw.prepare('select name from sqlite_schema where type = \'trigger\'').pluck().all() as readonly string[];
	const counted = tables.filter(table => !Object.hasOwn(uncounted, table));
	expect([...triggers].toSorted()).toEqual(counted.flatMap(table => ['insert', 'update', 'delete'].map(event => `${table}_${event}`)).toSorted());
	expect(raw.prepare('select subject from changes order by subject').pluck().all()).toEqual(counted);
	expect(Object.keys(uncounted).filter(table => !tables.includes(table)), 'these are no tables any more').toEqual([]);
});

test('a VM has the number of its last change, whatever the statement says of conflicts, and its addresses are a part of it', async () => {
	const {store, raw, stamp} = await openRaw();
	const ids = await store.write(async ({vms}) => {
		const first = await vms.insert(newVm());
		const second = await vms.insert(newVm({reference: 'order-2'}));
		return [first.id, second.id];
	});
	const stamps = () => raw.prepare('select stamp from vms order by id').pluck().all();
	expect(stamps()).toEqual([1, 2]);
	const address = `insert or ignore into addresses (cluster, key, address, vm_id, pool, prefix, gateway, bridge, vlan, resolvers_json)
		values ('fra1', '4c0000202', '192.0.2.2', ${ids[0]}, 'public', 29, '192.0.2.1', 'vmbr0', 0, '[]')`;
	raw.exec(address);
	expect(stamps()).toEqual([3, 2]);
	raw.exec(address);
	expect(stamps()).toEqual([3, 2]);
	raw.exec(`update or fail addresses set vm_id = ${ids[1]}`);
	expect(new Set(stamps())).toEqual(new Set([4, 5]));
	raw.exec('update or ignore vms set hostname = \'y\'');
	expect(stamps().every(one => (one as number) > 5)).toBe(true);
	const before = stamp('vms');
	raw.exec('begin; update vms set hostname = \'x\'; rollback');
	expect(stamp('vms')).toBe(before);
	expect(raw.prepare('update vms set hostname = \'x\'').run().changes).toBe(2);
});

test('a lease that is renewed and a session that says that it lives count for nothing', async () => {
	const {store, raw} = await openRaw();
	const session = await startSession(store);
	await store.leases.acquire('leader', session.id, 60_000);
	const all = () => raw.prepare('select sum(stamp) from changes').pluck().get();
	const before = all();
	const version = raw.pragma('data_version', {simple: true});
	await store.leases.renewAll(session.id);
	await store.sessions.touch(session.id);
	expect(raw.pragma('data_version', {simple: true})).not.toBe(version);
	expect(all()).toBe(before);
});
