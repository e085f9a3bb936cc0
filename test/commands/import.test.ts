import {expect, onTestFinished, test} from 'vitest';
import {startProxmoxServer} from '../../source/simulation/proxmox-server.js';
import {createVm} from '../../source/simulation/vms.js';
import {createShell, order} from './shell.js';

/** A shell with a cluster that answers, on which somebody's VM 301 stands. */
const start = async () => {
	const server = await startProxmoxServer({waits: false});
	onTestFinished(server.close);
	const {cluster, url, tokenId, tokenSecret, fingerprint} = server;
	cluster.vms.set(301, createVm(cluster, 301, 'pve2', {
		name: 'shop.example.net', cores: 3, boot: 'order=scsi0', scsi0: 'local-lvm:vm-301-disk-0,size=10G', net0: 'virtio=BC:24:11:00:03:01,bridge=vmbr0', ipconfig0: 'ip=203.0.113.50/24,gw=203.0.113.1',
	}));
	const shell = createShell(`clusters:
  - {name: fra1, urls: ["${url}"], tokenId: ${tokenId}, tokenSecret: ${tokenSecret}, fingerprints: ["${fingerprint}"], vmids: [10000, 19999]}
templates: {debian-12: [{cluster: fra1, vmid: 9000}]}
packages: {kvm-s: {cores: 1, memoryMib: 1024}}
pools:
  - {name: fra1-v4, cluster: fra1, bridge: vmbr0, gateway: 203.0.113.1, prefix: 24, first: 203.0.113.10, last: 203.0.113.99}
`);
	return {...shell, descriptionOf: (vmid: number) => cluster.vms.get(vmid)!.config.description};
};

test('an import is looked at first, by who may only look too, and nothing is written', async () => {
	const {cronsole, descriptionOf} = await start();
	for (const flags of ['', ' --read-only']) {
		const {code, out} = await cronsole(`vm import fra1/301 --reference whmcs-301 --dry-run${flags}`);
		expect(code).toBe(0);
		expect(out).toMatch(/^fra1\/301 on pve2: shop\.example\.net, .*\n +package .*\n +address +203\.0\.113\.50, reserved in fra1-v4\n[\s\S]*it can be taken over; nothing was done\n$/);
	}

	await expect(cronsole('vm import fra1/301 --reference whmcs-301 --read-only')).resolves.toMatchObject({code: 2});
	expect((await cronsole('vm list --json')).json()).toEqual({vms: []});
	expect(descriptionOf(301)).toBeUndefined();
});

test('a VM is taken over once, and its address is found with it', async () => {
	const {cronsole} = await start();
	const taken = await cronsole('vm import fra1/301 --reference whmcs-301 --json --file -', {stdin: '{"client": {"name": "Bo", "email": "bo@example.org"}, "package": "kvm-s"}'});
	expect(taken.json()).toMatchObject({
		changed: true, reference: 'whmcs-301', hostname: 'shop.example.net', vmid: 301, node: 'pve2', status: 'ready', packageName: 'kvm-s', operation: {kind: 'import', state: 'waiting'}, addresses: [{address: '203.0.113.50'}],
	});
	for (const flags of ['', ' --dry-run']) {
		await expect(cronsole(`vm import fra1/301 --reference whmcs-301${flags}`)).resolves.toMatchObject({code: 0, out: `fra1/301 is ${taken.json().id} shop.example.net already\n`});
	}

	expect((await cronsole('find 203.0.113.50 --json')).json()).toMatchObject({matches: [{kind: 'address', reference: 'whmcs-301'}]});
	await expect(cronsole('vm import fra1/301 --reference other')).resolves.toMatchObject({code: 2, err: expect.stringContaining('it is v')});
});

test('a dry run names what the order has in the way as well', async () => {
	const {cronsole} = await start();
	await cronsole('vm create', {stdin: order({reference: 'whmcs-301', hostname: 'shop.example.net'})});
	const {code, json} = await cronsole('vm import fra1/301 --reference whmcs-301 --dry-run --json');
	expect(code).toBe(1);
	expect(json().problems).toEqual([expect.stringContaining('the reference whmcs-301 belongs to v'), expect.stringContaining('the hostname shop.example.net belongs to v')]);
});

test.each([
	['301 --reference r', '301 is no place of a VM', 'write CLUSTER/VMID, as in fra1/101'],
	['fra1/301', '--reference is missing', 'write --reference R'],
	['fra2/301 --reference r', 'there is no cluster fra2 in the config', 'name it as'],
	['fra1/777 --reference r', 'there is no VM 777 on fra1', 'look for it in Proxmox'],
	['fra1/9000 --reference r', 'fra1/9000 cannot be taken over: it is a template', 'nothing was done; `--dry-run` shows'],
])('vm import %s is refused', async (line, wrong, remedy) => {
	const {cronsole} = await start();
	const {code, out, err} = await cronsole(`vm import ${line}`);
	expect([code, out]).toEqual([2, '']);
	expect(err.split('\n')).toEqual([expect.stringContaining(wrong), expect.stringContaining(remedy), '']);
});
