import {describe, expect, test} from 'vitest';
import {type Proxmox} from '../../../source/clients/proxmox/proxmox.js';
import {tokenSecret} from '../../support/cluster-settings.js';
import {reply, type Received} from '../../support/https-server.js';
import {always, connectTo, serve} from '../../support/proxmox-fixture.js';

const upid = 'UPID:pve1:00000143:00027745:6B01D02B:qmclone:9000:cronsole@pve!ops:';
const vm = {node: 'pve1', vmid: 5001};

/** What goes over the wire for a call. */
const sentFor = async (call: (proxmox: Proxmox) => Promise<unknown>, data: unknown = null): Promise<Received> => {
	const server = await serve((_, response) => {
		reply(response, {data});
	});
	await call(connectTo([server]).guardedBy(always));
	expect(server.requests).toHaveLength(1);
	return server.requests[0]!;
};

const formIn = ({body}: Received) => Object.fromEntries(new URLSearchParams(body));

describe('what goes over the wire', () => {
	test('the token is in its header', async () => {
		const {headers, url} = await sentFor(async proxmox => proxmox.getVersion(), {version: '9.2.11'});
		expect(url).toBe('/api2/json/version');
		expect(headers.authorization).toBe(`PVEAPIToken=cronsole@pve!ops=${tokenSecret}`);
		expect(headers['content-type']).toBeUndefined();
	});

	test('a body is a form of known length with booleans as 0 and 1, and what is undefined is deleted', async () => {
		const sent = await sentFor(async proxmox => proxmox.setVmConfig(vm, {
			onboot: true, protection: false, cores: 2, description: 'a=b;c&d +ü', balloon: undefined, tags: undefined,
		}, 'abc123'));
		expect(sent).toMatchObject({method: 'PUT', url: '/api2/json/nodes/pve1/qemu/5001/config'});
		expect(sent.headers).toMatchObject({'content-type': 'application/x-www-form-urlencoded', 'content-length': String(sent.body.length)});
		expect(sent.headers['transfer-encoding']).toBeUndefined();
		expect(formIn(sent)).toEqual({
			onboot: '1', protection: '0', cores: '2', description: 'a=b;c&d +ü', delete: 'balloon,tags', digest: 'abc123',
		});
		expect(sent.body).not.toMatch(/;/);
	});

	test('ssh keys are encoded before the form is', async () => {
		const keys = 'ssh-ed25519 AAAA+/= me@example.net\n';
		expect(formIn(await sentFor(async proxmox => proxmox.setVmConfig(vm, {sshkeys: keys})))).toEqual({sshkeys: encodeURIComponent(keys)});
	});

	test('a change of nothing is not sent', async () => {
		const server = await serve((_, response) => {
			reply(response);
		});
		const proxmox = connectTo([server]).guardedBy(always);
		await proxmox.setVmConfig(vm, {});
		await proxmox.setFirewallOptions(vm, {});
		expect(server.requests).toEqual([]);
	});

	test('a POST without parameters has neither a body nor a type of it', async () => {
		const {method, url, headers, body} = await sentFor(async proxmox => proxmox.startVm(vm), upid);
		expect({method, url, body}).toEqual({method: 'POST', url: '/api2/json/nodes/pve1/qemu/5001/status/start', body: ''});
		expect(headers['content-type']).toBeUndefined();
		expect(headers['content-length']).toBe('0');
	});

	test('a DELETE has no body, and an address with its prefix is one part of the path', async () => {
		const {method, url, headers, body} = await sentFor(async proxmox => proxmox.removeIpSetEntry(vm, 'ipfilter-net0', '2001:db8::/64'));
		expect({method, url, body}).toEqual({method: 'DELETE', url: '/api2/json/nodes/pve1/qemu/5001/firewall/ipset/ipfilter-net0/2001%3Adb8%3A%3A%2F64', body: ''});
		expect(headers['content-length']).toBeUndefined();
	});

	test('a clone says linked or full, and its storage only where one is given', async () => {
		const clone = async (wish: {readonly full: boolean; readonly storage?: string}) => sentFor(async proxmox =>
			proxmox.cloneVm({node: 'pve1', vmid: 9000}, {
				newid: 5001, name: 'web-1.example.net', description: 'cronsole:lab:1', ...wish,
			}), upid);
		expect(formIn(await clone({full: false}))).toEqual({
			newid: '5001', name: 'web-1.example.net', description: 'cronsole:lab:1', full: '0',
		});
		expect(formIn(await clone({full: true, storage: 'fast'}))).toMatchObject({full: '1', storage: 'fast'});
	});

	test('a disk gets an absolute size, a move its target and the storage there', async () => {
		expect(formIn(await sentFor(async proxmox => proxmox.resizeDisk(vm, {disk: 'scsi0', gib: 20}), upid))).toEqual({disk: 'scsi0', size: '20G'});
		expect(formIn(await sentFor(async proxmox => proxmox.migrateVm(vm, {target: 'pve2', targetStorage: 'fast'}), upid))).toEqual({target: 'pve2', targetstorage: 'fast'});
		expect(formIn(await sentFor(async proxmox => proxmox.migrateVm(vm, {target: 'pve2'}), upid))).toEqual({target: 'pve2'});
	});

	test('tasks of a node are asked for with the running ones, from a whole second on', async () => {
		const {url} = await sentFor(async proxmox => proxmox.listNodeTasks('pve1', {vmid: 9000, type: 'qmclone', since: 1_795_280_000.7}), []);
		expect(url).toBe('/api2/json/nodes/pve1/tasks?vmid=9000&typefilter=qmclone&since=1795280000&source=all&limit=500');
	});

	test('a task is asked for on the node that its UPID names', async () => {
		const {url} = await sentFor(async proxmox => proxmox.getTaskStatus(upid), {status: 'running'});
		expect(url).toBe(`/api2/json/nodes/pve1/tasks/${encodeURIComponent(upid)}/status`);
	});

	test('a name that would lead to another path is refused before anything is sent', async () => {
		const server = await serve((_, response) => {
			reply(response);
		});
		const proxmox = connectTo([server]).guardedBy(always);
		await expect(proxmox.createIpSet({node: '..', vmid: 5001}, 'x')).rejects.toThrow(/cannot stand in a path/);
		await expect(proxmox.getTaskStatus('UPID:../x:1')).rejects.toMatchObject({kind: 'rejected'});
		expect(server.requests).toEqual([]);
	});
});
