import fs from 'node:fs';
import {setTimeout as sleep} from 'node:timers/promises';
import {until} from '../support/program.js';

/** The byte of the `-shm` file that whoever writes has locked. */
const writeLock = 120;

/** What may be gone by the time it is looked at: a thread that ended, a file that was closed. */
const orNothing = (look: () => string): string => {
	try {
		return look();
	} catch {
		return '';
	}
};

const isStopped = (pid: number): boolean => fs.readdirSync(`/proc/${pid}/task`)
	.every(thread => /^\d+ \(.*\) t/is.test(orNothing(() => fs.readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8'))));

/** What of the file the process has locked against everybody. Asked of the process: the list of the whole machine's locks is read in parts, and changes meanwhile. */
const listLocked = (pid: number, file: string): ReadonlyArray<{readonly first: number; readonly last: number}> => fs.readdirSync(`/proc/${pid}/fd`)
	.filter(fd => orNothing(() => fs.readlinkSync(`/proc/${pid}/fd/${fd}`)) === file)
	.flatMap(fd => orNothing(() => fs.readFileSync(`/proc/${pid}/fdinfo/${fd}`, 'utf8')).matchAll(/^lock:.* WRITE .* (\d+) (\d+|EOF)$/gm).toArray())
	.map(([, first, last]) => ({first: Number(first), last: last === 'EOF' ? Infinity : Number(last)}));

/** Whether the process holds the database's write lock. */
export const isCommitting = (pid: number, database: string): boolean => listLocked(pid, `${database}-shm`)
	// Locks that lie beside each other are told as one.
	.some(({first, last}) => first <= writeLock && writeLock <= last);

/** In a commit, or where a WAL is begun, copied or left behind: each may keep others from their work. */
const holdsUp = (pid: number, database: string): boolean => ['', '-shm'].some(ending => listLocked(pid, `${database}${ending}`).length > 0);

const stop = async (pid: number): Promise<void> => {
	process.kill(pid, 'SIGSTOP');
	await until('every thread stands still', () => isStopped(pid), 10_000, 1);
};

/** Stops a process where it holds up nobody: in the middle of a commit it would keep SQLite's write lock, and nobody could write until it goes on. */
export const freeze = async (pid: number, database: string): Promise<void> => {
	for (;;) {
		await stop(pid);
		if (!holdsUp(pid, database)) {
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
