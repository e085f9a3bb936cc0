import {setTimeout as sleep} from 'node:timers/promises';
import {expect} from 'vitest';
import {createRandom, type Random} from '../../source/simulation/random.js';
import {until} from '../support/program.js';
import {
	groupsBelow,
	orderOf,
	type Letter,
	type Started,
	type World,
} from './installs-world.js';

type Torment = {
	readonly seed: number;
	readonly rounds: number;
	/** Accounts are called so with the round's number. */
	readonly prefix: string;
	/** Of each order. */
	readonly more?: Readonly<Record<string, unknown>>;
	/** Looks at the site in the end, and the letter that came of it. */
	readonly judge: (account: string, letter: Letter) => Promise<void>;
};

/** Kills it, and with it, or not, whatever it has started. */
const kill = async ({child, finished}: Started, isWithRecipe: boolean): Promise<void> => {
	const groups = isWithRecipe && child.exitCode === null ? groupsBelow(child.pid!) : [];
	child.kill('SIGKILL');
	for (const group of groups) {
		try {
			process.kill(-group, 'SIGKILL');
		} catch {
			// It ended by itself.
		}
	}

	await finished;
};

/** Orders while runs are killed: every third round while the account is made, else while its site is. Answers how many died with something under way. */
const rage = async (world: World, {rounds, prefix, more}: Torment, random: Random, tookMs: {readonly add: number; readonly work: number}): Promise<number> => {
	const caught = new Set<string>();
	for (let round = 1; round < rounds; round++) {
		const order = orderOf(`${prefix}${round}`, more);
		const add = ['install', 'add'];
		const isInAdd = round % 3 === 0;
		if (!isInAdd) {
			expect(await world.run(add, order)).toMatchObject({code: 0});
		}

		const started = isInAdd ? world.start(add, order) : world.start(['--run-task=process_installs']);
		await sleep(Math.round((isInAdd ? tookMs.add : tookMs.work) * (0.25 + (random.next() * 0.8))));
		await kill(started, round % 2 === 0);
		for (const name of world.underWay()) {
			caught.add(name);
		}

		const ordered = await world.run(add, order);
		expect(ordered.code, ordered.err).toBe(0);
	}

	return caught.size;
};

const addressOf = (account: string): string => `${account}@example.net`;

/** All letters, once these have theirs. */
const lettersTo = async (world: World, accounts: readonly string[]): Promise<readonly Letter[]> => until('everybody has a letter', async () => {
	const letters = await world.letters(accounts.length);
	return accounts.every(account => letters.some(({to}) => to === addressOf(account))) && letters;
});

/** Nobody has got two letters; who perhaps got none is known, and gets one when a person says so. */
const sendAll = async (world: World, accounts: readonly string[]): Promise<readonly Letter[]> => {
	const messages = await world.outbox();
	const unsure = messages.filter(({state}) => state === 'unknown');
	const sure = messages.filter(({state}) => state === 'sent');
	expect(messages).toHaveLength(accounts.length);
	expect(unsure.length + sure.length).toBe(accounts.length);
	const letters = await lettersTo(world, sure.map(({to}) => to.split('@', 1)[0]));
	expect(new Set(letters.map(({to}) => to)).size).toBe(letters.length);
	for (const {id} of unsure) {
		expect(await world.run(['mail', 'resend', `${id}`])).toMatchObject({code: 0});
	}

	await world.work();
	expect((await world.outbox()).map(({state}) => state)).toEqual(accounts.map(() => 'sent'));
	return lettersTo(world, accounts);
};

const timed = async (what: () => Promise<{readonly code: number | null; readonly err: string}>): Promise<number> => {
	const since = performance.now();
	const {code, err} = await what();
	expect(code, err).toBe(0);
	return performance.now() - since;
};

/** Kills cronsole (and in half of the rounds the recipe) in the midst of it, again and again; in the end every site stands there, and nobody got two letters. */
export const torment = async (world: World, wish: Torment): Promise<void> => {
	const {seed, rounds, prefix, more, judge} = wish;
	const accounts = Array.from({length: rounds}, (_, index) => `${prefix}${index}`);
	const add = await timed(async () => world.run(['install', 'add'], orderOf(accounts[0]!, more)));
	const work = await timed(world.work);
	expect(await rage(world, wish, createRandom(seed), {add, work})).toBeGreaterThanOrEqual(rounds / 5);

	world.passTime();
	const last = await world.work('--wait=90s');
	expect(last.code, `seed ${seed}: ${last.out}${last.err}`).toBe(0);
	// What was under way when its sender died is known for that by now.
	world.passTime();
	await world.work();
	const installs = await world.list();
	expect(installs.map(({state, cause}) => `${state} ${cause}`), JSON.stringify(installs)).toEqual(accounts.map(() => 'done null'));
	const letters = await sendAll(world, accounts);
	for (const account of accounts) {
		await judge(account, letters.findLast(({to}) => to === addressOf(account))!);
	}
};
