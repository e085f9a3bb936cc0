import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {readFileSync} from 'node:fs';
import {onTestFinished} from 'vitest';

const program = `
	import Database from 'better-sqlite3';
	const [file, title, begin, ...pragmas] = process.argv.slice(1);
	const db = new Database(file);
	for (const pragma of pragmas) db.pragma(pragma);
	if (title) process.title = title;
	db.exec(begin);
	db.prepare('select count(*) from sqlite_schema').get();
	console.log('locked');
	process.stdin.once('data', () => process.exit());
`;

/** Another program in the midst of a write to a database; it ends with its test. */
export type Locker = {
	readonly pid: number;
	/** Returns once the kernel shows it so. */
	readonly stop: () => Promise<void>;
	readonly goOn: () => void;
	readonly end: () => Promise<void>;
};

export const startLocker = async (file: string, {title = '', begin = 'begin immediate', pragmas = []}: {readonly title?: string; readonly begin?: string; readonly pragmas?: readonly string[]} = {}): Promise<Locker> => {
	const child = spawn(process.execPath, ['--input-type=module', '--eval', program, file, title, begin, ...pragmas], {stdio: ['pipe', 'pipe', 'inherit'], cwd: import.meta.dirname});
	const gone = once(child, 'exit');
	const end = async () => {
		child.kill('SIGKILL');
		await gone;
	};

	onTestFinished(end);
	await once(child.stdout, 'data');
	return {
		pid: child.pid!,
		async stop() {
			child.kill('SIGSTOP');
			while (!/\) t /i.test(readFileSync(`/proc/${child.pid}/stat`, 'utf8'))) {
				await new Promise(resolve => {
					setTimeout(resolve, 5);
				});
			}
		},
		goOn() {
			child.kill('SIGCONT');
		},
		end,
	};
};
