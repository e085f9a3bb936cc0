import {execFileSync, spawnSync} from 'node:child_process';
import process from 'node:process';
import {setTimeout as sleep} from 'node:timers/promises';

const patienceMs = 20_000;
const lookMs = 150;

const quote = text => `'${String(text).replaceAll('\'', String.raw`'\''`)}'`;

let count = 0;

// A program in a real terminal, on a tmux server of its own.
export const openTerminal = ({argv, size, env}) => {
	const [columns, rows] = size;
	count++;
	const server = `cronsole-screens-${process.pid}-${count}`;
	const tmux = (...args) => execFileSync('tmux', ['-L', server, '-f', '/dev/null', ...args], {encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore']});
	const variables = Object.entries({LANG: 'C.UTF-8', ...env}).map(([name, value]) => `${name}=${quote(value)}`);
	tmux('-u', 'new-session', '-d', '-x', columns, '-y', rows, ['exec env -u CI -u NO_COLOR -u TMUX', ...variables, ...argv.map(word => quote(word))].join(' '));
	const look = () => tmux('capture-pane', '-p').split('\n').map(line => line.trimEnd()).join('\n').trimEnd();

	// A screen that stays as it is for a moment is whole.
	const shows = async (patterns, what) => {
		const end = Date.now() + patienceMs;
		let last = '';
		while (Date.now() < end) {
			const screen = look();
			if (screen === last && patterns.every(pattern => pattern.test(screen))) {
				return screen;
			}

			last = screen;
			await sleep(lookMs);
		}

		const missing = patterns.filter(pattern => !pattern.test(last));
		throw new Error(`${what} never showed ${missing.length === 0 ? 'a screen that stays for a moment' : missing.join(' ')}; it shows:\n${last}`);
	};

	return {
		shows,
		async press(keys, what) {
			for (const key of keys) {
				if (key instanceof RegExp) {
					await shows([key], what);
				} else if (typeof key === 'string') {
					tmux('send-keys', key);
				} else {
					tmux('send-keys', '-l', key.type);
				}

				await sleep(lookMs);
			}
		},
		resize([newColumns, newRows]) {
			tmux('resize-window', '-x', newColumns, '-y', newRows);
		},
		// Hangs up: the program hands over and ends by itself.
		async close() {
			const pid = Number(tmux('display-message', '-p', '#{pane_pid}'));
			spawnSync('tmux', ['-L', server, 'kill-server']);
			for (const end = Date.now() + patienceMs; Date.now() < end; await sleep(lookMs)) {
				try {
					process.kill(pid, 0);
				} catch {
					return;
				}
			}
		},
	};
};
