import {spawn, spawnSync, type ChildProcess} from 'node:child_process';
import fs from 'node:fs';
import {connect} from 'node:net';
import os from 'node:os';
import path from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {onTestFinished} from 'vitest';
import {hasProgram} from './needs.js';
import {freePort} from './pdns.js';

const program = '/usr/sbin/exim4';

/** Whether a real MTA is here, and we may start it; in CI it must be. */
export const hasExim = (): boolean => hasProgram(process.getuid?.() === 0 && fs.existsSync(program), 'exim', 'as root: apt-get install exim4-daemon-light');

const configText = (folder: string, port: number): string => `keep_environment =
primary_hostname = mx.test.invalid
spool_directory = ${folder}/spool
log_file_path = ${folder}/logs/%slog
pid_file_path = ${folder}/exim.pid
daemon_smtp_ports = ${port}
local_interfaces = 127.0.0.1
domainlist local_domains = example.net : example.org
acl_smtp_rcpt = acl_rcpt
acl_smtp_data = accept
tls_advertise_hosts =
begin acl
acl_rcpt:
  defer local_parts = grey
        condition = \${if !exists{${folder}/patient}}
        message = 4.7.1 try again later
  deny  local_parts = bad
        message = 5.1.1 no such user
  accept domains = +local_domains
  deny  message = relay not permitted
begin routers
box_r:
  driver = accept
  transport = box_t
begin transports
box_t:
  driver = appendfile
  maildir_format
  directory = ${folder}/inbox
  create_directory
  user = Debian-exim
  envelope_to_add
  return_path_add
begin retry
* * F,1h,1s
`;

const isListening = async (port: number): Promise<boolean> => new Promise(resolve => {
	const socket = connect(port, '127.0.0.1');
	socket.once('connect', () => {
		resolve(true);
		socket.destroy();
	}).once('error', () => {
		resolve(false);
	});
});

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

/** A real exim on a free port: whatever it takes for example.net and example.org lies in one Maildir. */
export const startExim = async () => {
	const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'cronsole-exim-'));
	onTestFinished(() => {
		fs.rmSync(folder, {recursive: true, force: true});
	});
	fs.mkdirSync(path.join(folder, 'logs'));
	fs.mkdirSync(path.join(folder, 'spool'));
	spawnSync('chown', ['-R', 'Debian-exim:Debian-exim', folder]);
	const port = await freePort();
	const config = path.join(folder, 'exim.conf');
	fs.writeFileSync(config, configText(folder, port));
	const child = spawn(program, ['-C', config, '-bdf'], {stdio: 'ignore'});
	onTestFinished(async () => end(child));
	for (let tries = 0; !await isListening(port); tries++) {
		if (tries === 200 || child.exitCode !== null) {
			throw new Error('exim did not start');
		}

		await sleep(25);
	}

	const inbox = path.join(folder, 'inbox/new');
	const list = (): readonly string[] => fs.existsSync(inbox) ? fs.readdirSync(inbox).map(name => fs.readFileSync(path.join(inbox, name), 'utf8')) : [];
	return {
		port,
		/** From now on it takes what is for `grey`, as a greylist does from who comes again. */
		takeGrey() {
			fs.writeFileSync(path.join(folder, 'patient'), '');
		},
		/** The letters that lie there, once there are so many; it may be more. */
		async read(count: number): Promise<readonly string[]> {
			for (let tries = 0; tries < 200 && list().length < count; tries++) {
				await sleep(25);
			}

			return list();
		},
	};
};
