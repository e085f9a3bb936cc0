import {describe, expect, test} from 'vitest';
import {type Verdict} from '../../source/pipelines/move.js';
import {type FaultRule} from '../../source/simulation/faults.js';
import {
	askForCores,
	expectWell,
	interrupted,
	play,
	withOldStates,
	type Play,
} from './interplay.js';

const verbs = {
	change: askForCores,
	restore: async ({intents, ref}) => intents.restoreBackup(ref, 'b1', {mail: true}),
	backup: async ({intents, ref}) => intents.backUpVm(ref, null),
	reinstall: async ({intents, ref}) => intents.reinstallVm(ref, 'debian-12'),
	terminate: async ({intents, ref}) => intents.terminateVm(ref),
} as const satisfies Readonly<Record<string, (game: Play) => Promise<unknown>>>;

const faults: ReadonlyArray<readonly [string, FaultRule, Verdict]> = [
	['the token is revoked', {kind: 'revoked-token'}, 'cluster'],
	['the cluster loses its quorum', {kind: 'no-quorum'}, 'cluster'],
	['the VM\'s node cannot be reached', {
		kind: 'status', path: '/nodes/pve1/', status: 595, text: 'No route to host',
	}, 'node'],
];

describe.each(faults)('where %s', (_, fault, verdict) => {
	test.each([
		['change', 9],
		['restore', 12],
		['backup', 2],
		['reinstall', 12],
		['terminate', 8],
	] as const)('in the midst of a %s, that waits without an attempt and without a person, and goes on by itself', async (verb, at) => {
		const game = await withOldStates(await play());
		const {world, row, listOpen, go, goOnce} = game;
		world.verdict = verdict;
		const {proxmox, wasReached} = interrupted(world, at, () => {
			world.fault(fault);
		});
		await verbs[verb](game);
		await go({proxmox}, async () => wasReached());
		for (let goes = 0; goes < 6; goes++) {
			await goOnce();
		}

		await go({}, async () => (await listOpen())[0]?.waitingFor?.startsWith('fra1') ?? true);
		expect(await listOpen()).toMatchObject([{kind: verb, attempt: 0}]);
		expect(await row()).toMatchObject({needsAttention: null});
		world.clearFaults();
		await go();
		await (verb === 'terminate' ? expect(row()).resolves.toMatchObject({status: 'removed'}) : expectWell(game, (await row()).package.cores));
	});
});

describe('a task whose end nobody knows any more', () => {
	const tasks: ReadonlyArray<readonly [string, (game: Play) => Promise<unknown>]> = [
		['qmrestore', verbs.restore],
		['qmrollback', async ({intents, ref}) => intents.rollBackVm(ref, 's1')],
		['qmdelsnapshot', async ({intents, ref}) => intents.removeSnapshot(ref, 's1')],
		['resize', async ({intents, ref}) => intents.changeVm(ref, {overrides: {diskGib: 30}}, {isPlan: false, allowDataLoss: false})],
		['qmshutdown', verbs.change],
		['qmstart', verbs.change],
		['imgdel', async ({intents, ref}) => intents.removeBackup(ref, 'b1')],
		['qmclone', verbs.reinstall],
	];

	test.each(tasks)('(%s) is looked after, not taken for a failure: the operation ends well', async (type, ask) => {
		const game = await withOldStates(await play());
		game.world.fault({kind: 'vanish', type, count: 1});
		await ask(game);
		const [asked] = await game.listOpen();
		await game.go();
		expect(game.world.server.faults.list()).toEqual([]);
		expect(await game.world.store.read.operations.find(asked!.id)).toMatchObject({state: 'done'});
		await expectWell(game, (await game.row()).package.cores);
	});

	test('(qmdestroy) leads to a look, and to the proof that the VM is gone', async () => {
		const game = await play();
		game.world.fault({kind: 'vanish', type: 'qmdestroy', count: 1});
		await verbs.terminate(game);
		expect(await game.go()).toMatchObject({status: 'removed', needsAttention: null});
	});
});
