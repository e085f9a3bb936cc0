import {expect, test} from 'vitest';
import {chores} from '../../source/scheduler/chores.js';
import {createReconcileIncidents} from '../../source/scheduler/reconcile-incidents.js';
import {createStatisticsWorld, hour, type StatisticsWorld} from '../tasks/statistics-world.js';

type Unit = 'hour' | 'day' | 'month';

const add = async ({store, clock}: StatisticsWorld, vmId: number, rows: ReadonlyArray<readonly [unit: Unit, start: string]>, bytesOut = 1): Promise<void> => {
	const mark = await store.read.traffic.findMark(vmId);
	await store.write(async ({traffic}) => traffic.add({
		vmId, from: mark!.watermark, to: mark!.watermark + 60, now: clock.now(),
		rows: rows.map(([unit, start]) => ({
			vmId, unit, start, bytesIn: 0, bytesOut, estimatedBytes: 0, gapSeconds: 0,
		})),
	}));
};

test('hours are kept for 35 days, days for 13 months, months for ever', async () => {
	const world = await createStatisticsWorld();
	const {vm} = await world.addVm();
	await add(world, vm.id, [['hour', '2026-10-17T16Z'], ['hour', '2026-10-17T17Z'], ['hour', '2026-11-21T16Z'], ['day', '2025-10-20'], ['day', '2025-10-21'], ['day', '2026-11-21'], ['month', '2019-01'], ['month', '2026-11']]);
	const {fenced, clock} = world;
	const chore = chores.find(({name}) => name === 'traffic retention')!;
	await chore.run({fenced, clock, signal: new AbortController().signal} as unknown as Parameters<typeof chore.run>[0]);
	const kept = await Promise.all((['hour', 'day', 'month'] as const).map(async unit => world.store.read.traffic.list({unit, from: '', to: '~'})));
	expect(kept.map(rows => rows.map(({start}) => start))).toEqual([['2026-10-17T17Z', '2026-11-21T16Z'], ['2025-10-21', '2026-11-21'], ['2019-01', '2026-11']]);
});

test('80 % and 100 % of the package\'s traffic are incidents, which a larger package ends', async () => {
	const world = await createStatisticsWorld();
	const {store, fenced, settings} = world;
	let monotonic = 0;
	const reconcile = createReconcileIncidents({
		store, clock: {...world.clock, monotonic: () => monotonic}, log: () => undefined, pulse: () => monotonic,
	});
	const open = async () => {
		monotonic += hour;
		await reconcile(fenced, settings);
		const incidents = await store.read.incidents.listOpen();
		return incidents.map(({key}) => key).filter(key => key.includes('traffic'));
	};

	const {vm} = await world.addVm({package: {trafficGb: 1}});
	const {vm: boundless} = await world.addVm({package: {}});
	await add(world, vm.id, [['month', '2026-11']], 0.79e9);
	await add(world, boundless.id, [['month', '2026-11']], 9e15);
	expect(await open()).toEqual([]);
	await add(world, vm.id, [['month', '2026-11']], 0.01e9);
	expect(await open()).toEqual([`vm:${vm.id}:traffic-80`]);
	await add(world, vm.id, [['month', '2026-11']], 0.3e9);
	expect(await open()).toEqual([`vm:${vm.id}:traffic-100`]);
	await store.write(async ({vms}) => vms.set(vm.id, {package: {trafficGb: 2}}));
	expect(await open()).toEqual([]);
	await store.write(async ({vms}) => vms.set(vm.id, {package: {trafficGb: 1}}));
	expect(await open()).toEqual([`vm:${vm.id}:traffic-100`]);
	// A new month begins at nothing, without anybody's doing.
	world.pass(11 * 24 * hour);
	expect(await open()).toEqual([]);
});
