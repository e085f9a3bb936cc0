import {expect, test} from 'vitest';
import {deploy, type Deployed} from './deployed.js';

const add = async ({store, vm}: Deployed, name: string, own: {readonly ours?: boolean; readonly note?: string} = {}): Promise<void> => store.write(async tables => tables.snapshots.add({
	vmId: vm.id, name, note: null, createdAt: Date.UTC(2026, 10, 21, 17, 40), keep: false, ours: true, ...own,
}));

test('snapshots are listed with the keys of the contract, others\' as such', async () => {
	const world = await deploy();
	const {cronsole} = world;
	await expect(cronsole('snapshot list whmcs-1')).resolves.toMatchObject({code: 0, out: 'web1.example.net has no snapshots\n'});
	expect((await cronsole('snapshot list whmcs-1 --json')).json()).toEqual({snapshots: []});
	await add(world, 'before', {note: 'before the update'});
	await add(world, 'foreign', {ours: false});
	expect((await cronsole('snapshot list whmcs-1 --json --read-only')).json()).toEqual({
		snapshots: [
			{
				name: 'before', createdAt: '2026-11-21T17:40:00Z', note: 'before the update', keep: false, ours: true,
			},
			{
				name: 'foreign', createdAt: '2026-11-21T17:40:00Z', note: null, keep: false, ours: false,
			},
		],
	});
	expect((await cronsole('snapshot list whmcs-1')).out).toMatch(/^NAME.*\nbefore +2026-11-21 18:40:00 CET +cronsole +before the update\nforeign +2026-11-21 18:40:00 CET +others\n$/);
	expect((await cronsole('vm show whmcs-1')).out).toMatch(/snapshots +1 of 2\n/);
});

test('one is taken once, under its own name or one that is made', async () => {
	const {cronsole, listOpen} = await deploy();
	const made = (await cronsole(['snapshot', 'take', 'whmcs-1', '--note', 'a note', '--json'])).json();
	expect(made).toMatchObject({changed: true, operation: {kind: 'take-snapshot'}, snapshot: expect.stringMatching(/^s\d{8}-\d{6}$/)});
	expect((await cronsole(['snapshot', 'take', 'whmcs-1', '--note', 'a note', '--json'])).json()).toMatchObject({changed: false, snapshot: made.snapshot});
	expect((await cronsole('snapshot take whmcs-1 --name second --json')).json()).toMatchObject({changed: true, snapshot: 'second', operation: {state: 'waiting'}});
	await expect(cronsole('snapshot take whmcs-1 --name third')).resolves.toMatchObject({code: 2, err: expect.stringContaining('has 2 of 2 snapshots')});
	await expect(listOpen()).resolves.toHaveLength(2);
});

test.each([
	['take whmcs-1 --name current', 'name: current is no name of a snapshot', 'write a letter'],
	['take whmcs-1 --name 1a', 'name: 1a is no name of a snapshot', 'write a letter'],
	['take whmcs-1 --name before', 'web1.example.net has a snapshot before already', 'choose another name'],
	['keep whmcs-1', 'snapshot keep needs more words', 'write cronsole snapshot keep REF NAME'],
	['keep whmcs-1 befor', 'web1.example.net has no snapshot befor', 'did you mean before?'],
	['rollback whmcs-1 nothing --yes', 'web1.example.net has no snapshot nothing', 'there is before'],
	['remove whmcs-1 nothing --yes', 'web1.example.net has no snapshot nothing', 'there is before'],
	['take whmcs-1 --read-only', 'this session is read-only', 'nothing was done'],
])('snapshot %s is refused and changes nothing', async (line, wrong, remedy) => {
	const world = await deploy();
	await add(world, 'before');
	const {code, out, err} = await world.cronsole(`snapshot ${line}`);
	expect([code, out]).toEqual([2, '']);
	expect(err.split('\n')).toEqual([expect.stringContaining(wrong), expect.stringContaining(remedy), '']);
	await expect(world.listOpen()).resolves.toEqual([]);
});

test('one is kept for ever and let go again, rolled back to and removed; what is so is said', async () => {
	const world = await deploy();
	const {cronsole, store, vm, finishAll} = world;
	await add(world, 'before');
	const keep = async (flags: string) => (await cronsole(`snapshot keep whmcs-1 before ${flags} --json`)).json().changed;
	expect([await keep(''), await keep(''), await keep('--off'), await keep('--off')]).toEqual([true, false, true, false]);
	for (const [verb, kind] of [['rollback', 'rollback'], ['remove', 'remove-snapshot']]) {
		expect((await cronsole(`snapshot ${verb} whmcs-1 before --yes --json`)).json()).toMatchObject({changed: true, operation: {kind, state: 'waiting'}});
		expect((await cronsole(`snapshot ${verb} whmcs-1 before --yes --json`)).json()).toMatchObject({changed: false, operation: {kind}});
		await finishAll();
	}

	await store.write(async tables => tables.snapshots.remove(vm.id, 'before'));
	await expect(cronsole('snapshot remove whmcs-1 before --yes')).resolves.toMatchObject({code: 0, out: 'web1.example.net: the snapshot before was removed already, asked for by anna\n'});
});
