import {expect, test} from 'vitest';
import {type Package} from '../../source/domain/package.js';
import {type Settings} from '../../source/domain/settings.js';
import {createReconcileIncidents} from '../../source/scheduler/reconcile-incidents.js';
import {makeClock, makeStore, newVm} from '../store/support/temporary-store.js';
import {settingsWith} from './world.js';

const hour = 3_600_000;
const day = 24 * hour;
const settings: Settings = settingsWith({backups: {window: '01:00-05:00', alertAfterMs: 3 * day}});
const nightly: Package = {backupDays: ['mon'], backupAt: '02:30'};

/** A house with VMs, and a look at its incidents after each change. */
const open = async (vmCount: number, own = nightly) => {
	const clock = makeClock(100 * day);
	const store = await makeStore({clock});
	const session = await store.sessions.start({
		kind: 'daemon', actor: 'anna', address: null, isReadOnly: false,
	});
	const {held} = await store.leases.acquire('leader', session.id, 100 * day);
	const ids: number[] = [];
	await store.write(async ({vms}) => {
		for (let index = 1; index <= vmCount; index++) {
			const {id} = await vms.insertImported({
				...newVm({
					reference: `order-${index}`, hostname: `web${index}.example.net`, package: own, backup: null, createdAt: 0,
				}), node: 'pve1', vmid: 5000 + index, mac: null, remoteStatus: 'running',
			});
			ids.push(id);
		}
	});
	let changes = 0;
	const reconcile = createReconcileIncidents({
		store, clock, log: () => undefined, pulse: () => changes,
	});
	return {
		clock, store, ids,
		async look(afterMs = 10_000, hasChanged = true) {
			changes += Number(hasChanged);
			clock.pass(afterMs);
			await reconcile(store.fencedBy(held!), settings);
			return (await store.read.incidents.listOpen()).filter(({key}) => key.startsWith('backup')).map(({key, affects}) => `${key} ${affects}`);
		},
	};
};

type House = Awaited<ReturnType<typeof open>>;

type Facts = {readonly state: 'failed' | 'done' | 'running'; readonly cause?: string};

const put = async ({store, clock}: House, vmId: number, localDate: string, {state, cause}: Facts): Promise<void> => store.write(async ({backups}) => {
	const present = await backups.findOfDay(vmId, localDate);
	const backup = present && state !== 'running'
		? present
		: await backups.add({
			vmId, kind: 'scheduled', localDate, storage: 'shared', note: null, createdAt: clock.now(), operationId: null,
		});
	await backups.set(backup.id, state === 'running' ? {state} : {state, cause: cause ?? null, finishedAt: clock.now()});
});

test('a failed backup is one incident from its first attempt on until a good one, whatever the day\'s next attempt does meanwhile', async () => {
	const house = await open(1);
	const [id] = house.ids;
	expect(await house.look()).toEqual([]);
	await put(house, id!, '2026-11-23', {state: 'failed', cause: 'no space'});
	expect(await house.look()).toEqual([`backup:${id}:failed 1`]);
	const [incident] = await house.store.read.incidents.listOpen();
	await put(house, id!, '2026-11-23', {state: 'running'});
	expect(await house.look()).toHaveLength(1);
	await put(house, id!, '2026-11-23', {state: 'failed', cause: 'no space'});
	expect(await house.look()).toHaveLength(1);
	expect(await house.store.read.incidents.listOpen()).toContainEqual(incident);
	expect(incident?.cause).toContain('no space');
	await put(house, id!, '2026-11-23', {state: 'running'});
	await put(house, id!, '2026-11-23', {state: 'done'});
	expect(await house.look()).toEqual([]);
});

test('what many VMs of a storage have in common is one incident with how many it affects', async () => {
	const house = await open(12);
	for (const id of house.ids) {
		await put(house, id, '2026-11-23', {state: 'failed', cause: `no space for vzdump-qemu-${id}`});
	}

	expect(await house.look()).toEqual(['backups:fra1/shared:failed 12']);
	await put(house, house.ids[0]!, '2026-11-24', {state: 'done'});
	expect(await house.look()).toEqual(['backups:fra1/shared:failed 11']);
});

test('no good backup for three days is an incident of a VM that is to be backed up, and ends with a good one', async () => {
	const house = await open(2);
	const [id, off] = house.ids;
	await house.store.write(async ({vms}) => vms.set(off!, {backup: {}}));
	for (const one of house.ids) {
		await put(house, one, '2026-11-23', {state: 'done'});
	}

	house.clock.pass(day);
	for (const one of house.ids) {
		await put(house, one, '2026-11-24', {state: 'failed', cause: 'no space'});
	}

	house.clock.pass(day);
	expect((await house.look()).filter(key => key.includes('none'))).toEqual([]);
	house.clock.pass(day + hour);
	expect((await house.look()).filter(key => key.includes('none'))).toEqual([`backup:${id}:none 1`]);
	await put(house, id!, '2026-11-27', {state: 'done'});
	expect(await house.look()).toEqual([`backup:${off}:failed 1`]);
});

test('a change between two looks at the backups is seen at the next one, though nothing else happens', async () => {
	const house = await open(1);
	await house.look();
	await put(house, house.ids[0]!, '2026-11-23', {state: 'failed', cause: 'no space'});
	expect(await house.look(2000)).toEqual([]);
	expect(await house.look(8000, false)).toHaveLength(1);
});
