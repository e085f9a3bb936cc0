import {spawnSync} from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {median, type Bench, type Row} from '../row.js';
import {createBigPlace, type BigPlace} from '../support/big-place.js';
import {childProgram, program} from '../support/place.js';
import {
	nodeCommand,
	startOnTerminal,
	type OnTerminal,
	type Shows,
} from '../support/terminal.js';

const rounds = 11;
const paints = 5;

/** The largest memory of a program, told by itself at its end. */
const tellMemory = 'data:text/javascript,import fs from "node:fs";process.on("exit",()=>fs.writeSync(3,String(process.resourceUsage().maxRSS)))';

const timeOf = (args: readonly string[]): number => {
	const begin = performance.now();
	const {status, stderr} = spawnSync(process.execPath, args, {stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8'});
	if (status !== 0) {
		throw new Error(`${args.join(' ')}: ${stderr}`);
	}

	return performance.now() - begin;
};

const memoryOf = (args: readonly string[]): number => {
	const {output} = spawnSync(process.execPath, ['--import', tellMemory, ...args], {stdio: ['ignore', 'ignore', 'ignore', 'pipe'], encoding: 'utf8'});
	return Number(output[3]) / 1024;
};

const measureStarts = (empty: string, starts: ReadonlyArray<{readonly name: string; readonly args: readonly string[]; readonly goal: number}>): Row[] => {
	const programs = [{name: 'empty', args: [empty], goal: 1}, ...starts];
	const times = programs.map((): number[] => []);
	const sizes = programs.map((): number[] => []);
	// Turn by turn, so that whatever else this machine does hits all of them alike; the first round fills caches.
	for (let round = 0; round <= rounds; round++) {
		for (const [index, {args}] of programs.entries()) {
			const ms = timeOf(args);
			if (round > 0) {
				times[index]!.push(ms);
			}

			if (round > rounds - 3) {
				sizes[index]!.push(memoryOf(args));
			}
		}
	}

	return starts.flatMap(({name, goal}, index) => [
		{
			name: `start: ${name}`, unit: 'ms', ours: median(times[index + 1]!), limit: median(times[0]!), goal: {ratioAtMost: goal},
		},
		{
			name: `start: ${name}, memory`, unit: 'MiB', ours: median(sizes[index + 1]!), limit: median(sizes[0]!), goal: {ratioAtMost: goal},
		},
	]);
};

// Alone in its line: no error text will do.
const showsWord: Shows = lines => lines.includes('cronsole');

/** From the start of a program until its screen shows what it is for; and its memory then. */
const paintOf = async (started: Promise<OnTerminal>): Promise<{readonly ms: number; readonly mib: number}> => {
	const {startMs, mib, end} = await started;
	const most = mib();
	await end();
	return {ms: startMs, mib: most};
};

const measurePaint = async ({startConsole}: BigPlace): Promise<Row[]> => {
	const ours: Array<{readonly ms: number; readonly mib: number}> = [];
	const limit: typeof ours = [];
	for (let round = 0; round <= paints; round++) {
		const word = nodeCommand(childProgram('ink-word'));
		const plain = await paintOf(startOnTerminal(word, showsWord));
		const console = await paintOf(startConsole());
		if (!(round > 0)) {
			continue;
		}

		limit.push(plain);
		ours.push(console);
	}

	return [
		{
			name: 'console: start to first paint, 10,000 VMs', unit: 'ms', ours: median(ours.map(({ms}) => ms)), limit: median(limit.map(({ms}) => ms)), goal: {ratioAtMost: 1.6},
		},
		{
			name: 'console: memory at first paint', unit: 'MiB', ours: median(ours.map(({mib}) => mib)), limit: median(limit.map(({mib}) => mib)), goal: {ratioAtMost: 1.6},
		},
	];
};

/** How long a command takes from nothing, against a Node program that does nothing, and the console against a program of Ink's with one word. */
export const start: Bench = {
	name: 'start',
	async run() {
		const place = await createBigPlace();
		try {
			const empty = path.join(place.folder, 'empty.mjs');
			fs.writeFileSync(empty, '');
			return [
				...measureStarts(empty, [
					{name: '--version', args: [program, '--version'], goal: 2},
					{name: '--help', args: [program, '--help'], goal: 2},
					{name: 'status, 10,000 VMs', args: [program, '--config', place.config, 'status'], goal: 4},
				]),
				...await measurePaint(place),
			];
		} finally {
			await place.remove();
		}
	},
};
