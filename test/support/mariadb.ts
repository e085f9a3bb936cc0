import {
	execFile,
	spawn,
	spawnSync,
	type ChildProcess,
} from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {promisify} from 'node:util';
import {hasProgram} from './needs.js';

/** Whether a real MariaDB is here. */
export const hasMariadb = (): boolean => hasProgram(
	spawnSync('mariadb-install-db', ['--help']).status !== null && spawnSync('mariadbd', ['--version'], {env: searched()}).status === 0,
	'MariaDB',
	'apt-get install mariadb-server',
);

// Its server lies in /usr/sbin, which people's paths leave out. A server that starts empties its folder for temporary tables, so that each needs its own.
const searched = (folder = os.tmpdir()): NodeJS.ProcessEnv => ({...process.env, PATH: `${process.env.PATH ?? ''}:/usr/sbin`, TMPDIR: folder});

/** A real MariaDB on a socket in a folder of its own. */
export type Mariadb = {
	readonly socket: string;
	/** An option file for somebody who may do everything. */
	readonly adminFile: string;
	readonly adminPassword: string;
	/** Rows of the answer, tabs between the columns. */
	readonly ask: (statements: string) => Promise<readonly string[]>;
	/** Ends it with SIGKILL. */
	readonly stop: () => Promise<void>;
	readonly restart: () => Promise<void>;
	readonly close: () => Promise<void>;
};

const adminPassword = 'the-admin-password-of-mariadb';

const launch = async (folder: string): Promise<ChildProcess> => {
	const child = spawn('mariadbd', [
		'--no-defaults',
		`--datadir=${folder}/data`,
		`--socket=${folder}/my.sock`,
		`--pid-file=${folder}/my.pid`,
		'--skip-networking',
		'--innodb-flush-log-at-trx-commit=0',
		'--innodb-buffer-pool-size=64M',
		'--performance-schema=off',
		'--skip-log-bin',
		...(process.getuid?.() === 0 ? ['--user=root'] : []),
	], {stdio: 'ignore', env: searched(folder)});
	for (let tries = 0; tries < 1200; tries++) {
		if (child.exitCode !== null) {
			throw new Error(`MariaDB ended with ${child.exitCode}`);
		}

		if (spawnSync('mariadb-admin', ['--no-defaults', `--socket=${folder}/my.sock`, '--user=nobody', 'ping'], {stdio: 'ignore'}).status === 0) {
			return child;
		}

		await sleep(25);
	}

	child.kill('SIGKILL');
	throw new Error('MariaDB did not start');
};

const end = async (child: ChildProcess): Promise<void> => {
	if ((child.exitCode ?? child.signalCode) !== null) {
		return;
	}

	const ended = new Promise(resolve => {
		child.once('exit', resolve);
	});
	child.kill('SIGKILL');
	await ended;
};

/** Starts it with one account, `cronsole`, that may do everything. */
export const startMariadb = async (): Promise<Mariadb> => {
	const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'cronsole-mariadb-'));
	const adminFile = path.join(folder, 'admin.cnf');
	const socket = path.join(folder, 'my.sock');
	const run = promisify(execFile);
	await run('mariadb-install-db', [
		'--no-defaults',
		`--datadir=${folder}/data`,
		'--auth-root-authentication-method=normal',
		'--skip-test-db',
		'--skip-name-resolve',
		...(process.getuid?.() === 0 ? ['--user=root'] : []),
	], {env: searched(folder)});
	let child = await launch(folder);
	const ask = async (words: readonly string[], statements: string): Promise<readonly string[]> => {
		const {stdout} = await run('mariadb', [...words, '--batch', '--skip-column-names', '--execute', statements]);
		return stdout.split('\n').filter(Boolean);
	};

	await ask(['--no-defaults', `--socket=${socket}`, '--user=root'], `
		create user cronsole@localhost identified by '${adminPassword}';
		grant all on *.* to cronsole@localhost with grant option;
		alter user root@localhost identified by 'nobody-knows-it';
	`);
	fs.writeFileSync(adminFile, `# Of the tests.\n[client]\nuser = cronsole\npassword = "${adminPassword}"\nsocket = ${socket}\n`, {mode: 0o600});

	return {
		socket, adminFile, adminPassword,
		ask: async statements => ask([`--defaults-file=${adminFile}`], statements),
		stop: async () => end(child),
		async restart() {
			child = await launch(folder);
		},
		async close() {
			await end(child);
			fs.rmSync(folder, {recursive: true, force: true});
		},
	};
};
