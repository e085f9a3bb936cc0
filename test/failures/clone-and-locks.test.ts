import {expect, test} from 'vitest';
import {createWorld, outcomes} from '../pipelines/world.js';
import {expectWell, play} from './interplay.js';

test('a storage whose lock is busy with other clones costs a clone an attempt, not the order', async () => {
	const world = await createWorld();
	world.fault({
		kind: 'fail-task', type: 'qmclone', text: 'clone failed: cfs-lock \'storage-local-lvm\' error: got lock request timeout', count: 2,
	});
	const {vm} = await world.order();
	expect(await world.drive(vm)).toMatchObject({outcome: 'done'});
	expect(world.tasks('qmclone')).toBe(3);
	expect(outcomes(await world.steps(vm)).filter(line => line.startsWith('clone failed'))).toHaveLength(2);
});

test('a configuration file that is locked just after the clone is waited for, and the clone is not made again', async () => {
	const world = await createWorld();
	world.fault({
		kind: 'status', method: 'PUT', path: '/qemu/5000/config$', status: 500, text: 'can\'t lock file \'/var/lock/qemu-server/lock-5000.conf\' - got timeout', count: 3,
	});
	const {vm} = await world.order();
	expect(await world.drive(vm)).toMatchObject({outcome: 'done'});
	expect(world.tasks('qmclone')).toBe(1);
	expect(await world.vm(vm)).toMatchObject({status: 'ready', needsAttention: null});
});

test('a clone that failed halfway leaves nothing that the next one could trip over', async () => {
	const world = await createWorld();
	world.fault({
		kind: 'fail-task', type: 'qmclone', text: 'clone failed: no space left on device', count: 1,
	});
	const {vm} = await world.order();
	expect(await world.drive(vm)).toMatchObject({outcome: 'done'});
	expect(world.server.cluster.vms.values().filter(({config}) => config.name === vm.hostname).toArray()).toHaveLength(1);
});

test.each([
	['whose answer is lost', {
		kind: 'lost-answer', method: 'PUT', path: '/resize$', count: 1,
	}],
	['that the proxy in front of Proxmox gave up on', {
		kind: 'proxy-timeout', method: 'PUT', path: '/resize$', count: 1,
	}],
] as const)('a resize %s grows the disk once, to its absolute size', async (_, fault) => {
	const game = await play();
	const {world, vm, intents, ref, go} = game;
	const before = world.tasks('resize');
	world.fault(fault);
	await intents.changeVm(ref, {overrides: {diskGib: 30}}, {isPlan: false, allowDataLoss: false});
	await go();
	expect(world.server.faults.list()).toEqual([]);
	await expectWell(game);
	expect((await world.config(vm)).scsi0).toMatch(/,size=30G\b/);
	expect(world.tasks('resize') - before).toBeLessThan(3);
});
