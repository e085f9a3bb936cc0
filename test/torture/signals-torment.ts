import {setTimeout as sleep} from 'node:timers/promises';
import {expect} from 'vitest';
import {type Random} from '../../source/simulation/random.js';
import {until, type Running} from '../support/program.js';
import {freeze} from './signals-freeze.js';
import {hasBegun, leaseMs, type World} from './signals-world.js';

/** What was done how often. */
export type Tally = Map<string, number>;

const note = (tally: Tally, deed: string): void => {
	tally.set(deed, (tally.get(deed) ?? 0) + 1);
};

/** Everything that one torment needs. */
export type Torment = {readonly world: World; readonly random: Random; readonly tally: Tally; readonly signal: AbortSignal};

/** One of several deeds, by their weights. */
export const choose = <T extends string>(random: Random, weights: Readonly<Record<T, number>>): T => {
	const entries = Object.entries<number>(weights);
	let left = random.next() * entries.reduce((sum, [, weight]) => sum + weight, 0);
	return entries.find(([, weight]) => {
		left -= weight;
		return left < 0;
	})![0] as T;
};

const thaw = (pid: number): void => {
	process.kill(pid, 'SIGCONT');
};

const freezeFor = async ({world}: Torment, pid: number, ms: number): Promise<void> => {
	await freeze(pid, world.database);
	await sleep(ms);
	thaw(pid);
};

const isOver = ({child}: Running): boolean => child.exitCode !== null || child.signalCode !== null;

/** One deed to a daemon that works; answers whether it lives on. */
const hitDaemon = async (torment: Torment, daemon: Running): Promise<boolean> => {
	const {random, tally} = torment;
	const deed = choose(random, {
		SIGKILL: 4, SIGTERM: 1, SIGHUP: 3, 'stopped for a moment': 2, 'stopped beyond its lease': 1,
	});
	note(tally, `daemon: ${deed}`);
	switch (deed) {
		case 'SIGKILL': {
			await daemon.end('SIGKILL');
			return false;
		}

		case 'SIGTERM': {
			expect(await daemon.end('SIGTERM'), daemon.errors.join('\n')).toBe(143);
			return false;
		}

		case 'SIGHUP': {
			const before = daemon.lines.length;
			daemon.child.kill('SIGHUP');
			await until('it reads its config again', () => daemon.lines.slice(before).some(line => line.includes('the config was read again')));
			return true;
		}

		case 'stopped for a moment': {
			await freezeFor(torment, daemon.pid, random.integer(50, 800));
			return true;
		}

		case 'stopped beyond its lease': {
			await freezeFor(torment, daemon.pid, random.integer(leaseMs + (leaseMs / 4), leaseMs * 2));
			return true;
		}
	}
};

/** A daemon after the other, each as long as it is let. */
export const tormentDaemons = async (torment: Torment): Promise<void> => {
	const {world, random, signal} = torment;
	while (!signal.aborted) {
		const daemon = world.daemon();
		await until('the daemon has begun', () => hasBegun(daemon), 60_000);
		do {
			await sleep(random.integer(50, 1200));
		} while (!signal.aborted && await hitDaemon(torment, daemon));

		if (!isOver(daemon)) {
			expect(await daemon.end(), daemon.errors.join('\n')).toBe(143);
		}

		expect(daemon.errors).toEqual([]);
		await sleep(random.integer(0, 600));
	}
};

const consoleDeeds = {
	'terminal closed': 4, SIGKILL: 2, SIGHUP: 2, SIGTERM: 1, 'terminal closed while it is stopped': 1,
} as const;

/** Consoles on terminals of their own that would lead: hung up on, killed, stopped, their terminals closed under them. */
export const tormentConsoles = async ({world, random, tally, signal}: Torment): Promise<void> => {
	while (!signal.aborted) {
		const terminal = await world.console('--lead');
		if (random.next() < 0.8) {
			await until('its screen', () => terminal.written().includes('Process VMs'), 60_000);
		}

		await sleep(random.integer(50, 2500));
		const deed = choose(random, consoleDeeds);
		note(tally, `console: ${deed}`);
		if (deed.startsWith('SIG')) {
			terminal.kill(deed as NodeJS.Signals);
		} else {
			if (deed.endsWith('stopped')) {
				await freeze(terminal.pid, world.database);
			}

			terminal.close();
		}

		await terminal.ended;
		await until('the console is gone', () => !world.living().includes(terminal.pid), 60_000);
		await sleep(random.integer(0, 1000));
	}
};

const deadly: readonly NodeJS.Signals[] = ['SIGKILL', 'SIGKILL', 'SIGTERM', 'SIGHUP', 'SIGINT'];

/** A command that may be ended in its midst. */
const runUnderFire = async ({world, random, tally}: Torment, args: readonly string[]): Promise<void> => {
	const command = world.spawn(...args);
	if (random.next() < 0.6) {
		await sleep(random.integer(0, 900));
		if (!isOver(command)) {
			const deed = deadly[random.integer(0, deadly.length - 1)]!;
			note(tally, `command: ${deed}`);
			await command.end(deed);
			return;
		}
	}

	await command.exited;
};

/** Runs by hand in processes of their own, and locks cleared, stale ones and live ones. */
export const tormentRuns = async (torment: Torment): Promise<void> => {
	const {random, signal} = torment;
	while (!signal.aborted) {
		const deed = choose(random, {run: 6, clear: 1, force: 1});
		await runUnderFire(torment, {
			run: ['--run-task=process_vms'],
			clear: ['--clear-locks'],
			force: ['lock', 'clear', 'task:process_vms', '--force'],
		}[deed]);
		await sleep(random.integer(0, 1000));
	}
};

/** What somebody wants, and whether it is written down. */
export type Wish = {readonly args: readonly string[]; readonly stands: () => boolean};

/** Says what is wanted until it stands, whatever becomes of the commands that say it. */
export const say = async (torment: Torment, wishes: readonly Wish[]): Promise<void> => {
	for (const {args, stands} of wishes) {
		while (!stands()) {
			await runUnderFire(torment, args);
		}
	}
};
