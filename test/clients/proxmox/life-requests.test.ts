import {describe, expect, test} from 'vitest';
import {type Proxmox} from '../../../source/clients/proxmox/proxmox.js';
import {refusingUrl, reply, type Received} from '../../support/https-server.js';
import {
	always,
	connect,
	connectTo,
	serve,
} from '../../support/proxmox-fixture.js';

const upid = 'UPID:pve1:00000143:00027745:6B01D02B:qmstart:5001:cronsole@pve!ops:';
const vm = {node: 'pve1', vmid: 5001};
const wish = {
	storage: 'shared', mode: 'snapshot', compress: 'zstd', note: 'mine',
};
const volid = 'shared:backup/vzdump-qemu-5001-2026_11_21-17_15_01.vma.zst';

type Call = (proxmox: Proxmox) => Promise<unknown>;

/** Everything of a VM's life that changes something: what is called, and what goes over the wire. */
const changes: ReadonlyArray<readonly [name: string, call: Call, request: string, form: Readonly<Record<string, string>>]> = [
	['shutdown', async proxmox => proxmox.shutdownVm(vm, {timeoutSeconds: 120, isForced: true}), 'POST /nodes/pve1/qemu/5001/status/shutdown', {timeout: '120', forceStop: '1'}],
	['polite shutdown', async proxmox => proxmox.shutdownVm(vm, {timeoutSeconds: 0, isForced: false}), 'POST /nodes/pve1/qemu/5001/status/shutdown', {timeout: '0', forceStop: '0'}],
	['stop', async proxmox => proxmox.stopVm(vm), 'POST /nodes/pve1/qemu/5001/status/stop', {}],
	['overruling stop', async proxmox => proxmox.stopVm(vm, {isOverruling: true}), 'POST /nodes/pve1/qemu/5001/status/stop', {'overrule-shutdown': '1'}],
	['reboot', async proxmox => proxmox.rebootVm(vm, {timeoutSeconds: 60}), 'POST /nodes/pve1/qemu/5001/status/reboot', {timeout: '60'}],
	['destroy', async proxmox => proxmox.destroyVm(vm), 'DELETE /nodes/pve1/qemu/5001?purge=1&destroy-unreferenced-disks=1', {}],
	['renewal of cloud-init', async proxmox => proxmox.renewCloudInit(vm), 'PUT /nodes/pve1/qemu/5001/cloudinit', {}],
	['snapshot', async proxmox => proxmox.takeSnapshot(vm, {name: 'a', description: 'b=c;d'}), 'POST /nodes/pve1/qemu/5001/snapshot', {snapname: 'a', description: 'b=c;d'}],
	['removal of a snapshot', async proxmox => proxmox.removeSnapshot(vm, 'a/b'), 'DELETE /nodes/pve1/qemu/5001/snapshot/a%2Fb', {}],
	['rollback', async proxmox => proxmox.rollBack(vm, 'a'), 'POST /nodes/pve1/qemu/5001/snapshot/a/rollback', {}],
	['backup', async proxmox => proxmox.backUp(vm, wish), 'POST /nodes/pve1/vzdump', {
		vmid: '5001', storage: 'shared', mode: 'snapshot', compress: 'zstd', remove: '0', 'notes-template': 'mine',
	}],
	['removal of a backup', async proxmox => proxmox.removeBackup('pve1', 'shared', volid), `DELETE /nodes/pve1/storage/shared/content/${encodeURIComponent(volid)}`, {}],
	['restore', async proxmox => proxmox.restoreVm(vm, {volid, storage: 'local-lvm'}), 'POST /nodes/pve1/qemu', {
		vmid: '5001', archive: volid, force: '1', storage: 'local-lvm',
	}],
	['restore of one that is gone', async proxmox => proxmox.restoreVm(vm, {volid, isNew: true}), 'POST /nodes/pve1/qemu', {vmid: '5001', archive: volid}],
];

const looks: ReadonlyArray<readonly [call: Call, request: string]> = [
	[async proxmox => proxmox.listRrd(vm, 'day'), 'GET /nodes/pve1/qemu/5001/rrddata?timeframe=day&cf=AVERAGE'],
	[async proxmox => proxmox.listSnapshots(vm), 'GET /nodes/pve1/qemu/5001/snapshot'],
	[async proxmox => proxmox.listBackups('pve1', 'shared'), 'GET /nodes/pve1/storage/shared/content?content=backup'],
	[async proxmox => proxmox.listBackups('pve1', 'shared', 5001), 'GET /nodes/pve1/storage/shared/content?content=backup&vmid=5001'],
];

const lineOf = ({method, url}: Received) => `${method} ${url.replace('/api2/json', '')}`;

test.each(changes)('%s: one request, with what Proxmox wants to be told', async (_, call, request, form) => {
	const server = await serve((_request, response) => {
		reply(response, {data: upid});
	});
	await call(connectTo([server]).guardedBy(always));
	expect(server.requests.map(received => lineOf(received))).toEqual([request]);
	expect(Object.fromEntries(new URLSearchParams(server.requests[0]!.body))).toEqual(form);
});

test('looks are asked with what is wanted in the query, and of nobody\'s guard', async () => {
	const server = await serve((_, response) => {
		reply(response, {data: []});
	});
	const proxmox = connectTo([server]).guardedBy(() => {
		throw new Error('not for reading');
	});
	for (const [call] of looks) {
		expect(await call(proxmox)).toEqual([]);
	}

	expect(server.requests.map(received => lineOf(received))).toEqual(looks.map(([, request]) => request));
});

describe.each(changes.map(([name, call]) => [name, call] as const))('the change “%s”', (_, call) => {
	test('does not go out where its guard says no, be it only once the connection stands', async () => {
		const server = await serve((_request, response) => {
			reply(response, {data: upid});
		});
		const lost = new Error('lease lost');
		const connection = connectTo([server]);

		for (const passes of [0, 1]) {
			let asked = 0;
			const proxmox = connection.guardedBy(() => {
				if (asked++ >= passes) {
					throw lost;
				}
			});
			await expect(call(proxmox)).rejects.toBe(lost);
		}

		expect(server.requests).toEqual([]);
	});

	test('may have been done where no answer comes, and is not sent to another URL', async () => {
		const [silent, other] = [await serve(() => undefined), await serve((_request, response) => {
			reply(response, {data: upid});
		})];
		await expect(call(connectTo([silent, other], {timeoutMs: 150}).guardedBy(always))).rejects.toMatchObject({kind: 'unknown-outcome', scope: 'item', node: 'pve1'});
		expect([silent.requests.length, other.requests.length]).toEqual([1, 0]);
	});

	test('has not been done where nobody could be reached', async () => {
		const connection = connect({urls: [await refusingUrl()]});
		await expect(call(connection.guardedBy(always))).rejects.toMatchObject({kind: 'transient', scope: 'cluster'});
	});

	test.each([
		[595, 'Connection refused', 'transient'],
		[595, 'No route to host', 'transient'],
		[596, 'Connection timed out', 'unknown-outcome'],
		[596, 'Broken pipe', 'unknown-outcome'],
		[599, 'Too many redirections', 'unknown-outcome'],
	])('where the node in the path answers %i %s, it is the node\'s trouble', async (status, statusText, kind) => {
		const server = await serve((_request, response) => {
			reply(response, {
				status, statusText, body: '', headers: {connection: 'close'},
			});
		});
		await expect(call(connectTo([server]).guardedBy(always))).rejects.toMatchObject({
			kind, scope: 'node', node: 'pve1', status,
		});
		expect(server.requests).toHaveLength(1);
	});
});

/** What a call makes of this answer. */
const answered = async <T>(data: unknown, call: (proxmox: Proxmox) => Promise<T>): Promise<T> => {
	const server = await serve((_, response) => {
		reply(response, {data});
	});
	return call(connectTo([server]).guardedBy(always));
};

describe('what comes back', () => {
	test('of a change that starts a task without naming it leaves its outcome unknown', async () => {
		for (const data of [null, '', 'OK', 'UPID:', 'UPID:pve1:1:2', {}, 5]) {
			await expect(answered(data, async proxmox => proxmox.destroyVm(vm)), JSON.stringify(data)).rejects.toMatchObject({kind: 'unknown-outcome'});
		}
	});

	test('of a backup is its task, or that the VM is elsewhere, or nothing that can be known', async () => {
		expect(await answered(upid, async proxmox => proxmox.backUp(vm, wish))).toBe(upid);
		await expect(answered('OK', async proxmox => proxmox.backUp(vm, wish))).rejects.toMatchObject({kind: 'missing', node: 'pve1'});
		await expect(answered(null, async proxmox => proxmox.backUp(vm, wish))).rejects.toMatchObject({kind: 'unknown-outcome'});
	});

	test('of the removal of a backup is its task, or null where that ended in time', async () => {
		expect(await answered(upid, async proxmox => proxmox.removeBackup('pve1', 'shared', volid))).toBe(upid);
		expect(await answered(null, async proxmox => proxmox.removeBackup('pve1', 'shared', volid))).toBeNull();
		await expect(answered('OK', async proxmox => proxmox.removeBackup('pve1', 'shared', volid))).rejects.toMatchObject({kind: 'unknown-outcome'});
	});

	test('of samples is put in order, with a gap where a key is absent or says nothing', async () => {
		const rows = [{time: 120, netin: '1.5e3', netout: 0}, {time: 60}, {time: '180', netin: null, netout: 'NaN'}, {
			time: 240, netin: '1e999', netout: 2, pressurecpusome: 0,
		}];
		expect(await answered(rows, async proxmox => proxmox.listRrd(vm, 'hour'))).toEqual([
			{time: 60, netIn: undefined, netOut: undefined},
			{time: 120, netIn: 1500, netOut: 0},
			{time: 180, netIn: undefined, netOut: undefined},
			{time: 240, netIn: undefined, netOut: 2},
		]);
		await expect(answered([{netin: 1}], async proxmox => proxmox.listRrd(vm, 'hour'))).rejects.toMatchObject({kind: 'transient'});
	});

	test('of snapshots is safe to show, and says which are broken', async () => {
		const rows = [
			{name: 'current', description: 'You are here!', running: 0},
			{
				name: 'a', description: 'x\u{1B}[2Jy\n‮z', snaptime: 1_795_280_000, vmstate: 0,
			},
			{
				name: 'b\u{1B}]0;evil\u{7}', parent: 'a', snaptime: '5', snapstate: 'delete',
			},
		];
		expect(await answered(rows, async proxmox => proxmox.listSnapshots(vm))).toEqual([
			{
				name: 'a', description: 'xy ⏎ z', createdAt: 1_795_280_000_000, parent: null, isBroken: false,
			},
			{
				name: 'b', description: '', createdAt: 5000, parent: 'a', isBroken: true,
			},
		]);
	});

	test('of backups is those of VMs, with notes that are safe to show', async () => {
		const rows = [
			{volid: 'shared:iso/debian.iso', size: 5, ctime: 5},
			{
				volid, vmid: '5001', size: '7', ctime: 5, notes: 'x\u{1B}[31my\nz', protected: '1', verification: {state: 'ok'},
			},
			{volid: 'pbs:backup/vm/5001/2026-11-21T17:15:01Z', vmid: 5001},
		];
		expect(await answered(rows, async proxmox => proxmox.listBackups('pve1', 'shared'))).toEqual([
			{
				volid, vmid: 5001, sizeBytes: 7, createdAt: 5000, note: 'xy ⏎ z', isProtected: true,
			},
			{
				volid: 'pbs:backup/vm/5001/2026-11-21T17:15:01Z', vmid: 5001, sizeBytes: 0, createdAt: 0, note: null, isProtected: false,
			},
		]);
	});
});
