import {spawn, spawnSync} from 'node:child_process';
import {once} from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {setTimeout as sleep} from 'node:timers/promises';
import {median, type Bench, type Row} from '../row.js';
import {childProgram, createPlace, program} from '../support/place.js';
import {seed} from '../support/seed.js';

const rounds = 11;
const vmCount = 10_000;
const longestEndMs = 5000;

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

/** From the start of a program on a terminal until it has painted what is looked for; and its memory then. */
const paintOf = async (command: string, wanted: RegExp): Promise<{readonly ms: number; readonly mib: number}> => {
	const begin = performance.now();
	const child = spawn('script', ['-qfec', `stty cols 120 rows 40; echo pid=$$; exec ${command}`, '/dev/null'], {
		stdio: ['pipe', 'pipe', 'ignore'], env: {...process.env, TERM: 'xterm-256color', CI: undefined},
	});
	const ended = once(child, 'close');
	let screen = '';
	const ms = await new Promise<number>((resolve, reject) => {
		child.stdout.on('data', (part: Uint8Array) => {
			screen += String(part);
			if (wanted.test(screen)) {
				resolve(performance.now() - begin);
			}
		});
		child.once('close', () => {
			reject(new Error(`${command} ended before it painted ${String(wanted)}: ${screen.slice(-500)}`));
		});
	});
	const pid = /pid=(\d+)/.exec(screen)![1]!;
	// Ended as by a person, so that the next start finds what this one compiled.
	child.stdin.write('q\n');
	const mib = Number(/VmHWM:\s+(\d+)/.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
	await Promise.race([ended, sleep(longestEndMs)]);
	child.kill();
	return {ms, mib};
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

const measurePaint = async (config: string): Promise<Row[]> => {
	const node = `'${process.execPath}'`;
	const ours: Array<{readonly ms: number; readonly mib: number}> = [];
	const limit: typeof ours = [];
	for (let round = 0; round < 6; round++) {
		const plain = await paintOf(`${node} '${childProgram('ink-word')}'`, /cronsole/);
		const console = await paintOf(`${node} '${program}' --config '${config}' --watch`, /process_vms|process vms/i);
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
		const place = await createPlace();
		try {
			await seed(place.database, vmCount);
			const empty = path.join(place.folder, 'empty.mjs');
			fs.writeFileSync(empty, '');
			return [
				...measureStarts(empty, [
					{name: '--version', args: [program, '--version'], goal: 2},
					{name: '--help', args: [program, '--help'], goal: 2},
					{name: 'status, 10,000 VMs', args: [program, '--config', place.config, 'status'], goal: 4},
				]),
				...await measurePaint(place.config),
			];
		} finally {
			await place.remove();
		}
	},
};
