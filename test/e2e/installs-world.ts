import {execFileSync, spawn, type ChildProcess} from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import Database from 'better-sqlite3';
import PostalMime from 'postal-mime';
import {onTestFinished} from 'vitest';
import {startExim} from '../support/exim.js';
import {hasProgram} from '../support/needs.js';
import {program, type Finished} from '../support/program.js';
import {startSlowWay} from './dns-slow-way.js';

/** Sites are asked for at port 80 of their panel's address: one of our own loopback addresses. */
export const mayServe = (): boolean => hasProgram(process.getuid?.() === 0, 'A web server at port 80', 'run the tests as root');

export const recipes = path.resolve(import.meta.dirname, '../../recipes');

/** Answers one request for a site. */
export type Serve = (host: string, request: http.IncomingMessage, response: http.ServerResponse) => void;

export type Front = {readonly address: string; readonly get: (host: string) => Promise<string>};

/** What a web server makes of a recipe's root; no more than pages. */
export const serveFiles = (root: string): Serve => (host, _, response) => {
	const file = path.join(root, 'domains', path.basename(host), 'public/index.html');
	const text = fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : undefined;
	response.writeHead(text === undefined ? 404 : 200, {'content-type': 'text/html'}).end(text ?? '<title>Not found</title>');
};

/** Hands every request on to a server at that port, its host as it came. */
export const passOn = (port: number): Serve => (_, request, response) => {
	const onward = http.request({
		host: '127.0.0.1', port, path: request.url, method: request.method, headers: request.headers, agent: false,
	}, answer => {
		response.writeHead(answer.statusCode!, answer.headers);
		answer.pipe(response);
	});
	onward.once('error', () => response.destroy());
	request.pipe(onward);
};

/** A web server at port 80 of a loopback address of its own. */
export const startFront = async (serve: Serve): Promise<Front> => {
	const server = http.createServer((request, response) => {
		serve((request.headers.host ?? '').replace(/:.*/, ''), request, response);
	});
	const byte = () => 1 + Math.floor(Math.random() * 250);
	const address = `127.${byte()}.${byte()}.${byte()}`;
	await new Promise<void>((resolve, reject) => {
		server.once('error', reject).listen(80, address, resolve);
	});
	onTestFinished(async () => {
		server.closeAllConnections();
		await new Promise(resolve => {
			server.close(resolve);
		});
	});
	return {
		address,
		get: async host => new Promise((resolve, reject) => {
			http.get({host: address, agent: false, headers: {host}}, async answer => {
				resolve((await answer.setEncoding('utf8').toArray()).join(''));
			}).once('error', reject);
		}),
	};
};

/** A folder that goes away with the test. */
export const makeFolder = (): string => {
	const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'cronsole-installs-'));
	onTestFinished(() => {
		fs.rmSync(folder, {recursive: true, force: true});
	});
	return folder;
};

/** The process groups that a process has started, never its own. */
export const groupsBelow = (pid: number): readonly number[] => {
	const rows = execFileSync('ps', ['-eo', 'pid=,ppid=,pgid='], {encoding: 'utf8'}).trim().split('\n').map(row => row.trim().split(/\s+/).map(Number));
	const below = (parent: number): ReadonlyArray<readonly number[]> => rows.filter(([, ppid]) => ppid === parent).flatMap(row => [row, ...below(row[0]!)]);
	return below(pid).filter(([child, , group]) => child === group).map(([child]) => child!);
};

export type Started = {readonly child: ChildProcess; readonly finished: Promise<Finished>};

export type Letter = {readonly to: string; readonly subject: string; readonly text: string; readonly raw: string; readonly password: string | undefined};

/** An installation with a real mail server and no cluster. */
export type World = {
	readonly folder: string;
	/** Input is its standard input. */
	readonly start: (words: readonly string[], input?: string) => Started;
	readonly run: (words: readonly string[], input?: string) => Promise<Finished>;
	readonly json: (words: readonly string[], input?: string) => Promise<any>;
	/** A run of Process installs, as cron starts it. */
	readonly work: (...words: readonly string[]) => Promise<Finished>;
	readonly list: () => Promise<readonly any[]>;
	readonly outbox: () => Promise<readonly any[]>;
	/** All that lie there, once there are so many. */
	readonly letters: (count: number) => Promise<readonly Letter[]>;
	/** The mail server's greylist knows us now. */
	readonly takeGrey: () => void;
	/** As if the time that something waits for had passed. */
	readonly passTime: () => void;
	/** What somebody has begun whose end is not written down. */
	readonly underWay: () => readonly string[];
	/** All that was ever said, and everything that lies in its folder. */
	readonly said: () => string;
};

const readLetter = async (raw: string): Promise<Letter> => {
	const {text = '', subject = ''} = await PostalMime.parse(raw);
	return {
		raw, text, subject, to: /^Envelope-to: (.+)$/m.exec(raw)![1]!, password: /^Password: +(\S+)$/m.exec(text)?.[1],
	};
};

const readFolder = (folder: string): readonly string[] => fs.readdirSync(folder, {recursive: true, encoding: 'utf8', withFileTypes: true})
	.filter(entry => entry.isFile()).map(entry => fs.readFileSync(path.join(entry.parentPath, entry.name), 'latin1'));

const begun = 'select domain || position from installs where state = \'running\' union all select recipient from outbox where state = \'sending\'';

const timePasses = `
	update outbox set next_attempt_at = 0 where state = 'pending';
	update outbox set sending_until = 0 where state = 'sending';
	update installs set next_attempt_at = 0 where state = 'pending';
`;

/** `mailDelayMs`: each packet to the mail server and from it takes so long. */
export const createWorld = async (
	panels: Readonly<Record<string, unknown>>,
	{installs = {}, mailDelayMs = 0, ...rest}: Readonly<Record<string, unknown>> & {readonly mailDelayMs?: number} = {},
): Promise<World> => {
	const folder = makeFolder();
	const exim = await startExim();
	const way = await startSlowWay(`127.0.0.1:${exim.port}`, mailDelayMs);
	onTestFinished(way.close);
	const config = path.join(folder, 'cronsole.yaml');
	const database = path.join(folder, 'state/cronsole.db');
	fs.writeFileSync(config, JSON.stringify({
		database, clusters: [], mail: {smtp: `smtp://${way.server}`, from: 'Hosting <ops@example.net>'}, installs: {panels, ...(installs as Record<string, unknown>)}, ...rest,
	}), {mode: 0o600});
	const said: string[] = [];
	const children = new Set<ChildProcess>();
	onTestFinished(() => {
		for (const child of children) {
			child.kill('SIGKILL');
		}
	});

	const start: World['start'] = (words, input = '') => {
		const child = spawn(process.execPath, [program, '--config', config, ...words], {
			stdio: 'pipe', env: {
				PATH: process.env.PATH, HOME: folder, USER: 'tester', LANG: 'C.UTF-8',
			},
		});
		children.add(child);
		child.stdin.on('error', () => undefined).end(input);
		const texts = {out: '', err: ''};
		for (const [name, stream] of [['out', child.stdout], ['err', child.stderr]] as const) {
			stream.setEncoding('utf8').on('data', (text: string) => {
				texts[name] += text;
			});
		}

		const finished = new Promise<Finished>(resolve => {
			child.once('close', code => {
				children.delete(child);
				said.push(texts.out, texts.err);
				resolve({code, ...texts});
			});
		});
		return {child, finished};
	};

	const look = <T>(use: (db: Database.Database) => T): T => {
		const db = new Database(database);
		try {
			return use(db);
		} finally {
			db.close();
		}
	};

	const run: World['run'] = async (words, input) => start(words, input).finished;
	const json: World['json'] = async (words, input) => {
		const {out, err, code} = await run([...words, '--json'], input);
		try {
			return JSON.parse(out);
		} catch {
			throw new Error(`${words.join(' ')}: exit ${code}: ${out} ${err}`);
		}
	};

	return {
		folder, start, run, json,
		work: async (...words) => run(['--run-task=process_installs', ...words]),
		list: async () => (await json(['install', 'list'])).installs,
		outbox: async () => (await json(['mail', 'outbox'])).messages,
		letters: async count => Promise.all((await exim.read(count)).map(async raw => readLetter(raw))),
		takeGrey: exim.takeGrey,
		passTime() {
			look(db => db.exec(timePasses));
		},
		underWay: () => look(db => db.prepare(begun).pluck().all() as readonly string[]),
		said: () => [...said, ...readFolder(folder)].join('\n'),
	};
};

export const titleOf = (account: string): string => `${account}'s shop & more`;

export const domainOf = (account: string): string => `${account}.example.org`;

/** An order for an install as a billing module writes it. */
export const orderOf = (account: string, rest: Readonly<Record<string, unknown>> = {}): string => JSON.stringify({
	reference: `order-${account}`, panel: 'web1', application: 'static', domain: domainOf(account), account,
	client: {name: 'Ada', email: `${account}@example.net`}, title: titleOf(account), adminUser: 'ada', adminEmail: `${account}@example.net`, ...rest,
});

/** The operator's settings of a recipe, and its root. */
export const configureRecipe = (name: string, settings: Readonly<Record<string, string>> = {}): {readonly root: string; readonly file: string; readonly command: readonly string[]} => {
	const folder = makeFolder();
	const root = path.join(folder, 'www');
	fs.mkdirSync(root, {mode: 0o755});
	fs.chmodSync(folder, 0o755);
	const file = path.join(folder, `${name}.ini`);
	fs.writeFileSync(file, Object.entries({root, ...settings}).map(([key, value]) => `${key} = ${value}\n`).join(''), {mode: 0o644});
	return {root, file, command: [path.join(recipes, name, `provision-${name}`), `--config=${file}`]};
};
