import {describe, expect, test} from 'vitest';
import {createRandom} from '../../source/simulation/random.js';
import {findBroken} from './days-check.js';
import {makeForeign} from './days-foreign.js';
import {live} from './days-life.js';
import {tend} from './days-tend.js';
import {createDaysWorld, type DaysWorld} from './days-world.js';

const minute = 60_000;
const hour = 60 * minute;

const first = Number(process.env.CRONSOLE_SEED ?? 20_261_121);
const count = Number(process.env.CRONSOLE_SEEDS ?? 1);
const days = Number(process.env.CRONSOLE_DAYS ?? 2);
const vms = Number(process.env.CRONSOLE_VMS ?? 30);

/** Ordinary days, and those on which the clocks are changed. */
const starts = ['2026-11-20T06:00:00Z', '2027-03-26T12:00:00Z', '2026-10-23T18:00:00Z', '2028-02-27T22:00:00Z'];

const runDays = async (world: DaysWorld, seed: number): Promise<readonly string[]> => {
	const foreign = makeForeign(world);
	const {life, daemons} = await live(world, {seed, days, vms});
	await tend(world);
	// One more collection, and what was left behind is put in order; then nothing new begins.
	await world.pass(world.time.clock.now() + (6 * hour));
	const left = await tend(world);
	await world.person.hold({reason: 'the end', forMs: null});
	await daemons.end(async () => world.pass(world.time.clock.now() + (5 * minute)));
	await world.pass(world.time.clock.now() + minute);
	return [...left.map(what => `unfinished: ${what}`), ...await findBroken(world, {life, foreign})];
};

/**
 One of three shares of the seeds: three files, so that they run beside each other. `CRONSOLE_SEED` is the first seed, `CRONSOLE_SEEDS` how many,
 `CRONSOLE_DAYS` and `CRONSOLE_VMS` how much; by hand: `CRONSOLE_SEEDS=20 CRONSOLE_VMS=200 CRONSOLE_DAYS=30 npx vitest run --project days`.
 */
export const testDays = (share: 0 | 1 | 2): void => {
	const seeds = Array.from({length: count}, (_, index) => first + index).filter((_, index) => index % 3 === share);
	describe.skipIf(seeds.length === 0)(`simulated days (CRONSOLE_SEED=${first} CRONSOLE_SEEDS=${count} CRONSOLE_DAYS=${days} CRONSOLE_VMS=${vms})`, () => {
		test.each(seeds)('with seed %i everything is as it should be in the end', async seed => {
			const random = createRandom(seed);
			const world = await createDaysWorld({
				seed, startAt: Date.parse(starts[random.integer(0, starts.length - 1)]!), graceMs: random.integer(0, 1) * 5 * hour, timezone: ['UTC', 'Europe/Berlin'][random.integer(0, 1)]!,
			});
			let broken: readonly string[] = ['it did not come to its end'];
			try {
				broken = await runDays(world, seed);
				if (broken.length > 0) {
					console.log(`CRONSOLE_SEED=${seed} CRONSOLE_SEEDS=1 CRONSOLE_DAYS=${days} CRONSOLE_VMS=${vms} (CRONSOLE_KEEP=1 keeps its files)`);
				}

				expect(broken).toEqual([]);
			} finally {
				await world.close(broken.length > 0 && process.env.CRONSOLE_KEEP !== undefined ? broken : undefined);
			}
		}, 600_000 + (days * vms * 10_000));
	});
};
