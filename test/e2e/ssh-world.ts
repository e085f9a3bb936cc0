import {execFileSync, spawn} from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import {freePort} from '../support/pdns.js';
import {
	createInstallation,
	until,
	type Finished,
	type Installation,
} from '../support/program.js';
import {startSitePanel} from '../support/site-panel.js';
import {descendantsOf, startSshd} from '../support/sshd.js';
import {openTerminal, type Terminal} from '../support/terminal.js';

const root = path.resolve(import.meta.dirname, '../..');
const guide = fs.readFileSync(path.join(root, 'docs/guide/over-ssh.md'), 'utf8');

/** What the guide shows, by how it begins. */
export const shown = (pattern: string): string => {
	const found = new RegExp(pattern, 's').exec(guide);
	if (!found) {
		throw new Error(`the guide shows no ${pattern}`);
	}

	return found[1]!;
};

const shownFile = (name: string): string => shown(`\`\`\`text\n# ${name}\n(.*?)\`\`\``);

/** Whom the guide gives a key. */
export type Person = 'anna' | 'ben' | 'carl' | 'billing';

/** A person's console on the other side of an ssh connection, in a terminal of ours. */
export type Remote = Terminal & {
	/** Of cronsole, on the server. */
	readonly node: number;
	/** Everything on the server that belongs to the session. */
	readonly processes: readonly number[];
	/** The ssh client's. */
	readonly client: () => number;
};

type Way = {
	/** As an account in the readers' group. */
	readonly asReader?: boolean;
	/** Variables that the client sends along. */
	readonly sent?: Readonly<Record<string, string>>;
};

/** Shell that follows on the client's side, and what tells that the session is there. */
type Opening = Way & {readonly afterwards?: string; readonly ready?: RegExp};

/** cronsole behind OpenSSH, both set up as the guide says. */
export type SshWorld = {
	readonly here: Installation;
	/** What the server wrote. */
	readonly log: () => string;
	readonly keys: string;
	/** Runs words without a terminal. */
	readonly ask: (person: Person, words: string, way?: Way & {readonly input?: string}) => Promise<Finished>;
	readonly open: (person: Person, words?: string, opening?: Opening) => Promise<Remote>;
	readonly close: () => Promise<void>;
};

export const isAlive = (pid: number): boolean => {
	try {
		return !/^State:\s*Z/m.test(fs.readFileSync(`/proc/${pid}/status`, 'utf8'));
	} catch {
		return false;
	}
};

const nameOf = (pid: number): string => {
	try {
		return path.basename(fs.readlinkSync(`/proc/${pid}/exe`));
	} catch {
		return '';
	}
};

/** Those who have the server's sessions' home. */
const listRemote = (home: string): readonly number[] => fs.readdirSync('/proc').filter(name => /^\d+$/.test(name)).filter(name => {
	try {
		return fs.readFileSync(`/proc/${name}/environ`, 'utf8').split('\0').includes(`HOME=${home}`);
	} catch {
		return false;
	}
}).map(Number);

/** The server's config of the guide, for the account that runs the tests: at one port it is the shared account, at the other a reader. */
const serveAsShown = async (home: string, {aliveInterval}: {readonly aliveInterval: number}) => {
	const sshd = await startSshd('exit 1');
	const readersPort = await freePort();
	const {folder, port, user} = sshd;
	fs.symlinkSync(path.join(root, 'recipes/ssh/cronsole-session'), path.join(folder, 'cronsole-session'));
	const placed = (text: string): string => text.replaceAll('/usr/local/bin', () => folder).replaceAll('/etc/cronsole', () => folder);
	const group = execFileSync('id', ['-gn'], {encoding: 'utf8'}).trim();
	fs.writeFileSync(path.join(folder, 'cronsole.conf'), placed(shownFile('/etc/ssh/sshd_config.d/cronsole.conf'))
		.replace('Match User cronsole\n', () => `Match User ${user} LocalPort ${port}\n`)
		.replace('Match Group cronsole-readers\n', () => `Match Group ${group} LocalPort ${readersPort}\n`)
		.replaceAll('ClientAliveInterval 15', () => `ClientAliveInterval ${aliveInterval}`));
	const keys = placed(shownFile('/etc/cronsole/authorized_keys')).replaceAll(/ssh-ed25519 AAAA… (\w+)@\w+/g, (_, name: string) =>
		fs.readFileSync(`${sshd.makeKey(name)}.pub`, 'utf8').trim());
	fs.writeFileSync(path.join(folder, 'authorized_keys'), keys);
	fs.mkdirSync(path.join(folder, 'readers'));
	fs.writeFileSync(path.join(folder, 'readers', user), keys);
	const hostKey = fs.readFileSync(path.join(folder, 'host.pub'), 'utf8').split(' ', 2).join(' ');
	fs.appendFileSync(sshd.knownHosts, `[127.0.0.1]:${readersPort} ${hostKey}\n`);
	await sshd.stop();
	const config = path.join(folder, 'sshd_config');
	// A server that takes every variable: what the program makes of them is its own affair.
	fs.writeFileSync(config, `Include ${folder}/cronsole.conf
Port ${readersPort}
LogLevel VERBOSE
AcceptEnv *
SetEnv HOME=${home} PATH=${path.dirname(process.execPath)}:${process.env.PATH}
${fs.readFileSync(config, 'utf8').replace(/^Banner.*\n/m, '')}`);
	await sshd.restart();
	return {...sshd, readersPort};
};

export const createSshWorld = async ({aliveInterval = 15}: {readonly aliveInterval?: number} = {}): Promise<SshWorld> => {
	const panel = await startSitePanel();
	const here = await createInstallation({simulator: ['--speed', '10'], extra: `installs: {panels: {web1: {kind: command, command: ${JSON.stringify(panel.command)}}}}\n`});
	// Where cronsole looks by itself: the lines of the guide name no config.
	fs.mkdirSync(path.join(here.folder, '.config/cronsole'), {recursive: true});
	fs.symlinkSync(here.config, path.join(here.folder, '.config/cronsole/cronsole.yaml'));
	const sshd = await serveAsShown(here.folder, {aliveInterval});
	const terminals: Terminal[] = [];
	const argumentsFor = (person: Person, {asReader = false, sent = {}}: Way): readonly string[] => [
		'-F',
		'none',
		'-i',
		path.join(sshd.folder, person),
		'-p',
		String(asReader ? sshd.readersPort : sshd.port),
		'-o',
		'IdentitiesOnly=yes',
		'-o',
		'BatchMode=yes',
		'-o',
		`UserKnownHostsFile=${sshd.knownHosts}`,
		'-o',
		'LogLevel=ERROR',
		...['LANG', ...Object.keys(sent)].flatMap(name => ['-o', `SendEnv=${name}`]),
		`${sshd.user}@${sshd.host}`,
	];

	return {
		here,
		log: sshd.log,
		keys: path.join(sshd.folder, 'authorized_keys'),
		async ask(person, words, way = {}) {
			const child = spawn('ssh', [...argumentsFor(person, way), '--', words], {stdio: 'pipe', env: {...process.env, ...way.sent}});
			child.stdin.on('error', () => undefined).end(way.input ?? '');
			const texts = {out: '', err: ''};
			for (const [name, stream] of [['out', child.stdout], ['err', child.stderr]] as const) {
				stream.setEncoding('utf8').on('data', (text: string) => {
					texts[name] += text;
				});
			}

			return new Promise(resolve => {
				child.once('close', code => {
					resolve({code, ...texts});
				});
			});
		},
		async open(person, words = '', {afterwards = ':', ready = /Process VMs/, ...way} = {}) {
			const others = new Set(listRemote(here.folder));
			const terminal = openTerminal({
				command: `(ssh -t ${argumentsFor(person, way).join(' ')} ${words}; ended=$?; ${afterwards}; exit $ended)`, columns: 120, rows: 40, env: way.sent,
			});
			terminals.push(terminal);
			await terminal.shows(ready);
			const processes = listRemote(here.folder).filter(pid => !others.has(pid));
			return {
				...terminal, processes, node: processes.find(pid => nameOf(pid) === 'node')!, client: () => descendantsOf(terminal.pid()).find(pid => nameOf(pid) === 'ssh')!,
			};
		},
		async close() {
			for (const terminal of terminals) {
				terminal.kill();
			}

			await sshd.close();
			await until('no session is left', () => listRemote(here.folder).every(pid => !isAlive(pid)));
			await here.remove();
		},
	};
};

/** The process that leads. */
export const leaderOf = async ({here}: SshWorld): Promise<number | undefined> => (await here.json(['status'])).scheduler.leader?.pid;

export const leads = async (world: SshWorld, {node}: Remote): Promise<void> => {
	await until('it leads', async () => await leaderOf(world) === node, 60_000, 100);
};

/** Who looks on, as the database knows them. */
export const listConsoles = ({here}: SshWorld): unknown => {
	const db = new Database(here.database, {readonly: true});
	try {
		return db.prepare('select actor, read_only as isReadOnly, address from sessions order by started_at').all();
	} finally {
		db.close();
	}
};

const lastRunOf = async ({here}: SshWorld): Promise<number> => (await here.json(['status'])).tasks.find(({name}: any) => name === 'process_vms').lastRun?.id ?? 0;

/** The leader does what it is asked for. */
export const works = async (world: SshWorld): Promise<void> => {
	const before = await lastRunOf(world);
	await world.here.run(['task', 'run', 'process_vms']);
	await until('another run', async () => await lastRunOf(world) > before, 60_000, 100);
};
