import {describe, expect, test} from 'vitest';
import {
	begin,
	createWorld,
	deploy,
	lastActivity,
	refusalOf,
} from './world.js';

const start = async (packageName = 'kvm-l') => {
	const world = await createWorld();
	const vm = await deploy(world, {package: packageName});
	const {intents, store} = world;
	/** A backup that is there. */
	const make = async (note: string | null = null) => {
		const {operation, backup} = await intents.backUpVm('whmcs-1', note);
		await begin(world, operation!);
		await store.write(async tables => {
			await tables.backups.set(backup.id, {
				state: 'done', volid: `shared:backup/vzdump-qemu-10000-${backup.id}.vma.zst`, sizeBytes: 5, finishedAt: 2000,
			});
			await tables.operations.finish(operation!.id, 'done', 2000);
		});
		return (await store.read.backups.find(backup.id))!;
	};

	return {
		...world, world, vm, make,
	};
};

describe('a backup now', () => {
	test('is written with its record, and is the same one when it is sent twice', async () => {
		const {intents, store, vm} = await start();
		const first = await intents.backUpVm('whmcs-1', 'before the\nupgrade\u{1B}[2J');
		expect(first).toMatchObject({
			changed: true, message: `web1.example.net: backup asked for: b${first.backup.id}`, operation: {kind: 'backup', params: {note: 'before the ⏎ upgrade'}},
			backup: {
				vmId: vm.id, kind: 'manual', localDate: null, state: 'waiting', storage: 'shared', note: 'before the ⏎ upgrade', operationId: first.operation!.id,
			},
		});
		await expect(lastActivity(store)).resolves.toBe('info anna web1.example.net: backup asked for');
		await expect(intents.backUpVm('whmcs-1', 'before the ⏎ upgrade')).resolves.toMatchObject({changed: false, operation: {id: first.operation!.id}, backup: {id: first.backup.id}});
		await expect(store.read.backups.list(vm.id)).resolves.toHaveLength(1);
	});

	test('a huge note is cut', async () => {
		const {intents} = await start();
		const {backup} = await intents.backUpVm('whmcs-1', 'x'.repeat(1_000_000));
		expect(backup.note).toHaveLength(200);
	});

	test('is refused at the package\'s quota, which those that failed or went do not fill', async () => {
		const {intents, store, vm, make} = await start();
		const first = await make();
		const {backup} = await intents.backUpVm('whmcs-1', null);
		expect(await refusalOf(intents.backUpVm('whmcs-1', 'one more'))).toMatchObject({
			code: 'not-allowed', message: `web1.example.net has 2 of 2 backups: b${first.id}, b${backup.id}`, hint: `remove one first: cronsole backup remove v${vm.id} b${first.id}`,
		});
		// The same one again is no further one.
		await expect(intents.backUpVm('whmcs-1', null)).resolves.toMatchObject({changed: false});
		await store.write(async tables => tables.backups.set(first.id, {state: 'removed'}));
		await expect(intents.backUpVm('whmcs-1', 'one more')).resolves.toMatchObject({changed: true, message: expect.stringContaining('after the present operation') as string});
		await expect(store.read.operations.listOpen(vm.id)).resolves.toHaveLength(2);
	});

	test('is refused where the package has none, or the cluster no storage for it', async () => {
		const {intents, store, vm} = await start('kvm-0');
		expect(await refusalOf(intents.backUpVm('whmcs-1', null))).toMatchObject({code: 'not-allowed', message: 'the package of web1.example.net has no backups'});
		await intents.createVm({
			reference: 'r2', hostname: 'b.example.net', cluster: 'ams1', template: 'alma-9', package: 'kvm-m', client: {name: 'Ada', email: 'ada@example.org'},
		});
		expect(await refusalOf(intents.backUpVm('r2', null))).toMatchObject({code: 'not-allowed', message: 'the cluster ams1 has no storage for backups'});
		await expect(store.read.operations.listOpen(vm.id)).resolves.toHaveLength(0);
		await expect(store.read.backups.list(vm.id)).resolves.toHaveLength(0);
	});

	test('has no limit where the package names none', async () => {
		const {intents} = await start('kvm-s');
		for (const note of ['a', 'b', 'c']) {
			await expect(intents.backUpVm('whmcs-1', note)).resolves.toMatchObject({changed: true});
		}
	});
});

describe('a restore', () => {
	test('takes our name of a backup, or its volume', async () => {
		const {intents, store, make} = await start();
		const backup = await make();
		const first = await intents.restoreBackup('whmcs-1', `b${backup.id}`, {mail: false});
		expect(first).toMatchObject({
			changed: true, message: `web1.example.net: restore of b${backup.id} asked for`, operation: {kind: 'restore', task: 'restore_backup', params: {backupId: backup.id, mail: false}},
		});
		await expect(lastActivity(store)).resolves.toBe(`info anna web1.example.net: restore of b${backup.id} asked for`);
		await expect(intents.restoreBackup('whmcs-1', backup.volid!, {mail: false})).resolves.toMatchObject({changed: false, operation: {id: first.operation!.id}});
	});

	test('is refused for one that is not done, is another VM\'s, or is none', async () => {
		const {intents, store, world, make} = await start();
		const backup = await make();
		const other = await deploy(world, {reference: 'r2', hostname: 'b.example.net'});
		expect(await refusalOf(intents.restoreBackup('r2', `b${backup.id}`, {mail: true}))).toMatchObject({code: 'unknown', message: `b.example.net has no backup b${backup.id}`, hint: 'it has none'});
		expect(await refusalOf(intents.restoreBackup('whmcs-1', 'b99\u{1B}[1m', {mail: true}))).toMatchObject({code: 'unknown', message: 'web1.example.net has no backup b99'});
		expect(await refusalOf(intents.restoreBackup('whmcs-1', '', {mail: true}))).toMatchObject({code: 'unknown'});
		const {backup: waiting} = await intents.backUpVm('whmcs-1', null);
		expect(await refusalOf(intents.restoreBackup('whmcs-1', `b${waiting.id}`, {mail: true}))).toMatchObject({code: 'not-allowed', message: `the backup b${waiting.id} has not begun`});
		await expect(store.read.operations.listOpen(other.id)).resolves.toHaveLength(0);
	});
});

test('a backup is removed once; one that is gone is gone already', async () => {
	const {intents, store, make} = await start();
	const backup = await make();
	const first = await intents.removeBackup('whmcs-1', `b${backup.id}`);
	expect(first).toMatchObject({changed: true, operation: {kind: 'remove-backup', params: {backupId: backup.id}}});
	await expect(lastActivity(store)).resolves.toBe(`info anna web1.example.net: removal of the backup b${backup.id} asked for`);
	await expect(intents.removeBackup('whmcs-1', `b${backup.id}`)).resolves.toMatchObject({changed: false, operation: {id: first.operation!.id}});
	await store.write(async tables => {
		await tables.operations.finish(first.operation!.id, 'done', 3000);
		await tables.backups.set(backup.id, {state: 'failed'});
	});
	expect(await refusalOf(intents.removeBackup('whmcs-1', `b${backup.id}`))).toMatchObject({code: 'not-allowed', message: `the backup b${backup.id} failed`});
	await store.write(async tables => tables.backups.set(backup.id, {state: 'removed'}));
	await expect(intents.removeBackup('whmcs-1', `b${backup.id}`)).resolves.toMatchObject({changed: false, operation: null});
});

describe('a schedule', () => {
	test('is a row at once, also while an operation runs; the same again changes nothing', async () => {
		const {intents, store, vm, world} = await start();
		const {operation} = await intents.resetPassword('whmcs-1');
		await begin(world, operation!);
		await expect(intents.scheduleBackup('whmcs-1', {thu: '04:00', mon: '02:30'})).resolves.toMatchObject({
			changed: true, operation: null, message: 'web1.example.net: scheduled backups: mon=02:30,thu=04:00', subject: {backup: {mon: '02:30', thu: '04:00'}},
		});
		await expect(lastActivity(store)).resolves.toBe('info anna web1.example.net: scheduled backups: mon=02:30,thu=04:00, before: as the package says');
		await expect(intents.scheduleBackup('whmcs-1', {mon: '02:30', thu: '04:00'})).resolves.toMatchObject({changed: false});
		await expect(intents.scheduleBackup('whmcs-1', {})).resolves.toMatchObject({changed: true, message: 'web1.example.net: scheduled backups: none', subject: {backup: {}}});
		await expect(intents.scheduleBackup('whmcs-1', {})).resolves.toMatchObject({changed: false});
		await expect(intents.scheduleBackup('whmcs-1', null)).resolves.toMatchObject({changed: true, message: 'web1.example.net: scheduled backups: as the package says', subject: {backup: null}});
		await expect(intents.scheduleBackup('whmcs-1', null)).resolves.toMatchObject({changed: false});
		await expect(store.read.operations.listOpen(vm.id)).resolves.toHaveLength(1);
	});

	test.each([
		[{mon: '24:00'}, 'mon: must be a time of day such as "02:30"'],
		[{monday: '02:30'}, 'monday: unknown key, there is mon, tue, wed, thu, fri, sat, sun'],
		[{mon: 5}, 'mon: must be a text'],
		['mon=02:30', 'the schedule must be a map of keys'],
	])('%j is refused', async (schedule, message) => {
		const {intents, vm, store} = await start();
		expect(await refusalOf(intents.scheduleBackup('whmcs-1', schedule as Readonly<Record<string, string>>))).toMatchObject({code: 'invalid', message});
		await expect(store.read.vms.get(vm.id)).resolves.toEqual(vm);
	});
});
