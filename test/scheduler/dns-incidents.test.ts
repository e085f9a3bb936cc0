import {expect, test} from 'vitest';
import {type DnsRecord} from '../../source/domain/dns-record.js';
import {type Settings} from '../../source/domain/settings.js';
import {createReconcileIncidents} from '../../source/scheduler/reconcile-incidents.js';
import {clusterSettings} from '../support/cluster-settings.js';
import {makeClock, makeStore, startSession} from '../store/support/temporary-store.js';
import {addOwing, zoneOn} from './dns-world.js';
import {addVm, settingsWith} from './world.js';

const second = 1000;
const server = {url: 'http://127.0.0.1:8081'};

/** A house whose leader looks at its incidents each time after so long. */
const open = async (own: Partial<Settings> = {}) => {
	const clock = makeClock(1_000_000 * second);
	const store = await makeStore({clock});
	const session = await startSession(store);
	const {held} = await store.leases.acquire('leader', session.id, 1_000_000 * second);
	const settings = settingsWith({dns: [zoneOn(server)], ...own});
	const reconcile = createReconcileIncidents({
		store, clock, log: () => undefined, pulse: () => 0,
	});
	return {
		clock, store,
		owe: async (cluster = 'fra1') => addOwing(store, {cluster, now: clock.now()}),
		async settle(vmId: number, state: DnsRecord['state'], error: string | null) {
			const [record] = await store.read.dnsRecords.listFor(vmId);
			await store.write(async ({dnsRecords}) => dnsRecords.settle(record!.id, record!.revision, {
				state, error, mine: [], attempt: 1, nextAttemptAt: state === 'done' ? null : clock.now(),
			}, clock.now()));
		},
		async look(afterMs: number) {
			clock.pass(afterMs);
			await reconcile(store.fencedBy(held!), settings);
			return (await store.read.incidents.listOpen()).filter(({key}) => /^(?:dns|pool)/.test(key)).map(({key, severity, affects}) => `${key} ${severity} ${affects}`);
		},
		async said() {
			const rows = await store.read.activity.list({limit: 100});
			return rows.filter(({message}) => /^(?:incident|over): /.test(message) && !message.includes('overdue'));
		},
	};
};

test('a name server that is gone for a minute is an incident with all that is owed there, and is over once that is paid', async () => {
	const {owe, settle, look, said} = await open();
	const ids = [(await owe()).vm.id, (await owe()).vm.id];
	for (const id of ids) {
		await settle(id, 'owed', 'connection refused');
	}

	expect(await look(31 * second)).toEqual([]);
	expect(await look(31 * second)).toEqual(['dns:example.net:powerdns warning 2']);
	await settle(ids[0]!, 'done', null);
	expect(await look(31 * second)).toEqual(['dns:example.net:powerdns warning 1']);
	await settle(ids[1]!, 'done', null);
	expect(await look(31 * second)).toEqual([]);
	expect((await said()).map(({subject, message}) => `${subject} ${message}`)).toEqual([
		'example.net incident: example.net on powerdns: connection refused; 2 records are owed',
		'example.net over: example.net on powerdns: connection refused; 1 record is owed',
	]);
});

test('somebody else\'s record is an incident of the VM at once, said of that VM, and is over once it is removed', async () => {
	const {owe, settle, look, said} = await open();
	const {vm} = await owe();
	await settle(vm.id, 'foreign', '198.51.100.9 stands there, which cronsole did not make');
	expect(await look(31 * second)).toEqual([`dns:vm:${vm.id} warning 1`]);
	expect(await said()).toMatchObject([{subject: vm.hostname, vmId: vm.id, level: 'warning'}]);
	await settle(vm.id, 'done', null);
	expect(await look(31 * second)).toEqual([]);
});

test('what is left alone on a cluster that is only observed is no incident', async () => {
	const {owe, settle, look} = await open({clusters: [clusterSettings({name: 'ams1', observe: true})]});
	const {vm} = await owe('ams1');
	await settle(vm.id, 'owed', 'connection refused');
	expect(await look(120 * second)).toEqual([]);
});

test('orders that wait for an address are an incident of their pool, though nobody wants to hear of it running low', async () => {
	const {store, look} = await open({
		pools: [{
			name: 'fra1-v4', cluster: 'fra1', family: 4, bridge: 'vmbr0', vlan: 0, gateway: '203.0.113.1', prefix: 24, first: '203.0.113.10', last: '203.0.113.11',
			resolvers: [], alertBelow: 0, quarantineMs: 1000, genericPtr: null,
		}],
	});
	expect(await look(31 * second)).toEqual([]);
	const operations = [await addVm(store), await addVm(store)].map(({operation}) => operation);
	for (const {id} of operations) {
		await store.write(async tables => {
			await tables.operations.begin(id, 1);
			await tables.operations.wait(id, {
				waitingFor: 'a free IPv4 address in fra1-v4', nextAttemptAt: null, remoteTaskId: null, slot: null, pausedByNode: null,
			});
		});
	}

	expect(await look(31 * second)).toEqual(['pool:fra1-v4:low critical 2']);
	await store.write(async tables => {
		for (const {id} of operations) {
			await tables.operations.finish(id, 'done', 2);
		}
	});
	expect(await look(31 * second)).toEqual([]);
});
