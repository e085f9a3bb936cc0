import fs from 'node:fs';
import {setTimeout as sleep} from 'node:timers/promises';
import {until} from '../support/program.js';

/** The byte of the `-shm` file that whoever writes has locked. */
const writeLock = 120;

const isStopped = (pid: number): boolean => fs.readdirSync(`/proc/${pid}/task`)
	.every(thread => /^\d+ \(.*\) t/is.test(fs.readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8')));

const linkOf = (file: string): string => {
	try {
		return fs.readlinkSync(file);
	} catch {
		return ''; // Closed meanwhile.
	}
};

/** Whether the process holds the database's write lock. Asked of the process: the list of the whole machine's locks is read in parts, and changes meanwhile. */
export const isCommitting = (pid: number, database: string): boolean => fs.readdirSync(`/proc/${pid}/fd`)
	.filter(fd => linkOf(`/proc/${pid}/fd/${fd}`) === `${database}-shm`)
	.flatMap(fd => fs.readFileSync(`/proc/${pid}/fdinfo/${fd}`, 'utf8').matchAll(/^lock:.* WRITE .* (\d+) (\d+)$/gm).toArray())
	// Locks that lie beside each other are told as one.
	.some(([, first, last]) => Number(first) <= writeLock && writeLock <= Number(last));

const stop = async (pid: number): Promise<void> => {
	process.kill(pid, 'SIGSTOP');
	await until('every thread stands still', () => isStopped(pid), 10_000, 1);
};

/** Stops a process where it holds up nobody: in the middle of a commit it would keep SQLite's write lock, and nobody could write until it goes on. */
export const freeze = async (pid: number, database: string): Promise<void> => {
	for (;;) {
		await stop(pid);
		if (!isCommitting(pid, database)) {
			return;
		}

		process.kill(pid, 'SIGCONT');
		await sleep(1);
	}
};

const watchMs = 15;

/** Stops a process in the middle of a commit. */
export const freezeInCommit = async (pid: number, database: string): Promise<void> => {
	await until('it is caught in a commit', async () => {
		const end = performance.now() + watchMs;
		while (performance.now() < end) {
			if (!isCommitting(pid, database)) {
				continue;
			}

			await stop(pid);
			if (isCommitting(pid, database)) {
				return true;
			}

			process.kill(pid, 'SIGCONT');
		}

		return false;
	}, 30_000, 1);
};
