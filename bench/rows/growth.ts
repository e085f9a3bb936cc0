import {spawnSync} from 'node:child_process';
import process from 'node:process';
import {setTimeout as sleep} from 'node:timers/promises';
import {until, type Running} from '../../test/support/program.js';
import {
	median,
	type Bench,
	type Goal,
	type Row,
} from '../row.js';
import {
	createBigPlace,
	isVmsViewOf,
	type BigPlace,
} from '../support/big-place.js';
import {
	createPlace,
	isLeading,
	program,
	type Place,
} from '../support/place.js';
import {cpuOf, memoryOf} from '../support/process-cost.js';
import {seed} from '../support/seed.js';
import {type OnTerminal} from '../support/terminal.js';

const rounds = 5;
const presses = 40;
const settleMs = 5000;
const windowMs = 20_000;

/** One size's figures, each with the values that were measured in turn with those of the other sizes. */
type Figures = Record<string, number[]>;
type Watched = {readonly size: number; readonly place: BigPlace; readonly figures: Figures};

/** What is held against the smallest size, and how much it may grow on the way to the largest. */
const figures: ReadonlyArray<{readonly name: string; readonly unit: string; readonly goal: Goal}> = [
	{name: 'status', unit: 'ms', goal: {ratioAtMost: 1.5}},
	{name: 'first paint', unit: 'ms', goal: {ratioAtMost: 1.5}},
	{name: 'console, memory at first paint', unit: 'MiB', goal: {ratioAtMost: 1.5}},
	{name: 'view of all VMs', unit: 'ms', goal: {}},
	{name: 'key to paint, j among all VMs', unit: 'ms', goal: {ratioAtMost: 1.5, oursAtMost: 25}},
	{name: 'quiet console: bytes a second', unit: 'B', goal: {oursAtMost: 400}},
	{name: 'quiet console: share of a core', unit: '%', goal: {oursAtMost: 2}},
	{name: 'daemon, idle: memory', unit: 'MiB', goal: {ratioAtMost: 1.5}},
	{name: 'daemon, idle: CPU of a cycle', unit: 'ms', goal: {ratioAtMost: 2, oursAtMost: 5}},
];

const note = (all: Figures, name: string, value: number): void => {
	(all[name] ??= []).push(value);
};

const measureStart = async ({place, figures: own}: Watched): Promise<void> => {
	const begin = performance.now();
	const {status, stderr} = spawnSync(process.execPath, [program, '--config', place.config, 'status'], {stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8'});
	note(own, 'status', performance.now() - begin);
	if (status !== 0) {
		throw new Error(stderr);
	}

	const terminal = await place.startConsole();
	note(own, 'first paint', terminal.startMs);
	note(own, 'console, memory at first paint', terminal.mib());
	await terminal.end();
};

const measureStarts = async (watched: readonly Watched[]): Promise<void> => {
	// The first start fills caches, and the median leaves it out.
	for (let round = 0; round <= rounds; round++) {
		for (const one of watched) {
			await measureStart(one);
		}
	}
};

const cursor = (terminal: OnTerminal): string | undefined => terminal.lines().find(line => line.includes('▸'));

const measureScreens = async (watched: readonly Watched[]): Promise<void> => {
	const terminals = await Promise.all(watched.map(async ({place}) => place.startConsole()));
	for (const [index, terminal] of terminals.entries()) {
		const {size, figures: own} = watched[index]!;
		note(own, 'view of all VMs', await terminal.timeTo(isVmsViewOf(size), () => {
			terminal.send('2');
		}));
	}

	for (let press = 0; press < presses; press++) {
		for (const [index, terminal] of terminals.entries()) {
			await sleep(35 + (Math.random() * 100));
			const before = cursor(terminal);
			// Down and up, as ten VMs are soon gone through.
			note(watched[index]!.figures, 'key to paint, j among all VMs', await terminal.timeTo(() => cursor(terminal) !== undefined && cursor(terminal) !== before, () => {
				terminal.send(press % 2 === 0 ? 'j' : 'k');
			}));
		}
	}

	await sleep(settleMs);
	const before = terminals.map(terminal => ({bytes: terminal.bytes(), cpu: terminal.cpu()}));
	await sleep(windowMs);
	for (const [index, terminal] of terminals.entries()) {
		note(watched[index]!.figures, 'quiet console: bytes a second', (terminal.bytes() - before[index]!.bytes) / windowMs * 1000);
		note(watched[index]!.figures, 'quiet console: share of a core', (terminal.cpu() - before[index]!.cpu) / windowMs * 1000 * 100);
	}

	await Promise.all(terminals.map(async terminal => terminal.end()));
};

const startIdle = async (size: number): Promise<{readonly place: Place; readonly daemon: Running}> => {
	// Its VMs are in no cluster, and are counted nowhere.
	const place = await createPlace({tasks: 'collect_statistics: {interval: 0}'});
	await seed(place.database, size);
	return {place, daemon: place.daemon()};
};

const measureDaemons = async (sizes: readonly number[], all: readonly Figures[]): Promise<void> => {
	const started = await Promise.all(sizes.map(async size => startIdle(size)));
	try {
		await until('all lead', () => started.every(({daemon}) => isLeading(daemon)));
		await sleep(settleMs);
		const before = started.map(({daemon}) => cpuOf(daemon.pid));
		await sleep(windowMs);
		for (const [index, {daemon}] of started.entries()) {
			note(all[index]!, 'daemon, idle: memory', memoryOf(daemon.pid));
			note(all[index]!, 'daemon, idle: CPU of a cycle', (cpuOf(daemon.pid) - before[index]!) / windowMs * 1000 * 1000);
		}
	} finally {
		await Promise.all(started.map(async ({place}) => place.remove()));
	}
};

/** What grows with the fleet: each figure with so many VMs stored, against the same with the fewest. */
export const growth: Bench = {
	name: 'growth',
	async run({vms: sizes}) {
		const all = sizes.map((): Figures => ({}));
		const places = await Promise.all(sizes.map(async size => createBigPlace(size)));
		const watched = places.map((place, index) => ({size: sizes[index]!, place, figures: all[index]!}));
		try {
			await measureStarts(watched);
			await measureScreens(watched);
		} finally {
			await Promise.all(places.map(async place => place.remove()));
		}

		await measureDaemons(sizes, all);
		return figures.flatMap(({name, unit, goal}) => sizes.map((size, index): Row => ({
			name: `${name}: ${size.toLocaleString('en')} VMs`, unit, ours: median(all[index]![name]!), limit: median(all[0]![name]!), goal,
		})));
	},
};
