import {describe, expect, test} from 'vitest';
import {ClientError} from '../../source/clients/client-error.js';
import {type Proxmox} from '../../source/clients/proxmox/proxmox.js';
import {countTraffic} from '../../source/pipelines/count-traffic.js';
import {
	isRunning,
	moveVm,
	restartVm,
	stopVm,
	totalBytes,
} from '../../source/simulation/vms.js';
import {LockLost} from '../../source/store/leases.js';
import {
	createStatisticsWorld,
	hour,
	minute,
	type StatisticsWorld,
} from './statistics-world.js';

type Added = Awaited<ReturnType<StatisticsWorld['addVm']>>;

/** How far the count is from what really flowed up to the watermark, as a share. */
const errorOf = async (world: StatisticsWorld, {vm, guest}: Added): Promise<number> => {
	const mark = await world.store.read.traffic.findMark(vm.id);
	const counted = await world.totals(vm);
	const flowed = totalBytes(guest, 'netout', guest.createdAt, mark!.watermark * 1000);
	return Math.abs(counted.out - flowed) / flowed;
};

describe.each(['9.2', '8.4'] as const)('on PVE %s', pve => {
	test('an hourly run asks once for each VM, and counts every byte up to the last sample that is over', async () => {
		const world = await createStatisticsWorld({pve});
		const added = await world.addVm();
		const frame = pve === '9.2' ? 'day' : 'hour';
		for (const lateness of [0, 40_000, 110_000]) {
			world.pass(hour + lateness);
			const {tally} = await world.run();
			expect(tally).toEqual({
				processed: 1, errors: 0, waiting: 0, needsAttention: 0, message: null,
			});
			expect(world.asked()).toBe(frame);
		}

		expect(await errorOf(world, added)).toBeLessThan(1e-6);
		expect(await world.totals(added.vm)).toMatchObject({gaps: 0, estimated: 0});
		expect(await world.totals(added.vm, 'month')).toEqual(await world.totals(added.vm));
	});

	test('a run by hand soon after another asks for the hour alone, and one at once finds nothing new', async () => {
		const world = await createStatisticsWorld({pve});
		const {vm} = await world.addVm();
		world.pass(20 * minute);
		await world.run();
		const before = await world.totals(vm);
		const {tally, lines} = await world.run();
		expect([world.asked(), tally.processed, lines]).toEqual(['hour hour', 0, ['web1.example.net  nothing new since 17:' + (pve === '9.2' ? '19' : '20')]]);
		expect(await world.totals(vm)).toEqual(before);
	});

	test('a reboot costs the minute in which the counters fell back, and that is a gap', async () => {
		const world = await createStatisticsWorld({pve});
		const added = await world.addVm();
		world.pass(30 * minute);
		restartVm(world.server.cluster, added.guest);
		world.pass(30 * minute);
		await world.run();
		expect((await world.totals(added.vm)).gaps).toBe(60);
		expect(await errorOf(world, added)).toBeLessThan(0.03);
	});

	test('a VM that another hand moved is asked for where it is now, and what flowed before it moved is counted', async () => {
		const world = await createStatisticsWorld({pve});
		const added = await world.addVm();
		world.pass(30 * minute);
		stopVm(world.server.cluster, added.guest);
		moveVm(world.server.cluster, added.guest, 'pve3');
		world.pass(30 * minute);
		const {tally} = await world.run();
		expect(tally.processed).toBe(1);
		expect(await errorOf(world, added)).toBeLessThan(0.04);
	});

	test('the time in which its node was down is a gap, and the time after it is counted', async () => {
		const world = await createStatisticsWorld({pve});
		const added = await world.addVm();
		world.pass(10 * minute);
		world.fault({add: {kind: 'node-down', node: 'pve1'}});
		expect(isRunning(added.guest)).toBe(false);
		world.pass(20 * minute);
		await world.run();
		expect(await world.totals(added.vm)).toMatchObject({gaps: 0});
		world.fault({clear: true});
		world.pass(30 * minute);
		await world.run();
		expect((await world.totals(added.vm)).gaps).toBe(21 * 60);
		expect(await errorOf(world, added)).toBeLessThan(0.04);
	});

	test('after an outage of three hours nothing is lost; where only coarser samples are left it is an estimate', async () => {
		const world = await createStatisticsWorld({pve});
		const added = await world.addVm();
		world.pass(hour);
		await world.run();
		world.asked();
		world.pass(3 * hour);
		const {lines} = await world.run();
		const {estimated, gaps, out} = await world.totals(added.vm);
		expect([world.asked(), gaps]).toEqual([pve === '9.2' ? 'day' : 'day hour', 0]);
		expect(estimated / out).toBeCloseTo(pve === '9.2' ? 0 : 0.7, 0);
		expect(lines[0]!.includes('of it estimated')).toBe(pve === '8.4');
		expect(await errorOf(world, added)).toBeLessThan(0.01);
	});
});

test('a VM that nobody marked (one that was imported) is counted from its first sight on', async () => {
	const world = await createStatisticsWorld();
	const {vm, guest} = await world.addVm();
	const imported = await world.store.write(async ({vms}) => vms.insertImported({
		...vm, reference: 'imported', hostname: 'old.example.net', vmid: vm.vmid!, node: 'pve1',
	}));
	world.pass(hour);
	const first = await world.run();
	expect(first.lines).toContain('old.example.net  is counted from now on');
	expect(await world.totals(imported)).toMatchObject({in: 0, out: 0});
	world.pass(hour);
	await world.run();
	const {watermark} = (await world.store.read.traffic.findMark(imported.id))!;
	expect((await world.totals(imported)).in).toBeCloseTo(totalBytes(guest, 'netin', (watermark * 1000) - hour, watermark * 1000), -2);
});

test('a VM that is not there is skipped with a line, a bad answer fails its VM alone, and the others are counted', async () => {
	const world = await createStatisticsWorld();
	await world.addVm();
	const {vm: gone} = await world.addVm();
	const {vm: bad} = await world.addVm();
	world.server.cluster.vms.delete(gone.vmid!);
	world.fault({
		add: {
			kind: 'status', path: `/qemu/${bad.vmid}/rrddata`, status: 500, text: 'mmaping file failed',
		},
	});
	world.pass(hour);
	const {tally, lines} = await world.run();
	expect(lines).toContain('web2.example.net  skipped: there is no VM 10002 on fra1');
	expect(lines.some(line => line.startsWith('web1.example.net  in '))).toBe(true);
	expect(tally).toMatchObject({processed: 1, errors: 1, waiting: 0});
	expect(tally.message).toMatch(/^web3\.example\.net: .*mmaping file failed/);
});

test('VMs of a cluster that cannot be worked on wait, and so do the rest of one that breaks off in the middle', async () => {
	const world = await createStatisticsWorld();
	await world.addVm();
	world.pass(hour);
	expect((await world.run({readerOf: () => undefined})).tally).toMatchObject({processed: 0, errors: 0, waiting: 1});
	for (let index = 0; index < 40; index++) {
		await world.addVm();
	}

	let calls = 0;
	const breaking: Proxmox = {
		...world.proxmox,
		async listRrd() {
			calls++;
			throw new ClientError('fra1 cannot be reached', {peer: 'fra1', kind: 'transient', scope: 'cluster'});
		},
	};
	const {tally} = await world.run({readerOf: () => breaking});
	expect(tally).toMatchObject({processed: 0, errors: 0, waiting: 41});
	expect(calls).toBeLessThanOrEqual(24);
});

test('removed VMs and those without a place are left alone', async () => {
	const world = await createStatisticsWorld();
	const {vm} = await world.addVm();
	await world.addVm({node: null});
	await world.store.write(async ({vms}) => vms.enter(vm, 'removed', world.clock.now()));
	world.pass(hour);
	expect(await world.run()).toMatchObject({lines: [], tally: {processed: 0, waiting: 0, errors: 0}});
});

describe('crash-only', () => {
	test('killed between the answer and the record, the next run counts the same once', async () => {
		const world = await createStatisticsWorld();
		const added = await world.addVm();
		world.pass(hour);
		const killed = {
			...world.fenced,
			async write(): Promise<never> {
				throw new Error('killed');
			},
		};
		await world.run({store: killed});
		expect(await world.totals(added.vm)).toMatchObject({in: 0, out: 0});
		await world.run();
		await world.run();
		expect(await errorOf(world, added)).toBeLessThan(1e-6);
	});

	test('killed after the first record of a count, the next run counts the same once: the bytes and the watermark are one', async () => {
		const world = await createStatisticsWorld();
		const added = await world.addVm();
		world.pass(hour);
		let writes = 0;
		const store: typeof world.fenced = {
			...world.fenced,
			async write(change) {
				if (++writes > 1) {
					throw new Error('killed');
				}

				return world.fenced.write(change);
			},
		};
		await Promise.allSettled([countTraffic(added.vm, {
			proxmox: world.proxmox, store, settings: world.settings, clock: world.clock,
		})]);
		await world.run();
		expect(await errorOf(world, added)).toBeLessThan(1e-6);
	});

	test('two that count at once count once: the second is overtaken', async () => {
		const world = await createStatisticsWorld();
		const added = await world.addVm();
		world.pass(hour);
		const context = {
			proxmox: world.proxmox, store: world.fenced, settings: world.settings, clock: world.clock,
		};
		const outcomes = await Promise.all([countTraffic(added.vm, context), countTraffic(added.vm, context)]);
		expect(outcomes.map(({outcome}) => outcome).toSorted((a, b) => a.localeCompare(b))).toEqual(['counted', 'overtaken']);
		expect(await errorOf(world, added)).toBeLessThan(1e-6);
	});

	test('a run whose lock was taken stops, and writes nothing more', async () => {
		const world = await createStatisticsWorld();
		for (let index = 0; index < 40; index++) {
			await world.addVm();
		}

		world.pass(hour);
		await world.store.leases.clear('task:collect_statistics', true);
		world.asked();
		await expect(world.run()).rejects.toThrow(LockLost);
		expect(world.asked().split(' ').length).toBeLessThan(40);
	});
});
