import {setTimeout as sleep} from 'node:timers/promises';
import {describe, expect, test} from 'vitest';
import {order, until} from '../support/program.js';
import {
	deployed,
	expectLawful,
	expectWhole,
	type TaskCounts,
} from './signals-check.js';
import {
	say,
	tormentConsoles,
	tormentDaemons,
	tormentRuns,
	type Tally,
	type Torment,
	type Wish,
} from './signals-torment.js';
import {
	createWorld,
	hasBegun,
	randomFor,
	seed,
	type World,
} from './signals-world.js';

/** How much is done to them before they are let alone. */
const rounds = Number(process.env.CRONSOLE_ROUNDS ?? 35);
const count = 6;

/** What becomes of each order, beyond its deploy. */
const kinds = ['change', 'take-snapshot', 'backup', 'terminate'] as const;
const kindOf = (index: number): typeof kinds[number] => kinds[index % kinds.length]!;

const outcomes: Readonly<Record<typeof kinds[number], TaskCounts | 'gone'>> = {
	change: {
		...deployed, resize: 2, qmstart: 2, qmshutdown: 1,
	},
	'take-snapshot': {...deployed, qmsnapshot: 1},
	backup: {...deployed, vzdump: 1},
	terminate: 'gone',
};

const listWishes = (world: World, indexes: readonly number[]): readonly Wish[] => {
	const {rows, file} = world;
	const larger = file('larger.json', {overrides: {memoryMib: 2048, diskGib: 12}});
	const argsOf = (kind: typeof kinds[number], reference: string): readonly string[] => ({
		change: ['vm', 'change', reference, '--file', larger],
		'take-snapshot': ['snapshot', 'take', reference, '--name', 'before'],
		backup: ['backup', 'now', reference],
		terminate: ['vm', 'terminate', reference, '--yes'],
	}[kind]);
	const creations = indexes.map(index => ({
		args: ['vm', 'create', '--file', file(`order-${index}.json`, order(index))],
		stands: () => rows('select 1 from vms where reference = ?', `order-${index}`).length > 0,
	}));
	const wishes = indexes.map(index => ({
		args: argsOf(kindOf(index), `order-${index}`),
		stands: () => rows('select 1 from operations join vms on vms.id = vm_id where reference = ? and kind = ?', `order-${index}`, kindOf(index)).length > 0,
	}));
	return [...creations, ...wishes];
};

/** Looks at the laws all the while. */
const watch = async (world: World, signal: AbortSignal): Promise<void> => {
	while (!signal.aborted) {
		expectLawful(world);
		await sleep(500);
	}
};

const sumOf = (tally: Tally): number => tally.values().reduce((sum, times) => sum + times, 0);

const isSettled = ({rows}: World): boolean => rows('select 1 from operations where state in (\'waiting\', \'running\') limit 1').length === 0;

describe(`signals (CRONSOLE_SEED=${seed})`, () => {
	test('daemons, consoles and commands are killed, stopped and hung up on at work: nothing lost, nothing twice, nothing held', async () => {
		const world = await createWorld({simulator: ['--speed', '25']});
		try {
			// A call that takes its time is one that a signal can fall into.
			await world.faults({add: {kind: 'slow', ms: 250, method: 'POST'}});
			const tally: Tally = new Map();
			const over = new AbortController();
			const torment = (place: number): Torment => ({
				world, random: randomFor(place), tally, signal: over.signal,
			});
			const indexes = Array.from({length: count}, (_, index) => index + 1);
			const speak = async (): Promise<void> => {
				await say(torment(1), listWishes(world, indexes));
				await until('enough was done to them', () => sumOf(tally) >= rounds || over.signal.aborted, 600_000);
			};

			const others = [tormentDaemons(torment(3)), tormentDaemons(torment(4)), tormentConsoles(torment(5)), tormentRuns(torment(6)), watch(world, over.signal)];
			try {
				await Promise.race([speak(), Promise.all(others)]);
			} finally {
				over.abort();
				await Promise.allSettled(others);
			}

			await Promise.all(others);
			console.log(`seed ${seed}: ${tally.entries().map(([deed, times]) => `${deed} ${times}`).toArray().toSorted().join(', ')}`);
			const last = world.daemon();
			await until('it has begun', () => hasBegun(last));
			await until('nothing is left to be done', () => isSettled(world), 120_000, 200);
			expect(await last.end()).toBe(143);
			await expectWhole(world, Object.fromEntries(indexes.map(index => [`order-${index}`, outcomes[kindOf(index)]])));
		} finally {
			await world.remove();
		}
	}, 600_000);
});
