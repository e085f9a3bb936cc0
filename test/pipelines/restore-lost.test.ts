import {expect, test} from 'vitest';
import {stampOf} from '../../source/domain/vm.js';
import {createVm} from '../../source/simulation/vms.js';
import {LockLost} from '../../source/store/leases.js';
import {
	dyingAt,
	endOf,
	settle,
	stepsOf,
} from './asked.js';
import {askBack, backedUpBefore, letGoOn} from './backed-up.js';
import {driveThroughDeaths, expectWanted} from './brought-back.js';
import {changes, type Request} from './world.js';

const restores = (requests: readonly Request[]) => requests.filter(({method, path}) => method === 'POST' && path.endsWith('/qemu')).map(({params}) => params.force ?? 'unforced');

test.each([
	['after the call', true],
	['before the call', false],
])('an owner that dies straight %s has restored once', async (_, isSent) => {
	const {world, vm} = await backedUpBefore();
	const operation = await askBack(world, vm);
	await expect(settle(world, vm, {proxmox: dyingAt(world, 'restoreVm', isSent)})).rejects.toThrow(LockLost);
	await settle(world, vm);
	expect(await endOf(world, operation)).toMatchObject({state: 'done'});
	expect(world.tasks('qmrestore')).toBe(1);
	await expectWanted(world, vm);
});

test.each([
	['straight before', false],
	['straight after', true],
])('owners that die %s their writes, again and again, have restored once and sent one mail', async (_, isWritten) => {
	const {world, vm} = await backedUpBefore();
	const operation = await askBack(world, vm);
	expect(await driveThroughDeaths(world, operation, isWritten)).toBeGreaterThan(10);
	expect(await endOf(world, operation)).toMatchObject({state: 'done'});
	expect([world.tasks('qmrestore'), world.tasks('qmshutdown')]).toEqual([1, 1]);
	await expectWanted(world, vm);
	expect((await world.store.read.outbox.list()).map(({template}) => template)).toEqual(['vm-ready', 'backup-restored']);
});

test('a restore whose answer is lost is found and waited for, not started twice', async () => {
	const {world, vm} = await backedUpBefore();
	world.fault({
		kind: 'lost-answer', method: 'POST', path: '/qemu$', count: 1,
	});
	const operation = await askBack(world, vm);
	await settle(world, vm);
	expect(await endOf(world, operation)).toMatchObject({state: 'done'});
	expect(world.tasks('qmrestore')).toBe(1);
	await expectWanted(world, vm);
});

test('a VM that its cluster has lost altogether is made anew under its own VMID', async () => {
	const {world, vm} = await backedUpBefore();
	world.server.cluster.vms.delete(5000);
	world.requests();
	const operation = await askBack(world, vm);
	await settle(world, vm);
	expect(await stepsOf(world, operation)).toEqual(expect.arrayContaining([
		'stopped skipped: VM 5000 is nowhere on fra1: there is nothing to stop', 'snapshots_removed skipped: there is no VM', 'restored done', 'starting done',
	]));
	expect(restores(world.requests())).toEqual(['unforced']);
	await expectWanted(world, vm);
});

test('a VM of somebody else under the VMID is never restored over', async () => {
	const {world, vm} = await backedUpBefore();
	world.server.cluster.vms.delete(5000);
	const foreign = createVm(world.server.cluster, 5000, 'pve1', {name: 'foreign', scsi0: 'local-lvm:vm-5000-disk-0,size=7G'});
	world.server.cluster.vms.set(5000, foreign);
	const before = structuredClone(foreign.config);
	await askBack(world, vm);
	world.requests();
	expect((await settle(world, vm)).needsAttention).toMatchObject({reason: expect.stringContaining('no stamp of ours')});
	expect(changes(world.requests())).toEqual([]);
	expect(foreign.config).toEqual(before);
});

test('a VM that somebody makes under the VMID between our look and our call is refused by Proxmox itself', async () => {
	const {world, vm} = await backedUpBefore();
	const {vms} = world.server.cluster;
	vms.delete(5000);
	const foreign = createVm(world.server.cluster, 5000, 'pve1', {name: 'foreign', scsi0: 'local-lvm:vm-5000-disk-0,size=7G'});
	const before = structuredClone(foreign.config);
	const proxmox = {
		...world.proxmox,
		async restoreVm(...given: Parameters<typeof world.proxmox.restoreVm>) {
			vms.set(5000, foreign);
			return world.proxmox.restoreVm(...given);
		},
	};
	await askBack(world, vm);
	expect((await settle(world, vm, {proxmox})).needsAttention).toMatchObject({reason: expect.stringContaining('already exists')});
	await letGoOn(world, vm);
	expect((await settle(world, vm)).needsAttention).toMatchObject({reason: expect.stringContaining('no stamp of ours')});
	expect(foreign.config).toEqual(before);
	expect(world.tasks('qmrestore')).toBe(0);
});

test.each([
	['an empty configuration, which is replaced', {}, true],
	['nothing, and it is made anew again', null, true],
	['but a VM with a disk, which is somebody else\'s', {scsi0: 'local-lvm:vm-5000-disk-0,size=7G'}, false],
])('making it anew fails and leaves %s', async (_, left, isReplaced) => {
	const {world, vm} = await backedUpBefore();
	const {vms} = world.server.cluster;
	vms.delete(5000);
	world.fault({
		kind: 'fail-task', type: 'qmrestore', text: 'lvcreate failed', count: 1,
	});
	await askBack(world, vm);
	expect((await settle(world, vm)).needsAttention).toMatchObject({reason: expect.stringContaining('lvcreate failed')});
	if (left) {
		vms.set(5000, createVm(world.server.cluster, 5000, 'pve1', {...left}));
	}

	await letGoOn(world, vm);
	const {needsAttention} = await settle(world, vm);
	if (isReplaced) {
		await expectWanted(world, vm);
	} else {
		expect(needsAttention).toMatchObject({reason: expect.stringContaining('no stamp of ours')});
		expect(world.tasks('qmrestore')).toBe(1);
	}
});

test('another installation\'s stamp that came with the backup is not overwritten, and nothing is applied to that VM', async () => {
	const {world, vm} = await backedUpBefore();
	world.server.cluster.backups[0]!.config.description = 'cronsole:deadbeef:v7';
	await askBack(world, vm);
	expect((await settle(world, vm)).needsAttention).toMatchObject({reason: expect.stringContaining('the stamp of another installation, deadbeef:v7')});
	expect(await world.config(vm)).toMatchObject({description: 'cronsole:deadbeef:v7', cores: 2});
});

test('a VM that was moved to another node meanwhile is restored there', async () => {
	const {world, vm} = await backedUpBefore();
	const guest = await world.guest(vm);
	guest.runs = [];
	guest.node = 'pve3';
	const operation = await askBack(world, vm);
	await settle(world, vm);
	expect(await endOf(world, operation)).toMatchObject({state: 'done'});
	expect(await world.vm(vm)).toMatchObject({node: 'pve3', needsAttention: null});
	expect(guest.config.description).toBe(stampOf(world.installation, vm));
});
