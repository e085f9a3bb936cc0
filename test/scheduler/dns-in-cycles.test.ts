import {describe, expect, test} from 'vitest';
import {systemClock, type Clock} from '../../source/domain/clock.js';
import {chores} from '../../source/scheduler/chores.js';
import {createWork} from '../../source/scheduler/work.js';
import {type SimulatedNameServer} from '../../source/simulation/name-server.js';
import {addOwing, startZones, zoneOn} from './dns-world.js';
import {
	addVm,
	makeFolder,
	openStoreIn,
	settingsWith,
	startScheduler,
	until,
	useCluster,
	workWith,
} from './world.js';

const cluster = useCluster();

const choreMs = chores.find(({name}) => name === 'DNS debts')!.everyMs;

const settingsFor = (server: SimulatedNameServer) => settingsWith({dns: [zoneOn(server)]});

/** Time, which the test makes go on: nobody waits for a next try. */
const createClock = (): Clock & {readonly pass: (ms: number) => void} => {
	let ahead = 0;
	return {
		now: () => systemClock.now() + ahead,
		monotonic: () => systemClock.monotonic() + ahead,
		pass(ms) {
			ahead += ms;
		},
	};
};

const isDone = async (store: Awaited<ReturnType<typeof openStoreIn>>, id: number) => (await store.read.operations.find(id))?.state === 'done';

describe('whoever leads', () => {
	test('pays within two cycles once a killed name server is back, and the next leader pays what comes then', async () => {
		const server = await startZones('example.net');
		const store = await openStoreIn(makeFolder());
		const clock = createClock();
		await server.faults.refuse();
		const {hostname, address, vm} = await addOwing(store);
		const first = await startScheduler(store, 'daemon', {settings: settingsFor(server), clock});
		await until(async () => (await store.read.dnsRecords.listFor(vm.id))[0]!.attempt === 1);

		await server.faults.accept();
		clock.pass(11_000);
		// A busy machine needs a moment more.
		await until(() => server.see(hostname, 'A').length > 0, (2 * choreMs) + 1000);
		expect(server.see(hostname, 'A')).toEqual([address]);

		await startScheduler(store, 'daemon', {settings: settingsFor(server), clock});
		await first.end();
		const later = await addOwing(store);
		await until(() => server.see(later.hostname, 'A').length > 0);
	});

	test('moves VMs on as ever while a name server hangs', async () => {
		const server = await startZones('example.net');
		const store = await openStoreIn(makeFolder());
		server.faults.hang();
		await addOwing(store);
		await startScheduler(store, 'daemon', {...cluster(), settings: settingsFor(server)});
		await until(() => server.count() > 0);
		const {operation} = await addVm(store);
		await store.ring();
		await until(async () => isDone(store, operation.id), 1500);
		expect(await store.read.dnsRecords.listDebts(10)).toMatchObject([{attempt: 0, error: null}]);
		server.faults.release();
	});
});

describe('a run of Process VMs', () => {
	const run = async (store: Awaited<ReturnType<typeof openStoreIn>>, server: SimulatedNameServer, lines: string[]) => {
		const {deps} = await workWith(store, 'run', {settings: settingsFor(server)});
		const {signal} = new AbortController();
		const {runTask} = createWork(deps, {
			write: store.write, signal, isAllowed: () => true, onChange: () => undefined, onMoved: () => undefined,
		});
		return runTask({
			task: 'process_vms', trigger: 'manual', by: 'crond', signal, report(line) {
				lines.push(line);
			},
		});
	};

	test('pays too, with a line for each record, which is no item of it: nobody need lead', async () => {
		const server = await startZones('example.net');
		const store = await openStoreIn(makeFolder());
		const {hostname, address} = await addOwing(store);
		const lines: string[] = [];
		const outcome = await run(store, server, lines);
		expect(outcome.run).toMatchObject({
			result: 'ok', processed: 0, errors: 0, waiting: 0,
		});
		expect(lines).toEqual([`${hostname} A in example.net on powerdns: written`]);
		expect(server.see(hostname, 'A')).toEqual([address]);
		await server.faults.refuse();
		const {hostname: other} = await addOwing(store);
		expect((await run(store, server, lines)).run).toMatchObject({result: 'ok', errors: 0});
		expect(lines[1]).toMatch(new RegExp(`^${other} A in example.net on powerdns: .* cannot be reached`));
	});

	test('lets no VM wait for a name server that hangs', async () => {
		const server = await startZones('example.net');
		const store = await openStoreIn(makeFolder());
		server.faults.hang();
		await addOwing(store);
		const {operation} = await addVm(store);
		const lines: string[] = [];
		const going = run(store, server, lines);
		await until(async () => server.count() === 1 && isDone(store, operation.id), 1500);
		server.faults.release();
		expect((await going).run).toMatchObject({processed: 1, errors: 0});
		expect(lines).toHaveLength(2);
	});
});
