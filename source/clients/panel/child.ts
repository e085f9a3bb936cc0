import {setImmediate as turn, setTimeout as sleep} from 'node:timers/promises';
import {type Readable} from 'node:stream';
import {finished} from 'node:stream/promises';
import {execa} from 'execa';
import {type Guard} from '../dns/dns.js';
import {createLineCutter} from './line-cutter.js';

/** A program to be run once, with no shell. Times in ms. */
export type ChildRun = {
	readonly file: string;
	readonly args: readonly string[];
	readonly input: string;
	readonly timeoutMs: number;
	readonly signal: AbortSignal;
	/** Asked straight before it is started; what it throws comes out. */
	readonly guard: Guard;
	/** A line of its standard error as it came, cut where it is very long. */
	readonly onErrorLine: (line: string) => void;
	/** Sees every line before that, at once, and says whether it is passed on. */
	readonly isWanted?: (line: string) => boolean;
};

/**
 How it ended: `not-started` with the code of the system (`ENOENT`; `ABORT_ERR`: nobody wanted it any more), `late` and `stopped` by us (whatever it printed or
 exited with then is not to be believed), `killed` by somebody else's signal, or `exited`; `stdout` is null where it was more than a megabyte.
 */
export type ChildEnd =
	| {readonly how: 'not-started'; readonly code: string}
	| {readonly how: 'late'}
	| {readonly how: 'stopped'}
	| {readonly how: 'killed'; readonly signal: string}
	| {readonly how: 'exited'; readonly exitCode: number; readonly stdout: string | null};

type Exit = {readonly exitCode: number | null; readonly signal: NodeJS.Signals | null};

const mostOutput = 1_000_000;
const longestTimer = 2_147_483_647;
/** From asking a program to end to ending it, and from there to giving it up. */
const patience = [['SIGTERM', 5000], ['SIGKILL', 1000]] as const;

/** All that a program sees of our environment: no secret that the config takes from there, no agent with keys. */
export const childEnvironment = (): {readonly PATH: string; readonly LANG: string} => ({
	PATH: process.env.PATH ?? '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
	LANG: process.env.LANG ?? 'C.UTF-8',
});

/** Whether there was anybody to get it; a group of somebody else's (sudo) is there, too. */
const signalGroup = (pid: number, signal: NodeJS.Signals | 0): boolean => {
	try {
		process.kill(-pid, signal);
		return true;
	} catch (error) {
		return (error as NodeJS.ErrnoException).code !== 'ESRCH';
	}
};

/** Ends the child with all its children, so that the next attempt does not meet them. */
const endGroup = async (pid: number): Promise<void> => {
	for (const [signal, patienceMs] of patience) {
		signalGroup(pid, signal);
		for (let waitedMs = 0; waitedMs < patienceMs; waitedMs += 50) {
			if (!signalGroup(pid, 0)) {
				return;
			}

			await sleep(50);
		}
	}
};

/** Reads what is still in the pipes of a child that is gone: up to their end, or until nothing more comes, as a grandchild may hold them open for ever. */
const drain = async (streams: readonly Readable[], countBytes: () => number): Promise<void> => {
	const ended = Promise.allSettled(streams.map(async stream => finished(stream))).then(() => true);
	for (let seen = -1, tries = 0; seen !== countBytes() && tries < 20; tries++) {
		seen = countBytes();
		if (await Promise.race([ended, sleep(100, false)])) {
			return;
		}

		await turn(); // Where we were held up, the timer comes before the pipes are looked at.
	}
};

const collect = (stdout: Readable, stderr: Readable, {onErrorLine, isWanted}: ChildRun) => {
	const chunks: Buffer[] = [];
	let outputBytes = 0;
	let errorBytes = 0;
	const cutter = createLineCutter(onErrorLine, isWanted);
	// What is too much is still read: a full pipe would hold the program in the middle of its work.
	stdout.on('data', (chunk: Buffer) => {
		outputBytes += chunk.length;
		if (outputBytes <= mostOutput) {
			chunks.push(chunk);
		}
	});
	stderr.on('data', (chunk: Buffer) => {
		errorBytes += chunk.length;
		cutter.push(chunk);
	});
	return {
		countBytes: () => outputBytes + errorBytes,
		endLines: cutter.end,
		text: () => outputBytes <= mostOutput ? Buffer.concat(chunks).toString() : null,
	};
};

/** Resolves when somebody wants it to end before it does. */
const waitForReason = ({timeoutMs, signal}: ChildRun) => {
	const {promise, resolve} = Promise.withResolvers<'late' | 'stopped'>();
	const timer = setTimeout(resolve, Math.min(timeoutMs, longestTimer), 'late');
	const stop = (): void => {
		resolve('stopped');
	};

	signal.addEventListener('abort', stop);
	return {
		reason: promise,
		forget() {
			clearTimeout(timer);
			signal.removeEventListener('abort', stop);
		},
	};
};

/**
 Runs a program in a process group of its own. It answers when the program is gone, even where a grandchild keeps its pipes open; where we end it,
 its whole group goes with it. Killed ourselves (`kill -9`) we leave it behind, running on: a next attempt asks `inspect` first, and a recipe has its own lock.
 */
export const runChild = async (run: ChildRun): Promise<ChildEnd> => {
	if (run.signal.aborted) {
		return {how: 'not-started', code: 'ABORT_ERR'};
	}

	run.guard();
	const child = execa(run.file, run.args, {
		input: run.input, env: childEnvironment(), extendEnv: false, detached: true, buffer: false, encoding: 'buffer', reject: false, forceKillAfterDelay: false,
	});
	const exited = new Promise<Exit>(resolve => {
		child.nodeChildProcess.once('exit', (exitCode, signal) => {
			resolve({exitCode, signal});
		});
	});
	if (child.pid === undefined) {
		const {code} = await child;
		return {how: 'not-started', code: code ?? 'unknown'};
	}

	const output = collect(child.stdout, child.stderr, run);
	const {reason, forget} = waitForReason(run);
	const first = await Promise.race([exited, reason]);
	forget();
	if (typeof first === 'string') {
		await endGroup(child.pid);
	}

	await drain([child.stdout, child.stderr], output.countBytes);
	for (const stream of [child.stdin, child.stdout, child.stderr]) {
		stream.destroy();
	}

	output.endLines();
	if (typeof first === 'string') {
		return {how: first};
	}

	return first.exitCode === null ? {how: 'killed', signal: first.signal ?? 'a signal'} : {how: 'exited', exitCode: first.exitCode, stdout: output.text()};
};
