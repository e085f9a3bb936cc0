import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {openApp, type App} from '../../source/app.js';
import {loadSettings} from '../../source/config.js';
import {
	start,
	until,
	type Running,
	type SimulatorLine,
} from '../../test/support/program.js';

/** The programs as they are built and started by a user; benchmarks are run from the project's folder. */
export const program = path.resolve('build/cli.js');
const simulatorProgram = path.resolve('build/simulator.js');

/** A child program of the benchmarks, bundled beside them. */
export const childProgram = (name: string): string => path.join(import.meta.dirname, `children/${name}.js`);

export type Simulator = SimulatorLine & {
	/** Of its cluster in the config: `fra1`, `fra2`, … */
	readonly name: string;
	/** A JSON line a request, and a start and end of a task. */
	readonly logFile: string;
};

/** An installation of its own with simulated clusters; ends everything with `remove`. */
export type Place = {
	readonly folder: string;
	readonly config: string;
	readonly database: string;
	readonly simulators: readonly Simulator[];
	readonly daemon: () => Running;
	/** The product in this process, as whoever orders sees it. */
	readonly openApp: () => Promise<App>;
	readonly remove: () => Promise<void>;
};

export type PlaceOptions = {
	readonly clusters?: number;
	readonly speed?: number;
	readonly clonesPerStorage?: number;
	/** Of the config, as YAML within braces. */
	readonly tasks?: string;
};

export const limits = {
	calls: 8, callsPerNode: 3, clonesPerStorage: 2, firstVmid: 10_000,
} as const;

const clusterOf = ({name, url, tokenId, tokenSecret, fingerprint}: Simulator, clonesPerStorage: number): string =>
	`  - {name: ${name}, urls: ["${url}"], tokenId: "${tokenId}", tokenSecret: "${tokenSecret}", fingerprints: ["${fingerprint}"], vmids: [${limits.firstVmid}, 19999],`
	+ ` timeout: 2s, calls: ${limits.calls}, callsPerNode: ${limits.callsPerNode}, clonesPerStorage: ${clonesPerStorage}}`;

const poolOf = ({name}: Simulator, index: number): string =>
	`  - {name: ${name}-v4, cluster: ${name}, bridge: vmbr0, vlan: 7, gateway: 10.${index}.0.1, prefix: 16, first: 10.${index}.1.1, last: 10.${index}.8.250, resolvers: [10.${index}.0.2]}`;

const configOf = (database: string, simulators: readonly Simulator[], {clonesPerStorage, tasks}: {readonly clonesPerStorage: number; readonly tasks: string}): string => `
database: ${database}
clusters:
${simulators.map(simulator => clusterOf(simulator, clonesPerStorage)).join('\n')}
templates:
  debian-12: [${simulators.map(({name}) => `{cluster: ${name}, vmid: 9000, clone: full, storage: local-lvm}`).join(', ')}]
packages:
  kvm-s: {cores: 2, memoryMib: 1024, diskGib: 10, diskReadMBps: 100, diskWriteMBps: 80, networkMbps: 100, vlan: 7, ipv4: 1, firewall: {enable: true, policyIn: ACCEPT, ipfilter: true}}
pools:
${simulators.map((simulator, index) => poolOf(simulator, index)).join('\n')}
tasks: {${tasks}}
scheduler: {lease: 6s}
`;

const startSimulator = async (folder: string, index: number, speed: number, track: (one: Running) => Running): Promise<Simulator> => {
	const logFile = path.join(folder, `simulator-${index}.jsonl`);
	const one = track(start(simulatorProgram, ['--port', '0', '--seed', String(index + 1), '--no-waits', '--log', logFile, '--speed', String(speed)]));
	const line = JSON.parse(await until('the simulator listens', () => one.lines[0])) as SimulatorLine;
	return {...line, name: `fra${index + 1}`, logFile};
};

/** Makes an installation with simulated clusters of its own. */
export const createPlace = async ({clusters = 1, speed = 1, clonesPerStorage = limits.clonesPerStorage, tasks = ''}: PlaceOptions = {}): Promise<Place> => {
	const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'cronsole-bench-'));
	const running: Running[] = [];
	const track = (one: Running): Running => {
		running.push(one);
		return one;
	};

	const simulators = await Promise.all(Array.from({length: clusters}, async (_, index) => startSimulator(folder, index, speed, track)));
	const config = path.join(folder, 'cronsole.yaml');
	const database = path.join(folder, 'state/cronsole.db');
	fs.writeFileSync(config, configOf(database, simulators, {clonesPerStorage, tasks}), {mode: 0o600});

	return {
		folder, config, database, simulators,
		daemon: () => track(start(program, ['--config', config, '--daemon'])),
		openApp: async () => openApp({settings: await loadSettings({file: config, env: {}}), actor: {name: 'bench', address: null}, isReadOnly: false}),
		async remove() {
			await Promise.all(running.map(async one => one.end('SIGKILL')));
			fs.rmSync(folder, {recursive: true, force: true});
		},
	};
};

export const isLeading = ({lines}: Running): boolean => lines.some(line => line.includes('"leading"'));
