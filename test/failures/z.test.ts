import {expect, test} from 'vitest';
import {isRunning} from '../pipelines/asked.js';
import {rocky} from '../pipelines/reinstalling.js';
import {ask as askBackup} from '../pipelines/backup-world.js';
import {createVm} from '../../source/simulation/vms.js';
import {interrupted, play, type Play} from './interplay.js';

const grace = {terminate: {graceMs: 3 * 86_400_000, keepBackupsDays: 0}};
const state = async (p: Play) => {
	const r = await p.row();
	const g = await p.world.guest(p.vm);
	const ops = await p.world.store.read.operations.listFor(p.vm.id);
	return JSON.stringify({status: r.status, why: r.needsAttention?.reason, node: r.node, there: g !== undefined, run: g?.runs.at(-1)?.endedAt === undefined, cores: g?.config.cores, op: `${ops[0]?.kind} ${ops[0]?.state} ${ops[0]?.position} ${ops[0]?.message}`});
};

test('rotation and waiting restore', async () => {
	const p = await play({}, {package: {cores: 2, memoryMib: 2048, diskGib: 10, ipv4: 1, backups: 1}});
	await p.world.store.write(async ({vms}) => vms.set(p.vm.id, {package: {...(await vms.get(p.vm.id)).package, backups: 1}}));
	const a = await askBackup(p.world, p.vm, 'scheduled-backup', {localDate: '2026-11-20'});
	await p.go();
	await askBackup(p.world, p.vm, 'scheduled-backup', {localDate: '2026-11-21'});
	await p.goOnce();
	console.log(await p.intents.restoreBackup(p.ref, `b${a.record.id}`, {mail: false}).then(x => x.message));
	await p.go();
	console.log('rotation', await state(p));
});

test('expire and waiting rollback', async () => {
	const p = await play();
	await p.intents.takeSnapshot(p.ref, {name: 's1', note: null});
	await p.go();
	await p.intents.rollBackVm(p.ref, 's1').then(x => x.message);
	console.log('x');
});

test('deleted by hand', async () => {
	for (const at of [1, 4, 8, 12, 16, 20, 26]) {
		for (const verb of ['reinstall', 'restore', 'terminate', 'change', 'rollback']) {
			const p = await play();
			await p.intents.backUpVm(p.ref, null);
			await p.intents.takeSnapshot(p.ref, {name: 's1', note: null});
			await p.go();
			let name = '';
			const {proxmox, wasReached} = interrupted(p.world, at, async call => {
				name = call;
				p.world.server.cluster.vms.delete((await p.row()).vmid!);
			});
			if (verb === 'reinstall') await p.intents.reinstallVm(p.ref, 'debian-12');
			if (verb === 'restore') await p.intents.restoreBackup(p.ref, 'b1', {mail: true});
			if (verb === 'terminate') await p.intents.terminateVm(p.ref);
			if (verb === 'change') await p.intents.changeVm(p.ref, {overrides: {cores: 4}}, {isPlan: false, allowDataLoss: false});
			if (verb === 'rollback') await p.intents.rollBackVm(p.ref, 's1');
			await p.go({proxmox});
			if (wasReached()) console.log(verb, at, name, await state(p));
		}
	}
}, 120_000);
