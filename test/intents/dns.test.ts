import {describe, expect, test} from 'vitest';
import {type DnsState} from '../../source/domain/dns-record.js';
import {
	begin,
	createWorld,
	deploy,
	lastActivity,
	refusalOf,
	type World,
} from './world.js';

const reverse = '  - {zone: 113.0.203.in-addr.arpa, provider: cloudflare, token: x}\n';

const createNamedWorld = async (): Promise<World> => createWorld('', reverse);

/** As a go at every record would leave it. */
const settleAll = async ({store}: World, vmId: number, state: DnsState = 'done', error: string | null = null) => store.write(async ({dnsRecords}) => {
	for (const {id, revision, values} of await dnsRecords.listFor(vmId)) {
		await dnsRecords.settle(id, revision, {
			state, mine: values, error, attempt: state === 'owed' ? 1 : 0, nextAttemptAt: state === 'done' ? null : Date.now() + 60_000,
		}, Date.now());
	}
});

const endAll = async ({store}: World, vmId: number) => {
	for (const {id} of await store.read.operations.listOpen(vmId)) {
		await store.write(async ({operations}) => {
			await operations.begin(id, 1000);
			await operations.finish(id, 'done', 2000);
		});
	}
};

describe('vm rdns', () => {
	test('names an address in any spelling, owes the record at once, and asks for the operation that writes it', async () => {
		const world = await createNamedWorld();
		const {intents, store} = world;
		const vm = await deploy(world);
		await expect(intents.setReverseName('whmcs-1', '203.0.113.10/24', 'Mail.Example.ORG.')).resolves.toMatchObject({
			changed: true, message: 'web1.example.net: 203.0.113.10 is called mail.example.org from now on', operation: {kind: 'dns', params: {takesOver: false}},
		});
		await expect(store.read.addresses.listFor(vm.id)).resolves.toMatchObject([{ptr: 'mail.example.org'}]);
		await expect(lastActivity(store)).resolves.toBe('info anna web1.example.net: 203.0.113.10 is called mail.example.org in DNS; before: web1.example.net');
		const records = await store.read.dnsRecords.listFor(vm.id);
		expect(records.find(({type}) => type === 'PTR')).toMatchObject({name: '10.113.0.203.in-addr.arpa', values: ['mail.example.org'], state: 'owed'});

		await expect(intents.setReverseName('whmcs-1', '203.0.113.10', null)).resolves.toMatchObject({message: 'web1.example.net: 203.0.113.10 is called web1.example.net from now on'});
		await expect(store.read.addresses.listFor(vm.id)).resolves.toMatchObject([{ptr: null}]);
	});

	test('said while the operation that writes names is under way, the new name is owed all the same', async () => {
		const world = await createNamedWorld();
		const {intents, store} = world;
		const vm = await deploy(world);
		const {operation} = await intents.setReverseName('whmcs-1', '203.0.113.10', 'a.example.org');
		await begin(world, operation!);
		await settleAll(world, vm.id);
		await intents.setReverseName('whmcs-1', '203.0.113.10', 'b.example.org');
		await expect(store.read.dnsRecords.listDebts(10)).resolves.toMatchObject([{
			type: 'PTR', values: ['b.example.org'], state: 'owed', vmId: vm.id,
		}]);
	});

	test('that is so already says so, unless it is owed: then it is tried again', async () => {
		const world = await createNamedWorld();
		const {intents, store} = world;
		const vm = await deploy(world);
		const say = async () => intents.setReverseName('whmcs-1', '203.0.113.10', 'mail.example.org');
		await say();
		await endAll(world, vm.id);
		await settleAll(world, vm.id, 'owed', 'it does not answer');
		await expect(say()).resolves.toMatchObject({changed: true, message: 'web1.example.net: 203.0.113.10 is called mail.example.org already; that is owed in DNS and tried again', operation: {kind: 'dns'}});
		await expect(say()).resolves.toMatchObject({changed: false, operation: {kind: 'dns', state: 'waiting'}});
		await expect(store.read.operations.listOpen(vm.id)).resolves.toHaveLength(1);
		await endAll(world, vm.id);
		await settleAll(world, vm.id);
		await expect(say()).resolves.toMatchObject({changed: false, message: 'web1.example.net: 203.0.113.10 is called mail.example.org already', operation: null});
	});

	test('the VM\'s own hostname is the default, however it is said', async () => {
		const world = await createNamedWorld();
		const {intents, store} = world;
		const vm = await deploy(world);
		await intents.setReverseName('whmcs-1', '203.0.113.10', 'mail.example.org');
		await intents.setReverseName('whmcs-1', '203.0.113.10', 'WEB1.example.net.');
		await expect(store.read.addresses.listFor(vm.id)).resolves.toMatchObject([{ptr: null}]);
	});

	test('of an address that is not its own, or with what is no hostname, is refused, and nothing is written', async () => {
		const world = await createNamedWorld();
		const {intents, store} = world;
		const vm = await deploy(world);
		const before = await lastActivity(store);
		for (const address of ['203.0.113.11', '203.0.113.010', '2001:db8::10', '\u{1B}[2Jevil', '']) {
			const refusal = await refusalOf(intents.setReverseName('whmcs-1', address, 'mail.example.org'));
			expect(refusal).toMatchObject({code: 'unknown', message: `web1.example.net has no address ${address.replace('\u{1B}[2J', '')}`, hint: 'it has 203.0.113.10'});
		}

		for (const name of ['my_host.example.org', '*.example.org', 'a..example.org', '.', '', '192.0.2.1', `${'a'.repeat(64)}.org`, 'b\u{FC}ro.example.org', 'x\u{202E}\n.org']) {
			const refusal = await refusalOf(intents.setReverseName('whmcs-1', '203.0.113.10', name));
			expect(refusal).toMatchObject({code: 'invalid', message: `name: ${name.replace('\u{202E}\n', ' ⏎ ')} is no DNS name of a host`, hint: expect.stringMatching(/^write labels/)});
		}

		await expect(store.read.addresses.listFor(vm.id)).resolves.toMatchObject([{ptr: null}]);
		await expect(store.read.operations.listOpen(vm.id)).resolves.toEqual([]);
		await expect(store.read.dnsRecords.listFor(vm.id)).resolves.toEqual([]);
		await expect(lastActivity(store)).resolves.toBe(before);
	});

	test('without a reverse zone in the config it is refused, and nothing is written', async () => {
		const world = await createWorld();
		const {intents, store} = world;
		const vm = await deploy(world);
		const refusal = await refusalOf(intents.setReverseName('whmcs-1', '203.0.113.10', 'mail.example.org'));
		expect(refusal).toMatchObject({
			code: 'not-allowed', message: 'no zone of the config holds 10.113.0.203.in-addr.arpa: nothing was written', hint: 'add its reverse zone to `dns` in the config, then say it again',
		});
		await expect(store.read.addresses.listFor(vm.id)).resolves.toMatchObject([{ptr: null}]);
		await expect(store.read.operations.listOpen(vm.id)).resolves.toEqual([]);
	});
});

describe('dns set and adopt', () => {
	test('ask for one operation each, however often they are said; the one that takes over says so', async () => {
		const world = await createNamedWorld();
		const {intents, store} = world;
		const vm = await deploy(world);
		await expect(intents.setDns('whmcs-1', {takesOver: false})).resolves.toMatchObject({changed: true, message: 'web1.example.net: setting its DNS records asked for', operation: {kind: 'dns', params: {takesOver: false}}});
		await expect(intents.setDns('whmcs-1', {takesOver: false})).resolves.toMatchObject({changed: false, message: 'web1.example.net: setting its DNS records is asked for already, by anna'});
		await expect(intents.setDns('whmcs-1', {takesOver: true})).resolves.toMatchObject({changed: true, operation: {kind: 'dns', params: {takesOver: true}}});
		await expect(lastActivity(store)).resolves.toBe('info anna web1.example.net: taking over its DNS records asked for after the present operation');
		await expect(store.read.operations.listOpen(vm.id)).resolves.toHaveLength(2);
	});

	test('have nothing to do where no zone holds any of its names', async () => {
		const world = await createNamedWorld();
		const vm = await deploy(world, {hostname: 'web1.example.org'});
		await world.store.write(async ({addresses}) => addresses.release(vm.id, '203.0.113.10', 1000, 0));
		await expect(world.intents.setDns('whmcs-1', {takesOver: false})).resolves.toMatchObject({changed: false, operation: null, message: expect.stringMatching(/^web1\.example\.org: no zone of the config holds/)});
	});
});

describe('vm retry', () => {
	test('of a VM that needs none but has debts tries those again', async () => {
		const world = await createNamedWorld();
		const {intents, store} = world;
		const vm = await deploy(world);
		await intents.setReverseName('whmcs-1', '203.0.113.10', 'mail.example.org');
		await endAll(world, vm.id);
		await settleAll(world, vm.id, 'foreign', 'somebody else was first');
		await expect(intents.retryVm('whmcs-1')).resolves.toMatchObject({changed: true, message: 'web1.example.net: 2 DNS records are tried again', operation: {kind: 'dns', state: 'waiting'}});
		await expect(lastActivity(store)).resolves.toBe('info anna web1.example.net: 2 DNS records tried again');
		await expect(intents.retryVm('whmcs-1')).resolves.toMatchObject({changed: false, message: 'web1.example.net: 2 DNS records are being tried already'});
		await endAll(world, vm.id);
		await settleAll(world, vm.id);
		await expect(intents.retryVm('whmcs-1')).resolves.toMatchObject({changed: false, message: 'web1.example.net needs no retry: nothing is under way'});
	});

	test('of one that needs a person goes on with that, whatever is owed', async () => {
		const world = await createNamedWorld();
		const {intents, store} = world;
		const vm = await deploy(world);
		const {operation} = await intents.setReverseName('whmcs-1', '203.0.113.10', 'mail.example.org');
		await endAll(world, vm.id);
		const stop = await intents.powerVm('whmcs-1', 'stop');
		await begin(world, stop.operation!);
		await store.write(async ({vms}) => vms.setAttention(vm.id, {reason: 'x', since: 1000, command: 'y'}));
		await expect(intents.retryVm('whmcs-1')).resolves.toMatchObject({message: 'web1.example.net is tried again from asked (stop)'});
		expect(operation).not.toBeNull();
	});
});
