import {type ChildProcess, fork} from 'node:child_process';
import {randomUUID} from 'node:crypto';
import {once} from 'node:events';
import {rmSync} from 'node:fs';
import {join} from 'node:path';
import {build} from 'esbuild';
import {afterAll, beforeAll, onTestFinished} from 'vitest';

type Answer = {readonly id: number; readonly result?: unknown; readonly error?: string; readonly message?: string};

/** A process of its own with the store in it. */
export type Child = {
	readonly pid: number;
	/** However it ends. */
	readonly gone: Promise<unknown>;
	/** Rejects with the error's name and text, `LockLost: …`. */
	readonly ask: <T>(what: string, ...inputs: readonly unknown[]) => Promise<T>;
	readonly signal: (signal: 'SIGSTOP' | 'SIGCONT') => void;
	/** Ends it with kill -9 and waits until it is gone. */
	readonly kill: () => Promise<void>;
};

const root = join(import.meta.dirname, '../../..');

/** Bundles the child's program for the tests of a file; the answer starts one. */
export const useChildren = (entry = 'child.ts'): {readonly start: () => Child; readonly bundle: () => string} => {
	// Beside the packages, so that the driver is found.
	const bundle = join(root, 'node_modules/.cache', `cronsole-store-${randomUUID()}.mjs`);

	beforeAll(async () => {
		await build({
			entryPoints: [join(import.meta.dirname, entry)], outfile: bundle, bundle: true, format: 'esm', platform: 'node', external: ['better-sqlite3'], logLevel: 'warning',
		});
	});
	afterAll(() => {
		rmSync(bundle, {force: true});
	});

	return {bundle: () => bundle, start: () => toChild(fork(bundle, {execArgv: [], stdio: ['ignore', 'inherit', 'inherit', 'ipc']}))};
};

const toChild = (child: ChildProcess): Child => {
	let lastId = 0;
	const waiting = new Map<number, (answer: Answer) => void>();
	const gone = once(child, 'exit');
	const kill = async () => {
		child.kill('SIGKILL');
		await gone;
	};

	child.on('message', (answer: Answer) => {
		waiting.get(answer.id)?.(answer);
		waiting.delete(answer.id);
	});
	onTestFinished(kill);

	return {
		pid: child.pid!,
		gone,
		async ask<T>(what: string, ...inputs: readonly unknown[]) {
			const id = ++lastId;
			const answered = new Promise<Answer>(resolve => {
				waiting.set(id, resolve);
			});
			child.send({id, what, with: inputs});
			const {result, error, message} = await answered;

			if (error) {
				throw new Error(`${error}: ${message}`);
			}

			return result as T;
		},
		signal(signal) {
			child.kill(signal);
		},
		kill,
	};
};
