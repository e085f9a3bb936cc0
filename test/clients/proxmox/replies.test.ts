import {describe, expect, test} from 'vitest';
import {type Proxmox} from '../../../source/clients/proxmox/proxmox.js';
import {reply} from '../../support/https-server.js';
import {always, connectTo, serve} from '../../support/proxmox-fixture.js';

const vm = {node: 'pve1', vmid: 5001};
const upid = 'UPID:pve1:00000143:00027745:6B01D02B:qmstart:5001:cronsole@pve!ops:';

/** What a call makes of this answer. */
const answered = async <T>(data: unknown, call: (proxmox: Proxmox) => Promise<T>, more: Readonly<Record<string, unknown>> = {}): Promise<T> => {
	const server = await serve((_, response) => {
		reply(response, {body: JSON.stringify({...more, data})});
	});
	return call(connectTo([server]).guardedBy(always));
};

describe('what comes back is read leniently', () => {
	test('rows of the cluster: numbers as text, absent keys, states and types that nobody knows', async () => {
		const rows = [
			{type: 'network', network: 'localnetwork', status: 'ok'},
			{
				type: 'qemu', id: 'qemu/101', vmid: '101', node: 'pve1', status: 'running', name: 'web\u{1B}[31m01', template: 0, maxmem: '536870912', tags: 'a;b', lock: 'backup', novelty: {},
			},
			{
				type: 'qemu', vmid: 110, node: 'pve3', status: 'unknown',
			},
			{
				type: 'qemu', vmid: 9000, node: 'pve1', status: 'prelaunch', template: '1', maxmem: null,
			},
			{
				type: 'node', node: 'pve3', status: 'offline', maxmem: 8,
			},
			{
				type: 'storage', storage: 'nfs', node: 'pve1', status: 'available', shared: 1, content: 'backup,images', disk: 1, maxdisk: '9',
			},
			{
				type: 'storage', storage: 'old', node: 'pve1', shared: '0',
			},
		];
		expect(await answered(rows, async proxmox => proxmox.listResources())).toEqual([
			{
				type: 'qemu', vmid: 101, node: 'pve1', status: 'running', name: 'web01', template: false, maxmem: 536_870_912, tags: 'a;b', lock: 'backup',
			},
			{
				type: 'qemu', vmid: 110, node: 'pve3', status: 'unknown', template: false,
			},
			{
				type: 'qemu', vmid: 9000, node: 'pve1', status: 'unknown', template: true,
			},
			{
				type: 'node', node: 'pve3', status: 'offline', maxmem: 8,
			},
			{
				type: 'storage', storage: 'nfs', node: 'pve1', status: 'available', shared: true, content: ['backup', 'images'], disk: 1, maxdisk: 9,
			},
			{
				type: 'storage', storage: 'old', node: 'pve1', status: 'unknown', shared: false, content: [],
			},
		]);
	});

	test('a row of a VM that cannot be read fails the whole, so that the VM is not taken for gone', async () => {
		await expect(answered([{type: 'qemu', node: 'pve1', status: 'running'}], async proxmox => proxmox.listResources()))
			.rejects.toMatchObject({kind: 'transient', message: expect.stringMatching(/GET \/cluster\/resources was answered with something else than expected: .*vmid/) as string});
	});

	test('a cluster without quorum, and a host that stands alone', async () => {
		const nodes = [{type: 'node', name: 'pve1', online: 1}, {type: 'node', name: 'pve2', online: 0}];
		expect(await answered([{type: 'cluster', name: 'lab', quorate: 0}, ...nodes], async proxmox => proxmox.getClusterStatus()))
			.toEqual({isQuorate: false, nodes: [{name: 'pve1', isOnline: true}, {name: 'pve2', isOnline: false}]});
		expect(await answered([nodes[0]], async proxmox => proxmox.getClusterStatus())).toEqual({isQuorate: true, nodes: [{name: 'pve1', isOnline: true}]});
	});

	test('privileges count whether they are passed on or not', async () => {
		expect(await answered({'/vms/101': {'VM.Audit': 1, 'VM.Clone': 0}, '/': {}}, async proxmox => proxmox.getPermissions())).toEqual({'/vms/101': ['VM.Audit', 'VM.Clone'], '/': []});
	});

	test.each([[{}, false], [{enable: 0}, false], [{enable: '1'}, true], [{enable: 1}, true]])('the datacenter firewall: %j', async (data, isOn) => {
		expect(await answered(data, async proxmox => proxmox.isClusterFirewallOn())).toBe(isOn);
	});

	test('tasks: who owns them comes from the UPID, and a running one has no exit text', async () => {
		const rows = [
			{
				upid, node: 'pve1', type: 'qmstart', id: '5001', user: 'cronsole@pve', tokenid: 'ops', starttime: 1_795_280_939, endtime: '1795280946', status: 'OK', saved: '1',
			},
			{
				upid, node: 'pve1', type: 'qmstart', id: '5001', user: 'cronsole@pve!ops', starttime: 1_795_280_939, status: 'RUNNING',
			},
			{upid},
			{upid: 'odd', node: 'pve1', type: 'qmstart'},
		];
		const known = {
			upid, node: 'pve1', type: 'qmstart', id: '5001', user: 'cronsole@pve!ops', startTime: 1_795_280_939,
		};
		expect(await answered(rows, async proxmox => proxmox.listClusterTasks())).toEqual([{...known, endTime: 1_795_280_946, status: 'OK'}, known, known]);
	});

	test('a task that runs, one that ended and one that ended without a word', async () => {
		const status = async (data: unknown) => answered(data, async proxmox => proxmox.getTaskStatus(upid));
		expect(await status({status: 'running'})).toEqual({isRunning: true, exitStatus: null});
		expect(await status({status: 'stopped', exitstatus: 'clone failed:\nno space\u{7}'})).toEqual({isRunning: false, exitStatus: 'clone failed: ⏎ no space'});
		expect(await status({status: 'stopped'})).toEqual({isRunning: false, exitStatus: 'unexpected status'});
	});

	test('a log in the order of its lines, made safe; an empty one has none', async () => {
		const log = async (data: unknown, total: unknown) => answered(data, async proxmox => proxmox.getTaskLog(upid, {start: 0, limit: 50}), {total});
		expect(await log([{n: 2, t: 'second\u{1B}]0;title\u{7}'}, {t: 'first', n: '1'}], 2)).toEqual({lines: ['first', 'second'], total: 2});
		expect(await log([{n: 0, t: 'no content'}], '0')).toEqual({lines: [], total: 0});
	});

	test('a config keeps text and numbers as they are', async () => {
		expect(await answered({
			memory: '512', cores: 1, kvm: false, description: 'a\nb', pending: {}, digest: 'd',
		}, async proxmox => proxmox.getVmConfig(vm)))
			.toEqual({
				memory: '512', cores: 1, kvm: 0, description: 'a\nb', digest: 'd',
			});
	});

	test('a VM is running or stopped, and locked or not', async () => {
		expect(await answered({status: 'stopped', lock: 'clone', uptime: 0}, async proxmox => proxmox.getVmStatus(vm))).toEqual({status: 'stopped', lock: 'clone'});
		await expect(answered({status: 'odd'}, async proxmox => proxmox.getVmStatus(vm))).rejects.toMatchObject({kind: 'transient'});
	});

	test.each([
		'QEMU guest agent is not running', 'No QEMU guest agent configured', 'VM 5001 is not running', 'VM 5001 qmp command \'guest-ping\' failed - got timeout',
	])('a silent agent: %s', async message => {
		const server = await serve((_, response) => {
			reply(response, {status: 500, body: JSON.stringify({data: null, message: `${message}\n`})});
		});
		expect(await connectTo([server]).reader.isAgentAnswering(vm)).toBe(false);
	});

	test('an agent that cannot be asked is not a silent one', async () => {
		const server = await serve((_, response) => {
			reply(response, {status: 595, statusText: 'Connection refused', body: ''});
		});
		await expect(connectTo([server]).reader.isAgentAnswering(vm)).rejects.toMatchObject({scope: 'node'});
	});

	test('a change that answers something else than a task is of unknown outcome', async () => {
		for (const data of ['OK', null, 'UPID:'] as const) {
			await expect(answered(data, async proxmox => proxmox.startVm(vm))).rejects.toMatchObject({kind: 'unknown-outcome', scope: 'item'});
		}
	});

	test.each([['<html>log in</html>'], ['"text"'], ['{"success":1}'], ['']])('an answer that is not of this API is said to be so: %s', async body => {
		const server = await serve((_, response) => {
			reply(response, {body});
		});
		const {reader, guardedBy} = connectTo([server]);
		await expect(reader.listResources()).rejects.toMatchObject({kind: 'transient', message: expect.stringContaining('is the URL a Proxmox API?') as string});
		await expect(guardedBy(always).createIpSet(vm, 'x')).rejects.toMatchObject({kind: 'unknown-outcome'});
	});
});
