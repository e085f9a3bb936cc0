import {taskNames} from '../../source/domain/task.js';
import {createRandom, type Random} from '../../source/simulation/random.js';
import {act, order, type Expectation} from './days-actions.js';
import {makeTrouble, pick} from './days-faults.js';
import {letStrangerIn, removeStrangers} from './days-foreign.js';
import {runByHand, startDaemon, type Worker} from './days-process.js';
import {type DaysWorld} from './days-world.js';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** Something that happens at a moment, and may lead to other such things. */
type Happening = {readonly at: number; readonly run: () => Promise<void> | void};

export type Life = {
	readonly expectations: readonly Expectation[];
	readonly references: readonly string[];
};

export type LifeOptions = {readonly seed: number; readonly days: number; readonly vms: number};

/** How often it comes to pass, in the mean. */
const everyMs = {
	crash: 100 * minute, replacement: 30 * minute, freeze: 11 * hour, byHand: 150 * minute, fault: 25 * minute, stranger: 20 * hour,
};
const wishesPerVmAndDay = 3;
const flock = 5;
/** Moments lie on a grid, so that the world has fewer of them. */
const gridMs = 5 * minute;

const waitMs = (random: Random, meanMs: number): number => {
	const share = -Math.log(1 - random.next());
	return Math.ceil(share * meanMs / gridMs) * gridMs;
};

/** Ends a worker: what it waits for comes with time. */
const endInTime = async (worker: Worker, pass: () => Promise<void>) => {
	const state = {hasEnded: false};
	const end = async () => {
		await worker.end();
		state.hasEnded = true;
	};

	const ending = end();
	for (let round = 0; !state.hasEnded && round < 20; round++) {
		await pass();
	}

	await ending;
};

/** Two daemons, one of which leads; whatever is done to them, after a while there are two again. */
const createDaemons = async ({ground, note}: DaysWorld, random: Random) => {
	const daemons: Worker[] = [await startDaemon(ground), await startDaemon(ground)];
	const gone: Worker[] = [];

	return {
		crash() {
			const {process, killAfter} = pick(random, daemons);
			const calls = random.integer(1, 400);
			note(`${process.name} dies after ${calls} calls`);
			killAfter(calls);
		},
		freeze(after: (ms: number, run: () => void) => void) {
			const worker = pick(random, daemons);
			if (worker.process.frozen !== undefined || worker.process.isDead) {
				return;
			}

			const ms = random.integer(minute, 90 * minute);
			note(`${worker.process.name} stands still for ${Math.round(ms / minute)} min`);
			worker.freeze();
			after(ms, worker.thaw);
		},
		/** What a service manager does. */
		async replaceDead() {
			for (const [index, worker] of daemons.entries()) {
				if (!worker.process.isDead) {
					continue;
				}

				gone.push(worker);
				daemons[index] = await startDaemon(ground);
				note(`${worker.process.name} is dead: ${daemons[index].process.name} started`);
			}
		},
		thawAll() {
			for (const worker of daemons) {
				worker.killAfter(Infinity);
				worker.thaw();
			}
		},
		async end(pass: () => Promise<void>) {
			for (const worker of [...daemons, ...gone]) {
				await endInTime(worker, pass);
			}
		},
	};
};

type Daemons = Awaited<ReturnType<typeof createDaemons>>;

/** What happens, in order of time. */
const createAgenda = ({time}: DaysWorld, until: number) => {
	const agenda: Happening[] = [];
	const add = (at: number, run: Happening['run']) => {
		agenda.push({at, run});
	};

	const often = (random: Random, meanMs: number, run: Happening['run']) => {
		const at = time.clock.now() + waitMs(random, meanMs);
		if (at < until) {
			add(at, async () => {
				await run();
				often(random, meanMs, run);
			});
		}
	};

	return {
		add, often,
		next: () => agenda.toSorted((a, b) => a.at - b.at)[0],
		take(happening: Happening) {
			agenda.splice(agenda.indexOf(happening), 1);
		},
	};
};

const plan = (world: DaysWorld, {seed, days, vms}: LifeOptions, daemons: Daemons, life: {expectations: Expectation[]; references: string[]}) => {
	const {time, random, ground} = world;
	const startAt = time.clock.now();
	const until = startAt + Math.round(days * day);
	const agenda = createAgenda(world, until);
	const chance = createRandom(seed + 3);
	const trouble = createRandom(seed + 4);
	for (let index = 0; index < vms; index++) {
		// Most are ordered at once, the others as time goes by.
		agenda.add(startAt + (random.next() < 0.7 ? random.integer(0, 10) * 6 * minute : waitMs(random, days * day / 3)), async () => {
			life.references.push(await order(world, index + 1));
		});
	}

	// People come in flocks.
	agenda.often(random, flock * day / (vms * wishesPerVmAndDay), () => {
		for (let index = 0; index < flock; index++) {
			agenda.add(time.clock.now() + (random.integer(0, 2) * minute), async () => {
				const expectation = await act(world);
				if (expectation) {
					life.expectations.push(expectation);
				}
			});
		}
	});
	agenda.often(trouble, everyMs.fault, () => {
		const {at, end} = makeTrouble(world, trouble);
		agenda.add(at, end);
	});
	agenda.often(chance, everyMs.crash, daemons.crash);
	agenda.often(chance, everyMs.replacement, daemons.replaceDead);
	agenda.often(chance, everyMs.freeze, () => {
		daemons.freeze((ms, run) => {
			agenda.add(time.clock.now() + ms, run);
		});
	});
	agenda.often(trouble, everyMs.stranger, () => {
		const {at, end} = letStrangerIn(world, trouble);
		agenda.add(at, end);
	});
	agenda.often(chance, everyMs.byHand, async () => {
		const worker = await runByHand(ground, pick(chance, taskNames));
		if (chance.next() < 0.3) {
			worker.killAfter(chance.integer(1, 60));
		}
	});
	return {agenda, until};
};

/** Lets days go by in which people want things, the cluster has its faults, and schedulers die. */
export const live = async (world: DaysWorld, options: LifeOptions): Promise<{readonly life: Life; readonly daemons: Daemons}> => {
	const {server, pass, note} = world;
	const daemons = await createDaemons(world, createRandom(options.seed + 5));
	const life = {expectations: [] as Expectation[], references: [] as string[]};
	const {agenda, until} = plan(world, options, daemons, life);
	for (let next = agenda.next(); next && next.at < until; next = agenda.next()) {
		await pass(next.at);
		agenda.take(next);
		await next.run();
	}

	await pass(until);
	note('the trouble is over');
	server.faults.command({clear: true});
	removeStrangers(world);
	daemons.thawAll();
	await daemons.replaceDead();
	return {life, daemons};
};
