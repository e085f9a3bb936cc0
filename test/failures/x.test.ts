import {expect, test} from 'vitest';
import {isRunning} from '../pipelines/asked.js';
import {atEachCall, interrupted, play} from './interplay.js';

const grace = {terminate: {graceMs: 3 * 86_400_000, keepBackupsDays: 0}};

test('change terminated and taken back at each call', async () => {
	const {world, vm, intents, ref, go, row, listOpen} = await play(grace);
	let cores = 2;
	const n = await atEachCall(async at => {
		cores = cores === 2 ? 4 : 2;
		await intents.changeVm(ref, {overrides: {cores}}, {isPlan: false, allowDataLoss: false});
		const {proxmox, wasReached} = interrupted(world, at, async () => intents.terminateVm(ref));
		await go({proxmox}, async () => {
			const [first] = await listOpen();
			return first?.kind === 'terminate' && first.position === 'cut_off';
		});
		if (wasReached()) {
			await intents.unterminateVm(ref);
			await go();
		}
		const r = await row();
		const c = await world.config(vm);
		expect({at, status: r.status, need: r.needsAttention, run: await isRunning(world, vm), cores: c.cores, onboot: c.onboot}).toEqual({at, status: 'ready', need: null, run: true, cores, onboot: 1});
		return wasReached();
	});
	console.log('calls', n);
});

test('restore terminated and taken back at each call', async () => {
	const {world, vm, intents, ref, go, row, listOpen} = await play(grace);
	const {backup} = await intents.backUpVm(ref, null);
	await go();
	await intents.changeVm(ref, {overrides: {cores: 4}}, {isPlan: false, allowDataLoss: false});
	await go();
	const bad: unknown[] = [];
	const n = await atEachCall(async at => {
		await intents.restoreBackup(ref, `b${backup.id}`, {mail: true});
		let name = '';
		const {proxmox, wasReached} = interrupted(world, at, async call => {
			name = call;
			await intents.terminateVm(ref);
		});
		await go({proxmox}, async () => {
			const [first] = await listOpen();
			return first?.kind === 'terminate' && first.position === 'cut_off';
		});
		if (wasReached()) {
			await intents.unterminateVm(ref);
			await go();
		}
		const r = await row();
		const c = await world.config(vm);
		const is = {status: r.status, need: r.needsAttention?.reason ?? null, run: await isRunning(world, vm), cores: c.cores, onboot: c.onboot};
		if (JSON.stringify(is) !== JSON.stringify({status: 'ready', need: null, run: true, cores: 4, onboot: 1})) {
			bad.push({at, name, ...is});
			await intents.retryVm(ref);
			await go();
			await intents.resetVm(ref, 'change_package', 'x');
			await go();
			await intents.powerVm(ref, 'start');
			await go();
		}
		return wasReached();
	});
	console.log('calls', n, bad);
});

test('suspend terminated and taken back at each call, then lifted', async () => {
	const {world, vm, intents, ref, go, row, listOpen} = await play(grace);
	const bad: unknown[] = [];
	const n = await atEachCall(async at => {
		await intents.suspendVm(ref, 'overdue');
		let name = '';
		const {proxmox, wasReached} = interrupted(world, at, async call => {
			name = call;
			await intents.terminateVm(ref);
		});
		await go({proxmox}, async () => {
			const [first] = await listOpen();
			return first?.kind === 'terminate' && first.position === 'cut_off';
		});
		if (wasReached()) {
			await intents.unterminateVm(ref);
			await go();
		}
		const off = await isRunning(world, vm);
		await intents.unsuspendVm(ref, 'overdue');
		await go();
		const r = await row();
		const c = await world.config(vm);
		const is = {status: r.status, need: r.needsAttention?.reason ?? null, off, run: await isRunning(world, vm), onboot: c.onboot};
		if (JSON.stringify(is) !== JSON.stringify({status: 'ready', need: null, off: false, run: true, onboot: 1})) {
			bad.push({at, name, ...is});
			await intents.powerVm(ref, 'start');
			await go();
		}
		return wasReached();
	});
	console.log('calls', n, bad);
});
