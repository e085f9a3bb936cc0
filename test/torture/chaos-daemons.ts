import {setTimeout as sleep} from 'node:timers/promises';
import {type Random} from '../../source/simulation/random.js';
import {until, type Installation, type Running} from '../support/program.js';

/** Two daemons, whatever happens to them. */
export type Daemons = {
	/** Every one that ever ran. */
	readonly all: readonly Running[];
	/** Kills, freezes and reloads them until it is told to stop; answers what it did. */
	readonly torment: (random: Random, signal: AbortSignal) => Promise<readonly string[]>;
	/** Ends those that live in order, and answers with which codes. */
	readonly end: () => Promise<ReadonlyArray<number | null>>;
	/** What they said on their way out without having been told to go. */
	readonly complaints: () => readonly string[];
};

const isIn = ({lines}: Running) => lines.some(line => line.includes('"started"'));

export const startDaemons = async (here: Installation, freezeMs: number): Promise<Daemons> => {
	const all = [here.daemon(), here.daemon()];
	const present = [...all];

	const kill = async (index: number) => {
		await present[index]!.end('SIGKILL');
		const next = here.daemon();
		present[index] = next;
		all.push(next);
		return `kill -9 ${index}`;
	};

	const freeze = async (index: number, ms: number) => {
		present[index]!.child.kill('SIGSTOP');
		await sleep(ms);
		present[index]!.child.kill('SIGCONT');
		return `frozen ${index} for ${ms} ms`;
	};

	return {
		all,
		async torment(random, signal) {
			const done: string[] = [];
			while (!signal.aborted) {
				await sleep(random.integer(500, 4000));
				const index = random.integer(0, 1);
				const chance = random.next();
				if (chance < 0.2 && isIn(present[index]!)) {
					present[index]!.child.kill('SIGHUP');
					done.push(`${index} reads its config again`);
				} else {
					done.push(await (chance < 0.6 ? kill(index) : freeze(index, random.integer(200, freezeMs))));
				}
			}

			return done;
		},
		async end() {
			await until('both have begun', () => present.every(daemon => isIn(daemon)));
			return Promise.all(present.map(async daemon => daemon.end()));
		},
		complaints: () => all.flatMap(({errors, child}, index) => [
			...errors.map(line => `daemon ${index}: ${line}`),
			...(child.exitCode === null || child.exitCode === 143 ? [] : [`daemon ${index} ended by itself with ${child.exitCode}`]),
		]),
	};
};
