import {describe, expect, test} from 'vitest';
import {type ImportedGuest} from '../../source/domain/import-plan.js';
import {
	createWorld,
	deploy,
	lastActivity,
	refusalOf,
} from './world.js';

const guest: ImportedGuest = {
	cluster: 'fra1', node: 'pve2', vmid: 101, name: 'Old.Example.NET', isRunning: true, isTemplate: false,
	config: {
		cores: 2, memory: '4096', scsi0: 'local-lvm:vm-101-disk-0,size=32G', boot: 'order=scsi0', net0: 'virtio=BC:24:11:00:00:01,bridge=vmbr0', ciuser: 'ada',
		ide2: 'local-lvm:vm-101-cloudinit,media=cdrom', ipconfig0: 'ip=203.0.113.42/24,gw=203.0.113.1', sshkeys: 'ssh-ed25519%20AAAA%20ada%40home',
	},
};
const wish = {reference: 'whmcs-7', client: {name: 'Ada', email: 'ada@example.org'}};

test('a VM is taken over with its row, its address, its VMID and its traffic from now on', async () => {
	const {intents, store} = await createWorld();
	const {changed, message, subject: vm, operation} = await intents.importVm(guest, wish);
	expect(changed).toBe(true);
	expect(message).toContain(`fra1/101 is v${vm.id} old.example.net from now on`);
	expect(vm).toMatchObject({
		reference: 'whmcs-7', hostname: 'old.example.net', status: 'ready', remoteStatus: 'running', node: 'pve2', vmid: 101, mac: 'BC:24:11:00:00:01', user: 'ada', password: null, mail: true,
		packageName: 'imported', package: {
			cores: 2, memoryMib: 4096, diskGib: 32, ipv4: 1,
		}, sshKeys: ['ssh-ed25519 AAAA ada@home'],
	});
	expect(operation).toMatchObject({kind: 'import', state: 'waiting'});
	await expect(store.read.addresses.listFor(vm.id)).resolves.toMatchObject([{address: '203.0.113.42', pool: 'fra1-v4'}]);
	await expect(store.read.traffic.findMark(vm.id)).resolves.toMatchObject({vmId: vm.id});
	await expect(lastActivity(store)).resolves.toBe('info anna old.example.net: imported: fra1/101 on pve2, reference whmcs-7');
	await expect(intents.resolveVm('fra1/101')).resolves.toMatchObject({id: vm.id});
});

test('sent twice it is one VM', async () => {
	const {intents, store} = await createWorld();
	const first = await intents.importVm(guest, wish);
	await expect(intents.importVm(guest, wish)).resolves.toMatchObject({changed: false, subject: {id: first.subject.id}, operation: {id: first.operation!.id}});
	await expect(store.read.vms.list()).resolves.toHaveLength(1);
});

test('of a package that is named it gets what that grants, and stays what it is', async () => {
	const {intents} = await createWorld();
	const {subject} = await intents.importVm(guest, {...wish, package: 'kvm-l'});
	expect(subject).toMatchObject({
		packageName: 'kvm-l', package: {
			cores: 2, diskGib: 32, snapshots: 2, backups: 2,
		},
	});
	expect(subject.package.additionalDiskGib).toBeUndefined();
});

test('without a client it is taken over, and nobody gets mail about it', async () => {
	const {intents} = await createWorld();
	await expect(intents.importVm(guest, {reference: 'r1'})).resolves.toMatchObject({subject: {mail: false, client: {name: '', email: ''}}});
});

describe('it is refused', () => {
	test('where another VM of ours has its address, its name or its reference', async () => {
		const world = await createWorld();
		const vm = await deploy(world);
		const {intents, store} = world;
		const [held] = await store.read.addresses.listFor(vm.id);
		const config = {...guest.config, ipconfig0: `ip=${held!.address}/24`};
		expect(await refusalOf(intents.importVm({...guest, config}, wish))).toMatchObject({
			code: 'not-allowed', message: `fra1/101 cannot be taken over: its address ${held!.address} is held by v${vm.id}`,
		});
		expect(await refusalOf(intents.importVm({...guest, name: 'web1.example.net'}, wish))).toMatchObject({
			code: 'conflict', message: `hostname: web1.example.net belongs to v${vm.id} (reference whmcs-1)`,
		});
		expect(await refusalOf(intents.importVm(guest, {...wish, reference: 'whmcs-1'}))).toMatchObject({code: 'conflict', message: `the reference whmcs-1 belongs to v${vm.id} web1.example.net`});
		expect(await refusalOf(intents.importVm({...guest, vmid: vm.vmid!}, wish))).toMatchObject({
			code: 'not-allowed', message: `fra1/${vm.vmid} cannot be taken over: it is v${vm.id} web1.example.net already`,
		});
		await expect(store.read.vms.list()).resolves.toHaveLength(1);
		await expect(store.read.addresses.listAll()).resolves.toHaveLength(1);
	});

	test('where it is a template, or another installation\'s', async () => {
		const {intents, store} = await createWorld();
		expect((await refusalOf(intents.importVm({...guest, isTemplate: true, config: {...guest.config, description: 'cronsole:cafe:v9'}}, wish))).message)
			.toMatch(/^fra1\/101 cannot be taken over: it is a template; it bears the stamp of another installation, cafe/);
		await expect(store.read.vms.list()).resolves.toHaveLength(0);
		await expect(store.read.activity.list({limit: 9})).resolves.toHaveLength(0);
	});

	test.each([
		[{}, 'invalid', 'reference: is missing'],
		['text', 'invalid', 'what is said of the VM must be a map of keys'],
		[{reference: '101', clinet: {}}, 'invalid', 'and neither a bare number nor like v101; clinet: unknown key, did you mean client?'],
		[{reference: 'r1', client: {name: 'a\nb', email: 'x@y.z\nBcc: a@b.c'}}, 'invalid', 'client.name: must be one line without control characters; client.email: must be an e-mail address'],
		[{reference: 'r1', hostname: 'no host'}, 'invalid', 'hostname: must be a DNS name'],
		[{reference: 'r1', package: 'kvm-n'}, 'unknown', 'package: there is no kvm-n'],
	])('for %j', async (given, code, message) => {
		const {intents, store} = await createWorld();
		const refusal = await refusalOf(intents.importVm(guest, given));
		expect(refusal.code).toBe(code);
		expect(refusal.message).toContain(message);
		await expect(store.read.vms.list()).resolves.toHaveLength(0);
	});

	test('where nobody says its name and it has none of a host, and on a cluster that there is not', async () => {
		const {intents} = await createWorld();
		expect(await refusalOf(intents.importVm({...guest, name: 'my vm\u{1B}[2J'}, wish))).toMatchObject({code: 'invalid', message: 'hostname: fra1/101 has no name that is one of a host'});
		await expect(intents.importVm({...guest, name: null}, {...wish, hostname: 'Given.example.net'})).resolves.toMatchObject({subject: {hostname: 'given.example.net'}});
		expect(await refusalOf(intents.importVm({...guest, cluster: 'fra2'}, wish))).toMatchObject({code: 'unknown', hint: 'did you mean fra1?'});
	});

	test('by a read-only session', async () => {
		const {as} = await createWorld();
		expect(await refusalOf(as('ben', true).importVm(guest, wish))).toMatchObject({code: 'read-only'});
	});
});
