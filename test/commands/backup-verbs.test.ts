import {expect, test} from 'vitest';
import {deploy, type Deployed} from './deployed.js';

/** Makes the backup that is asked for last. */
const make = async ({store, vm, finishAll}: Deployed): Promise<void> => {
	const backups = await store.read.backups.list(vm.id);
	const {id} = backups.at(-1)!;
	await store.write(async tables => tables.backups.set(id, {
		state: 'done', volid: `shared:backup/vzdump-qemu-10000-${id}.vma.zst`, sizeBytes: 1_300_000_000, finishedAt: Date.now(),
	}));
	await finishAll();
};

const backUp = async (world: Deployed, note: string): Promise<string> => {
	const said = await world.cronsole(['backup', 'now', 'whmcs-1', '--note', note, '--json']);
	await make(world);
	return said.json().backup.id;
};

test('a backup is asked for once, is named each time, and is shown with what came of it', async () => {
	const world = await deploy();
	const {cronsole, vm} = world;
	const first = await cronsole('backup now fra1/10000 --note now --json');
	expect(first.err).toContain('cronsole --run-task=backup_status');
	expect(first.json()).toMatchObject({changed: true, operation: {kind: 'backup', state: 'waiting'}, backup: {state: 'waiting', note: 'now', kind: 'manual'}});
	const {id} = first.json().backup;
	await expect(cronsole('backup now whmcs-1 --note now')).resolves.toMatchObject({code: 0, out: `web1.example.net: backup is asked for already, by anna: ${id}\n`});
	await make(world);
	const listed = (await cronsole(`backup list v${vm.id} --json`)).json();
	expect(listed).toMatchObject({
		backups: [{
			id, state: 'done', sizeBytes: 1_300_000_000, note: 'now', createdAt: expect.stringMatching(/Z$/),
		}], schedule: {mon: '02:30'},
	});
	expect(Object.keys(listed.backups[0])).toEqual(expect.arrayContaining(['id', 'volid', 'createdAt', 'state', 'sizeBytes', 'note']));
	const {out} = await cronsole('backup list whmcs-1');
	expect(out).toMatch(/^ID +BEGUN +KIND +STATE +SIZE +NOTE\nb\d+ .* done +1\.3 GB +now\nscheduled: mon=02:30 \(Europe\/Berlin\)\n$/);
	expect((await cronsole('vm show whmcs-1')).out).toMatch(/snapshots +0 of 2\n +backups +1 of 2, the last of .* CES?T\n +scheduled +mon=02:30 \(Europe\/Berlin\)\n/);
});

test('with --wait the backup is told as it ended', async () => {
	const world = await deploy();
	const waiting = world.cronsole('backup now whmcs-1 --wait=20s --json');
	await expect.poll(async () => (await world.listOpen()).length, {timeout: 10_000}).toBe(1);
	await make(world);
	expect((await waiting).json()).toMatchObject({operation: {kind: 'backup', state: 'done'}, backup: {state: 'done', sizeBytes: 1_300_000_000}});
});

test('a backup beyond the quota is refused with the command that makes room', async () => {
	const world = await deploy();
	const {cronsole, vm} = world;
	const [first, second] = [await backUp(world, 'one'), await backUp(world, 'two')];
	const {code, err} = await cronsole('backup now whmcs-1');
	expect([code, err]).toEqual([2, `web1.example.net has 2 of 2 backups: ${first}, ${second}\nremove one first: cronsole backup remove v${vm.id} ${first}\n`]);
});

test('one is restored and removed by its name; unknown and removed ones are refused', async () => {
	const world = await deploy();
	const {cronsole, store, vm, finishAll} = world;
	const id = await backUp(world, 'one');
	for (const verb of ['restore', 'remove']) {
		await expect(cronsole(`backup ${verb} whmcs-1 b999 --yes`)).resolves.toMatchObject({code: 2, err: `web1.example.net has no backup b999\nthere is ${id}\n`});
		await expect(cronsole(`backup ${verb} whmcs-1 --yes`)).resolves.toMatchObject({code: 2, err: expect.stringContaining(`backup ${verb} needs more words`)});
	}

	const restored = await cronsole(`backup restore whmcs-1 ${id} --yes --no-mail --json`);
	expect(restored.json()).toMatchObject({changed: true, operation: {kind: 'restore', state: 'waiting'}});
	expect(restored.err).toContain('--run-task=restore_backup');
	expect((await cronsole(`backup restore whmcs-1 ${id} --yes --no-mail --json`)).json()).toMatchObject({changed: false});
	await finishAll();
	expect((await cronsole(`backup remove whmcs-1 ${id} --yes --json`)).json()).toMatchObject({changed: true, operation: {kind: 'remove-backup'}});
	await finishAll();
	const [backup] = await store.read.backups.list(vm.id);
	await store.write(async tables => tables.backups.set(backup!.id, {state: 'removed'}));
	await expect(cronsole(`backup remove whmcs-1 ${id} --yes`)).resolves.toMatchObject({code: 0, out: `web1.example.net: the backup ${id} was removed already\n`});
	await expect(cronsole(`backup restore whmcs-1 ${id} --yes`)).resolves.toMatchObject({code: 2, err: `the backup ${id} was removed\nchoose one that is done: cronsole backup list v${vm.id}\n`});
});

test('a schedule is set, taken back to the package\'s, or switched off; what is so is said', async () => {
	const {cronsole} = await deploy();
	const said = [];
	for (const flags of ['--at thu=04:00,MON=02:30', '--at mon=02:30,thu=04:00', '--off', '--off', '--at package']) {
		const {code, json} = await cronsole(`backup schedule whmcs-1 ${flags} --json`);
		const {changed, schedule} = json();
		said.push([code, changed, schedule, (await cronsole('backup list whmcs-1 --json')).json().schedule]);
	}

	const both = {mon: '02:30', thu: '04:00'};
	expect(said).toEqual([[0, true, both, both], [0, false, both, both], [0, true, {}, {}], [0, false, {}, {}], [0, true, null, {mon: '02:30'}]]);
});

test.each([
	['', 'neither --at nor --off'],
	['--at mon', '--at: mon= is no day and time'],
	['--at mon=25:00', '--at: mon=25:00 is no day and time'],
	['--at mon=2:30', '--at: mon=2:30 is no day and time'],
	['--at mon=02:30,mon=03:30', '--at: a day stands there twice'],
	['--at mon=02:30 --off', '--at and --off together'],
])('a schedule %s is refused', async (flags, wrong) => {
	const {cronsole, store, vm} = await deploy();
	const {code, err} = await cronsole(`backup schedule whmcs-1 ${flags}`);
	expect([code, err]).toEqual([2, `${wrong}\nwrite --at mon=02:30,thu=04:00, or --off for none, or --at package for what the package says\n`]);
	await expect(store.read.vms.get(vm.id)).resolves.toMatchObject({backup: null});
});
