import {setTimeout as sleep} from 'node:timers/promises';
import {
	describe,
	expect,
	onTestFinished,
	test,
} from 'vitest';
import {type Proxmox, type ProxmoxConnection} from '../../../source/clients/proxmox/proxmox.js';
import {createTaskWatch} from '../../../source/clients/proxmox/task-watch.js';
import {startProxmoxServer, type ProxmoxServer} from '../../../source/simulation/proxmox-server.js';
import {always, connect} from '../../support/proxmox-fixture.js';

const simulate = async (pve: '9.2' | '8.4'): Promise<{readonly server: ProxmoxServer; readonly connection: ProxmoxConnection}> => {
	const server = await startProxmoxServer({pve, speed: 100, waits: false});
	onTestFinished(server.close);
	const connection = connect({
		urls: [server.url], fingerprints: [server.fingerprint], tokenId: server.tokenId, tokenSecret: {reveal: () => server.tokenSecret},
	});
	return {server, connection};
};

const template = {node: 'pve1', vmid: 9000};

/** How the task ended. */
const finished = async (proxmox: Proxmox, upid: string): Promise<string> => {
	const watch = createTaskWatch(proxmox);
	for (;;) {
		const state = (await watch.look([upid])).get(upid);
		if (typeof state === 'object') {
			return state.exitStatus;
		}

		expect(state).toBe('running');
		await sleep(10);
	}
};

describe.each(['9.2', '8.4'] as const)('the calls of a deploy, against a simulated Proxmox VE %s', pve => {
	test('make a running VM with the disks, network, firewall and cloud-init that were asked for', async () => {
		const {connection} = await simulate(pve);
		const proxmox = connection.guardedBy(always);
		expect(await proxmox.getVersion()).toMatch(new RegExp(String.raw`^${pve.replace('.', String.raw`\.`)}\.`));
		expect(await proxmox.isClusterFirewallOn()).toBe(true);

		const clone = await proxmox.cloneVm(template, {
			newid: 5001, name: 'web-1.example.net', description: 'cronsole:lab:1', full: true, storage: 'local-lvm',
		});
		expect(await finished(proxmox, clone)).toBe('OK');
		const log = await proxmox.getTaskLog(clone, {start: 0, limit: 200});
		expect(log.lines[0]).toBe('creating a clone of VM 9000 with ID 5001');
		expect(await createTaskWatch(proxmox).progressOf(clone)).toBe(100);
		expect(await proxmox.listNodeTasks('pve1', {vmid: 9000, type: 'qmclone', since: 0})).toMatchObject([{upid: clone, id: '9000', status: 'OK'}]);

		expect(await finished(proxmox, await proxmox.migrateVm({node: 'pve1', vmid: 5001}, {target: 'pve2', targetStorage: 'local-lvm'}))).toBe('OK');
		await expect(proxmox.getVmConfig({node: 'pve1', vmid: 5001})).rejects.toMatchObject({kind: 'missing', node: 'pve1'});

		const vm = {node: 'pve2', vmid: 5001};
		const {digest} = await proxmox.getVmConfig(vm);
		await proxmox.setVmConfig(vm, {cores: 2, sockets: 1, memory: 2048}, digest);
		await expect(proxmox.setVmConfig(vm, {cores: 4}, digest)).rejects.toMatchObject({kind: 'transient'});
		expect(await finished(proxmox, await proxmox.resizeDisk(vm, {disk: 'scsi0', gib: 20}))).toBe('OK');
		await proxmox.setVmConfig(vm, {scsi1: 'local-lvm:5', net0: 'virtio=BC:24:11:00:00:01,bridge=vmbr0,tag=12,firewall=1,rate=12.5'});

		await proxmox.setFirewallOptions(vm, {enable: true, policy_in: 'ACCEPT', ipfilter: true});
		expect(await proxmox.getFirewallOptions(vm)).toMatchObject({enable: 1, policy_in: 'ACCEPT', ipfilter: 1});
		await proxmox.createIpSet(vm, 'ipfilter-net0');
		await proxmox.addIpSetEntry(vm, 'ipfilter-net0', '203.0.113.5');
		await proxmox.addIpSetEntry(vm, 'ipfilter-net0', '2001:db8::/64');
		await expect(proxmox.addIpSetEntry(vm, 'ipfilter-net0', '203.0.113.5')).rejects.toMatchObject({kind: 'rejected'});
		await proxmox.removeIpSetEntry(vm, 'ipfilter-net0', '2001:db8::/64');
		expect(await proxmox.listIpSets(vm)).toEqual(['ipfilter-net0']);
		expect(await proxmox.listIpSetEntries(vm, 'ipfilter-net0')).toEqual(['203.0.113.5']);

		const sshkeys = 'ssh-ed25519 AAAA+/= me@example.net\n';
		await proxmox.setVmConfig(vm, {
			ipconfig0: 'ip=203.0.113.5/24,gw=203.0.113.1', ciuser: 'admin', cipassword: 'pass;w&rd=+%', sshkeys, onboot: true,
		});
		const config = await proxmox.getVmConfig(vm);
		expect(config).toMatchObject({
			cores: 2, memory: '2048', onboot: 1, description: 'cronsole:lab:1', ciuser: 'admin', sshkeys: encodeURIComponent(sshkeys),
		});
		expect(config.scsi0).toContain('size=20G');

		expect(await proxmox.isAgentAnswering(vm)).toBe(false);
		expect(await finished(proxmox, await proxmox.startVm(vm))).toBe('OK');
		expect(await proxmox.getVmStatus(vm)).toEqual({status: 'running', lock: null});
		expect(await proxmox.listResources()).toContainEqual(expect.objectContaining({
			type: 'qemu', vmid: 5001, node: 'pve2', template: false,
		}));
	});

	test('meet its refusals as errors of the right kind', async () => {
		const {server, connection} = await simulate(pve);
		const proxmox = connection.guardedBy(always);
		const wish = {
			newid: 5001, name: 'web-1', description: '', full: true,
		};

		await expect(proxmox.getVmConfig({node: 'pve1', vmid: 999})).rejects.toMatchObject({kind: 'missing', status: 500});
		await expect(proxmox.cloneVm(template, {...wish, newid: 9000})).rejects.toMatchObject({kind: 'rejected'});
		await expect(proxmox.cloneVm(template, {...wish, name: 'not_a_name'})).rejects.toMatchObject({kind: 'rejected', status: 400});

		server.faults.command({add: {kind: 'lost-answer', method: 'POST', count: 1}});
		await expect(proxmox.cloneVm(template, wish)).rejects.toMatchObject({kind: 'unknown-outcome', scope: 'item'});
		expect(await proxmox.listNodeTasks('pve1', {vmid: 9000, type: 'qmclone'})).toHaveLength(1);

		server.faults.command({add: {kind: 'proxy-refused', node: 'pve2', count: 1}});
		await expect(proxmox.getVmStatus({node: 'pve2', vmid: 1000})).rejects.toMatchObject({
			kind: 'transient', scope: 'node', node: 'pve2', status: 595,
		});
		server.faults.command({add: {kind: 'proxy-timeout', node: 'pve2', count: 1}});
		await expect(proxmox.startVm({node: 'pve2', vmid: 1000})).rejects.toMatchObject({kind: 'unknown-outcome', scope: 'node', status: 596});
		server.faults.command({add: {kind: 'no-quorum'}});
		await expect(proxmox.startVm(template)).rejects.toMatchObject({kind: 'no-quorum', scope: 'cluster'});
		server.faults.command({add: {kind: 'revoked-token'}});
		await expect(proxmox.getVersion()).rejects.toMatchObject({kind: 'denied', scope: 'cluster', status: 401});
	});
});
