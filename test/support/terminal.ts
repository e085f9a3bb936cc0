import {execFileSync, spawnSync} from 'node:child_process';
import {hasProgram} from './needs.js';
import {until} from './program.js';

/** Whether tmux is here; in CI it must be. */
export const hasTmux = (): boolean => hasProgram(spawnSync('tmux', ['-V']).status === 0, 'tmux', 'apt-get install tmux');

/** A program in a real pseudo-terminal. */
export type Terminal = {
	/** The screen as text, line by line. */
	readonly screen: () => string;
	/** The same with the sequences that give it its colours and styles. */
	readonly styled: () => string;
	readonly press: (...keys: readonly string[]) => void;
	/** Waits until the screen shows it. */
	readonly shows: (pattern: RegExp, timeoutMs?: number) => Promise<string>;
	readonly resize: (columns: number, rows: number) => void;
	/** The process in the pane. */
	readonly pid: () => number;
	/** Whether the alternate screen is on, and the cursor shown. */
	readonly modes: () => {readonly isAlternate: boolean; readonly hasCursor: boolean};
	/** Whether a line that is too long goes on in the next one. */
	readonly breaksLines: () => boolean;
	readonly kill: () => void;
};

let count = 0;

/** Starts a shell line in tmux, on a server of its own; `after` is what the shell says when the line has ended. */
export const openTerminal = ({command, columns, rows, env = {}}: {
	readonly command: string; readonly columns: number; readonly rows: number; readonly env?: Readonly<Record<string, string>>;
}): Terminal => {
	count++;
	const server = `cronsole-${process.pid}-${count}`;
	const tmux = (...args: readonly string[]): string => execFileSync('tmux', ['-L', server, '-f', '/dev/null', ...args], {encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore']});
	const variables = Object.entries({LANG: 'C.UTF-8', USER: 'tester', ...env}).map(([name, value]) => `${name}='${value}'`).join(' ');
	tmux('-u', 'new-session', '-d', '-x', String(columns), '-y', String(rows), String.raw`env -u CI ${variables} sh -c '${command.replaceAll('\'', String.raw`'\''`)}; echo "exit code $?"; stty -a | grep -o -- "-\?icanon"; sleep 600'`);
	const screen = (): string => tmux('capture-pane', '-p');
	return {
		screen,
		styled: () => tmux('capture-pane', '-p', '-e'),
		press(...keys) {
			tmux('send-keys', ...keys);
		},
		async shows(pattern, timeoutMs = 60_000) {
			let last = '';
			try {
				return await until(String(pattern), () => {
					last = screen();
					return pattern.test(last) ? last : false;
				}, timeoutMs, 100);
			} catch {
				throw new Error(`The screen never showed ${String(pattern)}:\n${last}`);
			}
		},
		resize(newColumns, newRows) {
			tmux('resize-window', '-x', String(newColumns), '-y', String(newRows));
		},
		pid: () => Number(tmux('display-message', '-p', '#{pane_pid}')),
		modes() {
			const [alternate, cursor] = tmux('display-message', '-p', '#{alternate_on} #{cursor_flag}').trim().split(' ', 2);
			return {isAlternate: alternate === '1', hasCursor: cursor === '1'};
		},
		breaksLines: () => tmux('display-message', '-p', '#{wrap_flag}').trim() === '1',
		kill() {
			spawnSync('tmux', ['-L', server, 'kill-server']);
		},
	};
};
