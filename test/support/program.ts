import {spawn, type ChildProcess} from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {createInterface} from 'node:readline';
import {setTimeout as sleep} from 'node:timers/promises';

const root = path.resolve(import.meta.dirname, '../..');

/** The built program, as a user starts it. */
export const program = path.join(root, 'build/cli.js');

/** What a finished process left. */
export type Finished = {readonly code: number | null; readonly out: string; readonly err: string};

/** A running process with its lines. */
export type Running = {
	readonly child: ChildProcess;
	readonly pid: number;
	readonly lines: string[];
	readonly errors: string[];
	readonly exited: Promise<number | null>;
	/** Ends it by its pid and waits. */
	readonly end: (signal?: NodeJS.Signals) => Promise<number | null>;
};

/** Starts a Node program of the build; its output is kept by lines. */
export const start = (file: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Running => {
	const child = spawn(process.execPath, [file, ...args], {
		stdio: ['ignore', 'pipe', 'pipe'],
		env: {
			PATH: process.env.PATH, HOME: process.env.HOME, USER: 'tester', LANG: 'C.UTF-8', ...env,
		},
	});
	const lines: string[] = [];
	const errors: string[] = [];
	createInterface({input: child.stdout}).on('line', line => {
		lines.push(line);
	});
	createInterface({input: child.stderr}).on('line', line => {
		errors.push(line);
	});
	const exited = new Promise<number | null>(resolve => {
		child.once('close', code => {
			resolve(code);
		});
	});
	return {
		child, pid: child.pid!, lines, errors, exited,
		async end(signal = 'SIGTERM') {
			child.kill(signal);
			return exited;
		},
	};
};

/** Waits until `check` answers something true; fails with `what` after the time. */
export const until = async <T>(what: string, check: () => T | Promise<T>, timeoutMs = 60_000, everyMs = 50): Promise<NonNullable<Exclude<T, false>>> => {
	const end = Date.now() + timeoutMs;
	for (;;) {
		const found = await check();
		if (found !== undefined && found !== null && found !== false) {
			return found as NonNullable<Exclude<T, false>>;
		}

		if (Date.now() > end) {
			throw new Error(`Waited ${timeoutMs} ms in vain: ${what}`);
		}

		await sleep(everyMs);
	}
};

export type SimulatorLine = {
	readonly url: string; readonly tokenId: string; readonly tokenSecret: string; readonly fingerprint: string; readonly nodes: readonly string[];
};

/** What `GET /_sim/truth` says, as far as the tests look at it. */
export type Truth = {
	readonly vms: ReadonlyArray<{
		readonly node: string; readonly vmid: number; readonly status: string; readonly config: Readonly<Record<string, string | number>>;
		readonly firewall: {readonly options: Readonly<Record<string, unknown>>; readonly ipsets: ReadonlyArray<{readonly name: string}>};
	}>;
	readonly tasks: ReadonlyArray<{readonly upid: string; readonly type: string; readonly vmid: number | string; readonly status: string; readonly exitstatus?: string}>;
};

/** A cronsole installation of its own: folder, config, simulator. Ends everything with `remove`. */
export type Installation = {
	readonly folder: string;
	readonly config: string;
	readonly database: string;
	readonly simulator: SimulatorLine;
	readonly simulatorLog: string;
	/** Runs a command to its end. */
	readonly run: (args: readonly string[], input?: string) => Promise<Finished>;
	/** The same with `--json`, parsed. */
	readonly json: <T = any>(args: readonly string[], input?: string) => Promise<T>;
	readonly daemon: (args?: readonly string[]) => Running;
	readonly truth: () => Promise<Truth>;
	/** Says so to the simulator, and answers what it answers. */
	readonly faults: (body: unknown) => Promise<any>;
	/** The simulator's log lines so far. */
	readonly requests: () => ReadonlyArray<Readonly<Record<string, any>>>;
	readonly track: (running: Running) => Running;
	readonly remove: () => Promise<void>;
};

/** Plain fetch accepts no self-signed certificate; the tests' own look at `/_sim/` does. */
const ask = async (url: string, body?: unknown): Promise<any> => {
	const {request, Agent} = await import('undici');
	const answer = await request(url, {
		method: body === undefined ? 'GET' : 'POST',
		dispatcher: new Agent({connect: {rejectUnauthorized: false}, pipelining: 0}),
		...(body !== undefined && {body: JSON.stringify(body), headers: {'content-type': 'application/json'}}),
	});
	const text = await answer.body.text();
	if (answer.statusCode !== 200) {
		throw new Error(`${url}: ${answer.statusCode} ${text}`);
	}

	return text === '' ? undefined : JSON.parse(text);
};

export type InstallationOptions = {
	/** Simulator flags. */
	readonly simulator?: readonly string[];
	/** YAML appended to the config; replaces the default `scheduler:` section if it has one. */
	readonly extra?: string;
	/** Keys of the cluster, as YAML lines. */
	readonly cluster?: readonly string[];
	readonly fingerprint?: string;
	readonly addresses?: number;
	/** The cluster's call time-out. */
	readonly timeout?: string;
};

const configOf = (folder: string, simulator: SimulatorLine, options: InstallationOptions): string => `
database: ${folder}/state/cronsole.db
clusters:
  - name: fra1
    urls: ["${simulator.url}"]
    tokenId: "${simulator.tokenId}"
    tokenSecret: "${simulator.tokenSecret}"
    fingerprints: ["${options.fingerprint ?? simulator.fingerprint}"]
    vmids: [10000, 19999]
    timeout: ${options.timeout ?? '2s'}
${(options.cluster ?? []).map(line => `    ${line}\n`).join('')}templates:
  debian-12: [{cluster: fra1, vmid: 9000, clone: full, storage: local-lvm}]
packages:
  kvm-s: {cores: 2, memoryMib: 1024, diskGib: 10, diskReadMBps: 100, diskWriteMBps: 80, diskReadIops: 500, networkMbps: 100, vlan: 7, ipv4: 1, firewall: {enable: true, policyIn: ACCEPT, ipfilter: true}}
pools:
  - {name: fra1-v4, cluster: fra1, bridge: vmbr0, vlan: 7, gateway: 10.9.0.1, prefix: 16, first: 10.9.1.1, last: 10.9.${1 + Math.floor((options.addresses ?? 250) / 250)}.250, resolvers: [10.9.0.2]}
${options.extra ?? ''}
${options.extra?.includes('scheduler:') ? '' : 'scheduler: {lease: 6s}'}
`;

/** Makes an installation with a simulated cluster of its own. */
export const createInstallation = async (options: InstallationOptions = {}): Promise<Installation> => {
	const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'cronsole-e2e-'));
	const simulatorLog = path.join(folder, 'simulator.jsonl');
	const running: Running[] = [];
	const track = (one: Running): Running => {
		running.push(one);
		return one;
	};

	const machine = track(start(path.join(root, 'build/simulator.js'), ['--port', '0', '--seed', '1', '--no-waits', '--log', simulatorLog, ...(options.simulator ?? ['--speed', '20'])]));
	const simulator = JSON.parse(await until('the simulator\'s line', () => machine.lines[0])) as SimulatorLine;
	const config = path.join(folder, 'cronsole.yaml');
	fs.writeFileSync(config, configOf(folder, simulator, options), {mode: 0o600});
	const run = async (args: readonly string[], input?: string): Promise<Finished> => {
		const file = path.join(folder, `input-${Math.random()}.json`);
		if (input !== undefined) {
			fs.writeFileSync(file, input);
		}

		const one = start(program, ['--config', config, ...args, ...(input === undefined ? [] : ['--file', file])]);
		const code = await one.exited;
		return {code, out: one.lines.join('\n'), err: one.errors.join('\n')};
	};

	return {
		folder, config, database: path.join(folder, 'state/cronsole.db'), simulator, simulatorLog, run, track,
		async json(args, input) {
			const {code, out, err} = await run([...args, '--json'], input);
			try {
				return JSON.parse(out);
			} catch {
				throw new Error(`${args.join(' ')}: exit ${code}: ${out} ${err}`);
			}
		},
		daemon: (args = []) => track(start(program, ['--config', config, '--daemon', ...args])),
		truth: async () => ask(`${simulator.url}/_sim/truth`),
		faults: async body => ask(`${simulator.url}/_sim/faults`, body),
		requests: () => fs.readFileSync(simulatorLog, 'utf8').split('\n').filter(Boolean).map(line => JSON.parse(line)),
		async remove() {
			await Promise.all(running.map(async one => one.end('SIGKILL')));
			fs.rmSync(folder, {recursive: true, force: true});
		},
	};
};

/** An order for the test's package. */
export const order = (index: number, rest: Readonly<Record<string, unknown>> = {}): string => JSON.stringify({
	reference: `order-${index}`, hostname: `vm${index}.example.net`, cluster: 'fra1', template: 'debian-12', package: 'kvm-s',
	client: {name: 'Ada', email: 'ada@example.org'}, sshKeys: ['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ4Zx8mYQ4mYw0q1 ada@laptop'], ...rest,
});
