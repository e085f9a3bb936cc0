import {readFileSync, realpathSync, statSync} from 'node:fs';
import {basename} from 'node:path';
import {safeText} from '../../domain/safe-text.js';

/** Whoever keeps others from writing to a database. */
export type LockHolder = {
	readonly pid: number;
	readonly isStopped: boolean;
	/** `sqlite3 (PID 4711, stopped)`. */
	readonly text: string;
	/** The command that ends it. */
	readonly command: string;
	/** What to do about it. */
	readonly hint: string;
};

/** Bytes that SQLite locks to write: of the `-shm` with a WAL, of the file itself without one (or where somebody wants it all to himself). */
const writeLocks = [['-shm', 120, 120], ['', 1_073_741_824, 1_073_742_335]] as const;

const lockLine = /^\d+: POSIX\s+\S+\s+WRITE (?<pid>\d+) (?<device>[\da-f]+:[\da-f]+):(?<inode>\d+) (?<from>\d+) (?<to>\d+|EOF)$/;

/** As the kernel writes it there: `08:01`, in hexadecimal digits. */
const deviceText = (device: bigint): string => [
	((device / 0x1_00n) % 0x10_00n), (device % 0x1_00n) + ((device / 0x10_00_00n) % 0x10_00n * 0x1_00n),
].map(part => part.toString(16).padStart(2, '0')).join(':');

/** By which process a byte of those is locked. The file is not opened: closing it would drop the locks that this process has on it. */
const findPid = (locks: readonly string[], path: string, first: number, last: number): number | null => {
	const stats = statSync(path, {bigint: true, throwIfNoEntry: false});
	if (!stats) {
		return null;
	}

	const held = locks.flatMap(line => {
		const {pid, device, inode, from, to} = lockLine.exec(line)?.groups ?? {};
		const isIt = inode === String(stats.ino) && Number(from) <= last && (to === 'EOF' || Number(to) >= first);
		return isIt ? [{pid: Number(pid), device}] : [];
	});
	// Some file systems (btrfs, overlayfs) show another device than the kernel's list.
	return (held.find(({device}) => device === deviceText(stats.dev)) ?? held[0])?.pid ?? null;
};

const readOf = (pid: number, name: string): string => {
	try {
		return readFileSync(`/proc/${pid}/${name}`, 'utf8');
	} catch {
		// Gone by now, or not for this account to see.
		return '';
	}
};

/** Its name, as `ps` has it; a program of Node's is called by its script. */
const programOf = (pid: number): string => {
	const name = readOf(pid, 'comm').trim();
	const [program = '', script = ''] = name === 'MainThread' ? readOf(pid, 'cmdline').split('\0', 2) : [name];
	return safeText(basename(script === '' || script.startsWith('-') ? program : script), 40);
};

const states: Readonly<Record<string, readonly [state: string, hint: (pid: number) => string]>> = {
	T: ['stopped', pid => `Let it go on with \`kill -CONT ${pid}\`, or end it with \`kill -9 ${pid}\`: what was committed is safe.`],
	t: ['stopped by a debugger', pid => `Let its debugger go on, or end it with \`kill -9 ${pid}\`: what was committed is safe.`],
	D: ['waiting for its disk', () => 'Look at the machine\'s kernel log: its disk stalls.'],
};

const describe = (pid: number): LockHolder => {
	const code = readOf(pid, 'stat').split(') ').at(-1)![0] ?? '';
	const program = programOf(pid);
	const [state, hint] = states[code] ?? [code === '' ? '' : 'running', () => `Wait for it, or end it with \`kill ${pid}\`: what was committed is safe.`];
	return {
		pid,
		isStopped: code === 'T',
		text: `${program === '' ? '' : `${program} (`}PID ${pid}${state === '' ? '' : `, ${state}`}${program === '' ? '' : ')'}`,
		command: code === 'T' ? `kill -CONT ${pid}` : `kill ${pid}`,
		hint: hint(pid),
	};
};

/** Who holds the write lock of that database at this moment; null: nobody, or the kernel does not say (only Linux does). */
export const findLockHolder = (path: string): LockHolder | null => {
	try {
		const locks = readFileSync('/proc/locks', 'utf8').split('\n');
		const file = realpathSync(path);
		const pid = writeLocks.map(([ending, first, last]) => findPid(locks, `${file}${ending}`, first, last)).find(found => found !== null);
		return pid === undefined || pid === null ? null : describe(pid);
	} catch {
		return null;
	}
};
