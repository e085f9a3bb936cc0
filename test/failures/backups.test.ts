import {expect, test} from 'vitest';
import {
	ask,
	findRecord,
	volumes,
	withStorage,
} from '../pipelines/backup-world.js';
import {
	expectWell,
	play,
	withOldStates,
	type Play,
} from './interplay.js';

/** The VM's package, with that much more. */
const grant = async ({world, vm}: Play, own: Readonly<Record<string, number>>): Promise<void> => {
	await world.store.write(async ({vms}) => {
		const {package: present} = await vms.get(vm.id);
		await vms.set(vm.id, {package: {...present, ...own}});
	});
};

test('the oldest backup does not go by rotation while somebody waits to have it restored; the next rotation takes it', async () => {
	const game = await play();
	const {world, vm, intents, ref, go, goOnce} = game;
	await grant(game, {backups: 1});
	const {record: first} = await ask(world, vm, 'scheduled-backup', {localDate: '2026-11-20'});
	await go();
	const {record: second} = await ask(world, vm, 'scheduled-backup', {localDate: '2026-11-21'});
	await goOnce();
	await intents.restoreBackup(ref, `b${first.id}`, {mail: true});
	await go();
	expect(await world.operation(vm)).toMatchObject({kind: 'restore', state: 'done'});
	await expectWell(game);
	expect(await findRecord(world, first)).toMatchObject({state: 'done'});
	await ask(world, vm, 'scheduled-backup', {localDate: '2026-11-22'});
	await go();
	expect(await findRecord(world, first)).toMatchObject({state: 'removed'});
	expect(await findRecord(world, second)).toMatchObject({state: 'removed'});
	expect(volumes(world, await world.vm(vm))).toHaveLength(1);
});

test('a snapshot does not expire while somebody waits to go back to it', async () => {
	const game = await withOldStates(await play());
	const {world, vm, intents, ref, go} = game;
	await grant(game, {snapshotDays: 1});
	world.pass(2 * 86_400_000);
	await world.store.write(async ({operations}) => operations.add(vm.id, {
		kind: 'expire-snapshot', params: {name: 's1'}, requestedBy: 'remove_snapshots', now: world.clock.now(),
	}));
	await intents.rollBackVm(ref, 's1');
	await go();
	expect(await world.operation(vm)).toMatchObject({kind: 'rollback', state: 'done'});
	await expectWell(game);
});

test('a rollback waits for the scheduled backup that was there first, and they never overlap', async () => {
	const game = await withOldStates(await play());
	const {world, vm, intents, ref, go, goOnce, listOpen} = game;
	const {record} = await ask(world, vm, 'scheduled-backup', {localDate: '2026-11-21'});
	await intents.rollBackVm(ref, 's1');
	while ((await listOpen()).length > 0) {
		await goOnce();
		expect(world.server.cluster.tasks.running().length).toBeLessThan(2);
	}

	await go();
	expect(await findRecord(world, record)).toMatchObject({state: 'done'});
	await expectWell(game);
});

test('a backup without compression is made, listed and restored like any other', async () => {
	const game = await play();
	const {world, intents, ref, go} = game;
	const settings = withStorage(world, {storage: 'shared', mode: 'snapshot', compress: '0'});
	const {backup} = await intents.backUpVm(ref, null);
	await go({settings});
	expect(await findRecord(world, backup)).toMatchObject({state: 'done', cause: null});
	expect(world.requests().findLast(({path}) => path.endsWith('/vzdump'))).toMatchObject({params: {compress: '0', remove: '0'}});
	await intents.restoreBackup(ref, `b${backup.id}`, {mail: true});
	await go({settings});
	await expectWell(game);
});
