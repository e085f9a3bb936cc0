import BetterSqlite from 'better-sqlite3';
import {expect, onTestFinished, test} from 'vitest';
import {addRunningVm, makeStore, newVm} from './support/temporary-store.js';

const makeFleet = async (count: number) => {
	const store = await makeStore();
	await store.write(async ({vms}) => vms.insert(newVm()));
	const raw = new BetterSqlite(store.place);
	onTestFinished(() => {
		raw.close();
	});
	const columns = (raw.pragma('table_info(vms)') as ReadonlyArray<{readonly name: string}>).map(({name}) => name).filter(name => !['id', 'reference', 'hostname', 'stamp'].includes(name)).join(', ');
	raw.exec(`with recursive n (i) as (select 2 union all select i + 1 from n where i < ${count})
		insert into vms (reference, hostname, ${columns}) select 'order-' || i, 'h' || i || '.example.net', ${columns} from n, vms where vms.reference = 'order-1'`);
	return {store, raw, list: async (limit = 10_000) => store.read.listings.vms(limit)};
};

test('whoever wants a turn has one while a long list is read', async () => {
	const {list} = await makeFleet(4500);
	let turns = 0;
	const go = (): void => {
		turns++;
		next = setImmediate(go);
	};

	let next = setImmediate(go);
	const {rows} = await list();
	clearImmediate(next);
	expect(rows).toHaveLength(4500);
	expect(turns).toBeGreaterThanOrEqual(4);
});

test('the line of a VM is the same object until something of it changes, or while something of it is under way', async () => {
	const {store, raw, list} = await makeFleet(5);
	const {vm} = await addRunningVm(store, {reference: 'work', hostname: 'a-work.example.net'});
	const before = (await list()).rows;
	raw.exec('update vms set node = \'pve9\' where reference = \'order-3\'');
	const after = (await list()).rows;
	expect(after.filter((line, index) => line !== before[index]).map(({reference}) => reference)).toEqual(['work', 'order-3']);
	await store.write(async ({operations}) => {
		await operations.cancelOpen(vm.id, 1, 'no');
	});
	const idle = (await list()).rows;
	expect(idle.map(({reference}) => reference)).toContain('work');
	expect((await list()).rows.every((line, index) => line === idle[index])).toBe(true);
});

test('of more than the limit the first are shown, whatever changes', async () => {
	const {raw, list} = await makeFleet(9);
	const namesOf = async () => (await list(3)).rows.map(({hostname}) => hostname);
	expect(await namesOf()).toEqual(['h2.example.net', 'h3.example.net', 'h4.example.net']);
	raw.exec('update vms set hostname = \'a.example.net\' where reference = \'order-9\'');
	expect(await namesOf()).toEqual(['a.example.net', 'h2.example.net', 'h3.example.net']);
	raw.exec('update vms set status = \'removed\', removed_at = id where reference <> \'order-9\'');
	expect(await list(3)).toMatchObject({total: 9, rows: [{reference: 'order-9'}, {reference: 'order-8'}, {reference: 'order-7'}]});
});

test('counts that went back, as in a database that was put back in its place, have everything read again', async () => {
	const {raw, list} = await makeFleet(5);
	await list();
	raw.exec('drop trigger vms_update; update vms set hostname = \'z.example.net\' where reference = \'order-2\'; update changes set stamp = 1 where subject = \'vms\'');
	expect((await list()).rows.at(-1)).toMatchObject({hostname: 'z.example.net'});
});
