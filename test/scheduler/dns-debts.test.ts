import {
	describe,
	expect,
	onTestFinished,
	test,
} from 'vitest';
import {createDns} from '../../source/clients/dns/create-dns.js';
import {type LogLine} from '../../source/domain/log.js';
import {type Settings} from '../../source/domain/settings.js';
import {createPayDebts, type DebtsWish} from '../../source/scheduler/dns-debts.js';
import {type Lock} from '../../source/scheduler/instance.js';
import {LockLost} from '../../source/store/leases.js';
import {clusterSettings} from '../support/cluster-settings.js';
import {makeClock, makeStore, startSession} from '../store/support/temporary-store.js';
import {addOwing, startZones, zoneOn} from './dns-world.js';
import {settingsWith} from './world.js';

const minute = 60_000;

/** A process that pays, with a clock that only the test moves. */
const open = async (own: Partial<Settings> = {}) => {
	const server = await startZones('example.net', 'example.org');
	const clock = makeClock(1000 * minute);
	const store = await makeStore({clock});
	const session = await startSession(store);
	const {held} = await store.leases.acquire('leader', session.id, 1000 * minute);
	const settings = settingsWith({dns: [zoneOn(server), zoneOn(server, 'example.org')], ...own});
	const log: LogLine[] = [];
	const dns = createDns(() => settings.dns, {clock});
	onTestFinished(async () => dns.close());
	const payDebts = createPayDebts({
		read: store.read, dns, settings: () => settings, clock, random: () => 1, log(line) {
			log.push(line);
		},
	});
	const lock: Pick<Lock, 'store' | 'guard'> = {store: store.fencedBy(held!), guard: () => undefined};
	const {signal} = new AbortController();
	return {
		server, store, clock, lock, log, payDebts,
		pay: async (wish: Partial<DebtsWish> = {}) => payDebts(lock, {signal, ...wish}),
		owe: async (given: Parameters<typeof addOwing>[1] = {}) => addOwing(store, {...given, now: clock.now()}),
	};
};

describe('what is owed in DNS', () => {
	test('is paid once its moment has come, and nothing is asked again after that', async () => {
		const {server, pay, owe, store} = await open();
		const {vm, hostname, address} = await owe();
		expect(await pay()).toBe(1);
		expect(server.see(hostname, 'A')).toEqual([address]);
		expect(await store.read.dnsRecords.listFor(vm.id)).toMatchObject([{state: 'done', mine: [address]}]);
		const asked = server.count();
		expect(await pay()).toBe(0);
		expect(server.count()).toBe(asked);
	});

	test('waits for the next try while its server is gone, and is told loudly once', async () => {
		const {server, pay, owe, clock, log} = await open();
		const {hostname, address, vm} = await owe();
		await owe();
		await server.faults.refuse();
		expect(await pay()).toBe(2);
		expect(await pay()).toBe(0);
		clock.pass(minute);
		expect(await pay()).toBe(2);
		await server.faults.accept();
		clock.pass(minute);
		expect(await pay()).toBe(2);
		expect(server.see(hostname, 'A')).toEqual([address]);
		expect(log.map(({level, event}) => `${level} ${event}`)).toEqual([
			'warning dns-failed', 'debug dns-failed', 'debug dns-failed', 'debug dns-failed', 'debug dns-written', 'debug dns-written',
		]);
		expect(log[0]).toMatchObject({vm: `v${vm.id}`, message: expect.stringMatching(/^\S+ A in example\.net on powerdns: .+ cannot be reached/)});
	});

	test('is tried neither on hold nor while Process VMs is paused or off; a run pays in spite of the last two', async () => {
		const {server, pay, owe, store} = await open();
		await owe();
		const spell = {
			by: 'anna', reason: null, since: 0, until: null,
		};
		await store.write(async ({taskSettings}) => taskSettings.setHold(spell));
		expect([await pay(), await pay({isRun: true})]).toEqual([0, 0]);
		await store.write(async ({taskSettings}) => {
			await taskSettings.setHold(null);
			await taskSettings.setPaused('process_vms', spell);
		});
		expect(await pay()).toBe(0);
		await store.write(async ({taskSettings}) => {
			await taskSettings.setPaused('process_vms', null);
			await taskSettings.setInterval('process_vms', 0, 'anna');
		});
		expect(await pay()).toBe(0);
		expect(server.count()).toBe(0);
		const lines: string[] = [];
		expect(await pay({
			isRun: true, report(line) {
				lines.push(line);
			},
		})).toBe(1);
		expect(lines).toEqual([expect.stringMatching(/ A in example\.net on powerdns: written$/)]);
	});

	test('is left alone where the VM\'s cluster is only observed', async () => {
		const {server, pay, owe} = await open({clusters: [clusterSettings({}), clusterSettings({name: 'ams1', observe: true})]});
		const {hostname} = await owe({cluster: 'ams1'});
		const {hostname: other, address} = await owe();
		expect(await pay()).toBe(1);
		expect([server.see(hostname, 'A'), server.see(other, 'A')]).toEqual([[], [address]]);
	});

	test('of one zone, however much, keeps no other zone from its turn', async () => {
		const {server, pay, owe} = await open();
		for (let index = 0; index < 105; index++) {
			await owe();
		}

		const {hostname, address} = await owe({zone: 'example.org'});
		expect(await pay()).toBe(101);
		expect(server.see(hostname, 'A')).toEqual([address]);
		expect(await pay()).toBe(5);
	});

	test('is paid by one go at a time', async () => {
		const {server, pay, owe} = await open();
		await owe();
		expect((await Promise.all([pay(), pay(), pay()])).filter(tried => tried > 0)).toEqual([1]);
		expect(server.count('PATCH')).toBe(1);
	});

	test('is left for later once the process is told to stop', async () => {
		const {server, owe, lock, payDebts} = await open();
		const stopping = new AbortController();
		await owe();
		await owe();
		server.faults.hang('PATCH');
		const going = payDebts(lock, {signal: stopping.signal});
		await expect.poll(() => server.count('PATCH')).toBe(1);
		stopping.abort();
		server.faults.release();
		expect(await going).toBe(1);
		expect(await payDebts(lock, {signal: stopping.signal})).toBe(0);
	});

	test('is not written by a leader whose lease was taken; the next one pays, once the claim of the first is over', async () => {
		const {server, owe, lock, payDebts, pay, clock} = await open();
		const {hostname, address} = await owe();
		const {signal} = new AbortController();
		const lost: typeof lock = {
			...lock, guard() {
				throw new LockLost('leader');
			},
		};
		await expect(payDebts(lost, {signal})).rejects.toThrow(LockLost);
		expect(server.count('PATCH')).toBe(0);
		expect(await pay()).toBe(0);
		clock.pass(minute);
		expect(await pay()).toBe(1);
		expect(server.see(hostname, 'A')).toEqual([address]);
	});
});
