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
	const take = async (name: string | null = null, note: string | null = null) => world.intents.takeSnapshot('whmcs-1', {name, note});
	/** A snapshot that is there. */
	const make = async (name: string, ours = true) => world.store.write(async tables => tables.snapshots.add({
		vmId: vm.id, name, note: null, createdAt: 1000, keep: false, ours,
	}));
	return {
		...world, world, vm, take, make,
	};
};

describe('taking a snapshot', () => {
	test('names it after the moment; sent twice while that waits, it is the same', async () => {
		const {take, store, vm} = await start();
		const first = await take(null, 'before\tthe upgrade\n');
		expect(first.name).toMatch(/^s20\d{6}-\d{6}$/);
		expect(first).toMatchObject({
			changed: true, message: `web1.example.net: snapshot ${first.name} asked for`, operation: {kind: 'take-snapshot', params: {name: first.name, note: 'before the upgrade'}},
		});
		await expect(lastActivity(store)).resolves.toBe(`info anna web1.example.net: snapshot ${first.name} asked for`);
		await expect(take(null, 'before the upgrade')).resolves.toMatchObject({changed: false, name: first.name, operation: {id: first.operation!.id}});
		await expect(store.read.operations.listOpen(vm.id)).resolves.toHaveLength(1);
	});

	test('another one in the same second has another name', async () => {
		const {take, world} = await start();
		const first = await take();
		await begin(world, first.operation!);
		const second = await take();
		expect(second).toMatchObject({changed: true, message: expect.stringContaining('after the present operation') as string});
		expect(second.name).not.toBe(first.name);
	});

	test('refuses a name that one has, or is about to have', async () => {
		const {take, make} = await start();
		await make('daily');
		expect(await refusalOf(take('daily'))).toMatchObject({code: 'conflict', message: 'web1.example.net has a snapshot daily already', hint: 'choose another name, or remove that one first'});
		const {operation} = await take('weekly');
		await expect(take('weekly')).resolves.toMatchObject({changed: false, operation: {id: operation!.id}});
		expect(await refusalOf(take('weekly', 'another'))).toMatchObject({code: 'conflict'});
	});

	test('is refused at the package\'s quota, which those of others do not fill', async () => {
		const {take, make, vm} = await start();
		await make('one');
		await make('foreign', false);
		await take('two');
		expect(await refusalOf(take('three'))).toMatchObject({
			code: 'not-allowed', message: 'web1.example.net has 2 of 2 snapshots: one', hint: `remove one first: cronsole snapshot remove v${vm.id} NAME`,
		});
		await expect(take('two')).resolves.toMatchObject({changed: false});
	});

	test('is refused where the package has none, and unlimited where it does not say', async () => {
		const {take} = await start('kvm-0');
		expect(await refusalOf(take('one'))).toMatchObject({code: 'not-allowed', message: 'the package of web1.example.net has no snapshots'});
		const {take: takeFreely} = await start('kvm-s');
		for (const name of ['aa', 'bb', 'cc', 'dd']) {
			await expect(takeFreely(name)).resolves.toMatchObject({changed: true});
		}
	});

	test.each(['', 'a', '1st', 'current', 'Pending', 'a b', 'x'.repeat(41), 'x'.repeat(1_000_000), '../x', '-rf', 'a\nb', '\u{1B}[2Jab', 'späth'])('refuses %.20j as a name', async name => {
		const {take, store, vm} = await start();
		const refusal = await refusalOf(take(name));
		expect(refusal.code).toBe('invalid');
		expect(refusal.message).not.toMatch(/\p{Control}/u);
		expect(refusal.message.length).toBeLessThan(120);
		await expect(store.read.operations.listOpen(vm.id)).resolves.toHaveLength(0);
	});
});

test('keeping a snapshot is a row at once, also while an operation runs', async () => {
	const {intents, store, make, world, vm} = await start();
	await make('daily');
	const {operation} = await intents.resetPassword('whmcs-1');
	await begin(world, operation!);
	await expect(intents.keepSnapshot('whmcs-1', 'daily', true)).resolves.toMatchObject({changed: true, operation: null, message: 'web1.example.net: the snapshot daily is kept, whatever its age'});
	await expect(store.read.snapshots.find(vm.id, 'daily')).resolves.toMatchObject({keep: true});
	await expect(lastActivity(store)).resolves.toBe('info anna web1.example.net: the snapshot daily is kept, whatever its age');
	await expect(intents.keepSnapshot('whmcs-1', 'daily', true)).resolves.toMatchObject({changed: false});
	await expect(intents.keepSnapshot('whmcs-1', 'daily', false)).resolves.toMatchObject({changed: true});
	expect(await refusalOf(intents.keepSnapshot('whmcs-1', 'dayly', true))).toMatchObject({code: 'unknown', hint: 'did you mean daily?'});
});

describe.each(['rollback', 'remove-snapshot'] as const)('%s', kind => {
	const ask = async (intents: Awaited<ReturnType<typeof start>>['intents'], name: string) => kind === 'rollback' ? intents.rollBackVm('whmcs-1', name) : intents.removeSnapshot('whmcs-1', name);

	test('is one operation when it is sent twice', async () => {
		const {intents, make, store} = await start();
		await make('daily');
		const first = await ask(intents, 'daily');
		expect(first).toMatchObject({changed: true, operation: {kind, params: {name: 'daily'}}});
		await expect(lastActivity(store)).resolves.toBe(`info anna web1.example.net: ${kind === 'rollback' ? 'rollback to daily' : 'removal of the snapshot daily'} asked for`);
		await expect(ask(intents, 'daily')).resolves.toMatchObject({changed: false, operation: {id: first.operation!.id}});
	});

	test('of one that is still being taken comes after it', async () => {
		const {intents, take} = await start();
		await take('daily');
		await expect(ask(intents, 'daily')).resolves.toMatchObject({changed: true, message: expect.stringContaining('after the present operation') as string});
	});

	test('of a name that there is not suggests the nearest', async () => {
		const {intents, make} = await start();
		await make('daily');
		expect(await refusalOf(ask(intents, 'dialy'))).toMatchObject({code: 'unknown', message: 'web1.example.net has no snapshot dialy', hint: 'did you mean daily?'});
		expect((await refusalOf(ask(intents, '\u{1B}[31m\u{202E}x'))).message).toBe('web1.example.net has no snapshot x');
	});
});

test('a snapshot that was removed is gone already', async () => {
	const {intents, make, store, world, vm} = await start();
	await make('daily');
	const {operation} = await intents.removeSnapshot('whmcs-1', 'daily');
	await begin(world, operation!);
	await store.write(async tables => {
		await tables.snapshots.remove(vm.id, 'daily');
		await tables.operations.finish(operation!.id, 'done', 2000);
	});
	await expect(intents.removeSnapshot('whmcs-1', 'daily')).resolves.toMatchObject({
		changed: false, operation: null, message: 'web1.example.net: the snapshot daily was removed already, asked for by anna',
	});
	expect(await refusalOf(intents.rollBackVm('whmcs-1', 'daily'))).toMatchObject({code: 'unknown'});
});
