import {
	execFileSync,
	spawn,
	spawnSync,
	type ChildProcess,
} from 'node:child_process';
import {once} from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {hasProgram} from './needs.js';
import {freePort} from './pdns.js';
import {until} from './program.js';

const binary = '/usr/sbin/sshd';

/** Whether OpenSSH's server and client are here; in CI they must be. */
export const hasSshd = (): boolean => hasProgram(
	fs.existsSync(binary) && spawnSync('ssh', ['-V']).status === 0, 'OpenSSH', 'apt-get install openssh-server openssh-client',
);

/** A real OpenSSH server on a loopback port that lets one key in, and that to one program only. */
export type Sshd = {
	readonly host: string;
	readonly port: number;
	/** Who runs the tests. */
	readonly user: string;
	/** The key's file. */
	readonly identity: string;
	/** With the server's true key. */
	readonly knownHosts: string;
	readonly folder: string;
	/** A file with a new key; its public half is beside it with `.pub`. */
	readonly makeKey: (name: string) => string;
	readonly log: () => string;
	/** Ends the server and every connection with SIGKILL. */
	readonly stop: () => Promise<void>;
	/** Serves the same again, at the same place. */
	readonly restart: () => Promise<void>;
	readonly close: () => Promise<void>;
};

const configOf = (folder: string, port: number): string => `Port ${port}
ListenAddress 127.0.0.1
HostKey ${folder}/host
PidFile ${folder}/sshd.pid
AuthorizedKeysFile ${folder}/authorized_keys
Banner ${folder}/banner
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
KexAlgorithms curve25519-sha256
PermitRootLogin prohibit-password
`;

type Server = {readonly child: ChildProcess; readonly log: () => string};

const launch = async (folder: string): Promise<Server> => {
	// A group of its own, so that its connections end with it.
	const child = spawn(binary, ['-D', '-e', '-f', path.join(folder, 'sshd_config')], {stdio: ['ignore', 'ignore', 'pipe'], detached: true});
	let log = '';
	child.stderr.setEncoding('utf8').on('data', (text: string) => {
		log += text;
	});
	await until('sshd listens', () => {
		if (child.exitCode !== null) {
			throw new Error(`sshd ended:\n${log}`);
		}

		return log.includes('Server listening on');
	});
	return {child, log: () => log};
};

/** A process and all below it. Every connection is a session of its own: they are found by whose children they are. */
export const descendantsOf = (pid: number): readonly number[] => {
	const rows = execFileSync('ps', ['-eo', 'pid=,ppid='], {encoding: 'utf8'}).trim().split('\n').map(row => row.trim().split(/\s+/).map(Number));
	const below = (parent: number): readonly number[] => [parent, ...rows.filter(([, ppid]) => ppid === parent).flatMap(([child]) => below(child!))];
	return below(pid);
};

const end = async ({child}: Server): Promise<void> => {
	if ((child.exitCode ?? child.signalCode) !== null) {
		return;
	}

	const exited = once(child, 'exit');
	for (const pid of descendantsOf(child.pid!)) {
		try {
			process.kill(pid, 'SIGKILL');
		} catch {} // It ended by itself.
	}

	await exited;
};

/** Starts it; `gate` is the line of shell that everybody with the key gets, whatever they ask for: that is in `$SSH_ORIGINAL_COMMAND`. */
export const startSshd = async (gate: string): Promise<Sshd> => {
	const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'cronsole-sshd-'));
	const port = await freePort();
	const makeKey = (name: string): string => {
		const file = path.join(folder, name);
		execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', name, '-f', file]);
		return file;
	};

	const publicKey = (file: string): string => fs.readFileSync(`${file}.pub`, 'utf8').split(' ', 2).join(' ');
	const hostKey = publicKey(makeKey('host'));
	const identity = makeKey('key');
	const knownHosts = path.join(folder, 'known_hosts');
	fs.writeFileSync(knownHosts, `[127.0.0.1]:${port} ${hostKey}\n`);
	fs.writeFileSync(path.join(folder, 'gate.sh'), `#!/bin/sh\n${gate}\n`, {mode: 0o755});
	fs.writeFileSync(path.join(folder, 'authorized_keys'), `restrict,command="${folder}/gate.sh" ${publicKey(identity)}\n`);
	fs.writeFileSync(path.join(folder, 'banner'), 'Authorised users only.\n');
	fs.writeFileSync(path.join(folder, 'sshd_config'), configOf(folder, port));
	if (os.userInfo().uid === 0) {
		fs.mkdirSync('/run/sshd', {recursive: true});
	}

	let server = await launch(folder);
	return {
		host: '127.0.0.1', port, user: os.userInfo().username, identity, knownHosts, folder, makeKey,
		log: () => server.log(),
		stop: async () => end(server),
		async restart() {
			server = await launch(folder);
		},
		async close() {
			await end(server);
			fs.rmSync(folder, {recursive: true, force: true});
		},
	};
};
