import {spawn, spawnSync} from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** Whether a container with a systemd of its own can be made here; in CI its package must be there. */
export const hasNspawn = (): boolean => {
	const isInstalled = ['systemd-nspawn', 'systemctl'].every(name => spawnSync(name, ['--version']).status === 0);
	const remedy = 'apt-get install systemd systemd-container';
	if (!isInstalled && process.env.CRONSOLE_NO_SKIP) {
		throw new Error(`systemd-nspawn is missing: ${remedy}`);
	}

	// A machine that is a container itself may forbid it; no package helps there.
	const canMount = isInstalled && spawnSync('unshare', ['--mount', 'mount', '--bind', '/', '/mnt']).status === 0;
	if (!canMount) {
		console.log(isInstalled ? 'skipped: this account may not make a container' : `skipped: systemd-nspawn is not installed (${remedy})`);
	}

	return canMount;
};

export type InSystemd = {
	/** The script: its output is its own business; `/out` is the folder. */
	readonly script: string;
	/** Files of the container, by their places there. */
	readonly files: Readonly<Record<string, string>>;
	/** Folders of this machine, by their places there: /tmp and /root are not to be seen. */
	readonly folders: Readonly<Record<string, string>>;
	readonly env: Readonly<Record<string, string>>;
	readonly timeoutMs: number;
};

const runUnit = (env: InSystemd['env']): string => `[Unit]
DefaultDependencies=no
Requires=sysinit.target dbus.socket
After=sysinit.target dbus.socket
SuccessAction=exit-force
FailureAction=exit-force
[Service]
Type=oneshot
${Object.entries(env).map(([name, value]) => `Environment=${name}=${value}`).join('\n')}
ExecStart=/out/script
`;

/** Boots this machine's own files, with a layer over them that is thrown away, under a systemd as PID 1, runs the script there, and answers the folder `/out`. */
export const runInSystemd = async ({script, files, folders, env, timeoutMs}: InSystemd): Promise<{readonly code: number | null; readonly out: (name: string) => string; readonly remove: () => void}> => {
	const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'cronsole-nspawn-'));
	const [root, out] = [path.join(folder, 'root'), path.join(folder, 'out')];
	fs.mkdirSync(root);
	fs.mkdirSync(out);
	fs.copyFileSync(script, path.join(out, 'script'));
	fs.chmodSync(path.join(out, 'script'), 0o755);
	fs.chmodSync(folder, 0o755);
	const places = {...files, '/etc/systemd/system/run-test.service': runUnit(env)};
	const binds = Object.entries(places).map(([place, text], index) => {
		const file = path.join(folder, String(index));
		fs.writeFileSync(file, text, {mode: text.startsWith('#!') ? 0o755 : 0o644});
		return `--bind-ro=${file}:${place}`;
	});
	binds.push(...Object.entries(folders).map(([place, real]) => `--bind-ro=${real}:${place}`));
	// The mount is in a namespace of its own, and gone with it.
	const command = `mount --bind / ${root} && exec systemd-nspawn --directory=${root} --volatile=overlay --register=no --keep-unit --private-network --bind=${out}:/out "$@" --boot --quiet --console=pipe -- systemd.unit=run-test.service`;
	const child = spawn('unshare', ['--mount', 'sh', '-c', command, 'sh', ...binds], {stdio: ['ignore', fs.openSync(path.join(out, 'boot'), 'w'), 'inherit']});
	const timer = setTimeout(() => {
		child.kill('SIGKILL');
	}, timeoutMs);
	const code = await new Promise<number | null>(resolve => {
		child.once('close', resolve);
	});
	clearTimeout(timer);
	return {
		code,
		out(name) {
			const file = path.join(out, name);
			return fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : '';
		},
		remove() {
			fs.rmSync(folder, {recursive: true});
		},
	};
};
