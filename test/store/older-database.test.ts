import {
	cpSync,
	copyFileSync,
	rmSync,
	writeFileSync,
} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {systemClock} from '../../source/domain/clock.js';
import {openStore} from '../../source/store/open-store.js';
import {
	addRunningVm,
	makeFolder,
	makeStore,
	newVm,
} from './support/temporary-store.js';

/** A database that was copied by hand, then worked on, then replaced by the copy. */
const goBack = async (between: (path: string) => Promise<void> = async () => undefined) => {
	const path = join(makeFolder(), 'cronsole.db');
	const before = await openStore({path, clock: systemClock});
	const {vm, operation} = await addRunningVm(before);
	await before.close();
	const old = join(makeFolder(), 'old.db');
	copyFileSync(path, old);

	const after = await openStore({path, clock: systemClock});
	await after.write(async ({vms}) => vms.insert(newVm({reference: 'order-2', hostname: 'web2.example.net'})));
	after.keepMark();
	await after.close();
	await between(path);
	copyFileSync(old, path);
	return {path, vm, operation};
};

describe('a database that is older than the mark beside it', () => {
	test('is held by whoever opens it first, and stays so', async () => {
		const {path} = await goBack();
		const store = await makeStore({path});
		expect(await store.read.upkeep.findRestored()).toMatchObject({why: 'this database is older than what was done with it'});
		store.keepMark();
		const again = await makeStore({path});
		expect(await again.read.taskSettings.findHold(Date.now())).toMatchObject({by: 'cronsole'});
	});

	test('is another one\'s business where the mark is of another installation, or broken', async () => {
		const {path} = await goBack();
		writeFileSync(`${path}.mark`, '{"installation":"deadbeef","schema":99,"rows":99999}');
		const store = await makeStore({path});
		expect(await store.read.upkeep.findRestored()).toBeNull();
		await store.close();
		writeFileSync(`${path}.mark`, '{"instal');
		expect(await (await makeStore({path})).read.upkeep.findRestored()).toBeNull();
	});

	test('is not what a database is that goes on from where it was, however often it is opened', async () => {
		const path = join(makeFolder(), 'cronsole.db');
		for (let round = 0; round < 3; round++) {
			const store = await openStore({path, clock: systemClock});
			await store.write(async ({vms}) => vms.insert(newVm({reference: `order-${round}`, hostname: `web${round}.example.net`})));
			store.keepMark();
			store.keepMark();
			expect(await store.read.upkeep.findRestored()).toBeNull();
			await store.close();
		}
	});

	test('is also one whose WAL was lost', async () => {
		const path = join(makeFolder(), 'cronsole.db');
		const store = await openStore({path, clock: systemClock});
		await store.write(async ({vms}) => vms.insert(newVm()));
		await store.checkpoint();
		await store.write(async ({vms}) => vms.insert(newVm({reference: 'order-2', hostname: 'web2.example.net'})));
		store.keepMark();
		// As it lies on the disk while it is in use.
		const copy = join(makeFolder(), 'there');
		cpSync(join(path, '..'), copy, {recursive: true});
		await store.close();
		rmSync(join(copy, 'cronsole.db-wal'));
		rmSync(join(copy, 'cronsole.db-shm'), {force: true});
		const found = await makeStore({path: join(copy, 'cronsole.db')});
		expect(await found.read.vms.list()).toHaveLength(1);
		expect(await found.read.upkeep.findRestored()).not.toBeNull();
	});
});

describe('going on with an older database', () => {
	test('leaves what was under way to a person, gives no VMID and no number of a VM out again, and takes for its order what was made for it', async () => {
		const {path, vm} = await goBack();
		const store = await makeStore({path});
		await store.write(async ({upkeep}) => upkeep.accept({
			vmids: [{cluster: 'fra1', vmid: 5001}, {cluster: 'fra1', vmid: 5002}], placed: [{vmId: vm.id, vmid: 5001, node: 'pve2'}], highestVm: vm.id + 40,
		}, 9000));
		expect(await store.read.upkeep.findRestored()).toBeNull();
		expect(await store.read.taskSettings.findHold(Date.now())).toBeNull();
		expect(await store.read.vms.get(vm.id)).toMatchObject({
			vmid: 5001, node: 'pve2', needsAttention: {since: 9000, command: `cronsole vm retry v${vm.id}`, reason: 'create: the database was restored from before it ended: see whether it was done already'},
		});
		const next = await store.write(async ({vms}) => {
			const made = await vms.insert(newVm({reference: 'order-3', hostname: 'web3.example.net'}));
			await vms.reserveVmid(made, [5000, 5999], new Set());
			return vms.get(made.id);
		});
		expect(next).toMatchObject({id: vm.id + 41, vmid: 5003});
	});

	test('knows a stamp that an order without a VM bears, and one of a number that was never given; not that of a copy made by hand', async () => {
		const store = await makeStore();
		const {vm} = await addRunningVm(store);
		const seen = {
			cluster: 'fra1', node: 'pve1', vmid: 5005, vm: vm.id, name: vm.hostname,
		};
		const strangers = [{...seen, vm: vm.id + 1, vmid: 5006}, {...seen, name: 'other.example.net'}];
		expect(await store.read.upkeep.findUnknown([seen, ...strangers])).toEqual([{...seen, isOrdered: true}, {...strangers[0], isOrdered: false}]);
		await store.write(async ({vms}) => vms.reserveVmid(vm, [5000, 5999], new Set()));
		expect(await store.read.upkeep.findUnknown([seen])).toEqual([]);
	});
});
