import {join} from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import {systemClock, type Clock} from '../../source/domain/clock.js';
import {type Operation} from '../../source/domain/operation.js';
import {openStore} from '../../source/store/open-store.js';
import {
	addVm,
	finishAtOnce,
	makeFolder,
	moved,
	startScheduler,
	until,
	useCluster,
} from './world.js';

const minute = 60_000;

const reachable = useCluster();

/** A scheduler by a clock that the test sets, and an operation that waits for a moment of its own. */
const createHere = async (waitMs: number) => {
	let ahead = 0;
	const clock: Clock = {now: () => systemClock.now() + ahead, monotonic: systemClock.monotonic};
	const folder = makeFolder();
	const store = await openStore({path: join(folder, 'cronsole.db'), clock});
	onTestFinished(async () => store.close());
	const {operation} = await addVm(store);
	const find = async (): Promise<Operation> => (await store.read.operations.find(operation.id))!;
	const start = async () => startScheduler(store, 'daemon', {
		clock, ...reachable(),
		async pipeline(one, context) {
			if (one.state === 'waiting') {
				await context.store.write(async ({operations}) => {
					await operations.begin(one.id, clock.now());
					await operations.wait(one.id, {
						waitingFor: 'its moment', nextAttemptAt: clock.now() + waitMs, remoteTaskId: null, slot: null, pausedByNode: null,
					});
				});
				return moved('waiting');
			}

			return finishAtOnce(one, context);
		},
	});
	const first = await start();
	await until(async () => (await find()).waitingFor === 'its moment', 20_000);
	return {
		first, start, find,
		set(minutes: number) {
			ahead += minutes * minute;
		},
	};
};

test('a clock that is set back by less than an hour puts nothing off that waits for a moment', async () => {
	const {find, set} = await createHere(1500);
	set(-50);
	await until(async () => (await find()).state === 'done', 20_000);
});

test('a clock that is set ahead makes nobody impatient: what has been waited for counts as long as it has', async () => {
	const {find, set} = await createHere(30 * minute);
	const {stepSince} = await find();
	set(20);
	await until(async () => (await find()).stepSince !== stepSince, 20_000);
	const {stepSince: since, state} = await find();
	expect(state).toBe('running');
	expect(Math.abs(since! - stepSince! - (20 * minute))).toBeLessThan(5000);
});

test('a clock that is set while nobody leads is noticed by whoever leads next', async () => {
	const {first, start, find, set} = await createHere(1500);
	await first.end();
	set(-50);
	await start();
	await until(async () => (await find()).state === 'done', 20_000);
});
