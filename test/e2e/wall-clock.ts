import {spawnSync} from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import {
	program,
	start,
	type Installation,
	type Running,
} from '../support/program.js';

/** Whether Debian's faketime is here; in CI it must be. */
export const hasFaketime = (): boolean => {
	const isThere = spawnSync('faketime', ['-m', '-f', '+0', 'true']).status === 0;
	if (!isThere) {
		const remedy = 'apt-get install faketime';
		if (process.env.CRONSOLE_NO_SKIP) {
			throw new Error(`faketime is missing: ${remedy}`);
		}

		console.log(`skipped: faketime is not installed (${remedy})`);
	}

	return isThere;
};

/** The wall clock of some processes, which can be set while they run; their monotonic one goes on as the machine's. */
export type WallClock = {
	/** Seconds that it is ahead of the machine's from now on. */
	readonly set: (aheadSeconds: number) => void;
	/** Starts the program by this clock. */
	readonly start: (args: readonly string[]) => Running;
};

const hour = 3600;
export const ahead = hour;
export const behind = -hour;

/** One that shows what the machine's does, until it is set. */
export const createWallClock = ({folder, config, track}: Installation, name: string): WallClock => {
	const file = path.join(folder, `clock-${name}`);
	const library = spawnSync('faketime', ['-m', '-f', '+0', 'printenv', 'LD_PRELOAD'], {encoding: 'utf8'}).stdout.trim();
	const set = (aheadSeconds: number): void => {
		// It is read at every look at the clock, and never half written.
		fs.writeFileSync(`${file}.new`, `${aheadSeconds < 0 ? '' : '+'}${aheadSeconds}`);
		fs.renameSync(`${file}.new`, file);
	};

	set(0);
	return {
		set,
		start: args => track(start(program, ['--config', config, ...args], {
			LD_PRELOAD: library, FAKETIME_TIMESTAMP_FILE: file, FAKETIME_NO_CACHE: '1', FAKETIME_DONT_FAKE_MONOTONIC: '1', NO_FAKE_STAT: '1',
		})),
	};
};
