import {
	existsSync,
	mkdtempSync,
	readFileSync,
	rmSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {onTestFinished} from 'vitest';
import {type ClientError} from '../../source/clients/client-error.js';
import {createDns} from '../../source/clients/dns/create-dns.js';
import {type Dns} from '../../source/clients/dns/dns.js';
import {connectProxmox} from '../../source/clients/proxmox/http-proxmox.js';
import {type Proxmox} from '../../source/clients/proxmox/proxmox.js';
import {systemClock, type Clock} from '../../source/domain/clock.js';
import {type Operation} from '../../source/domain/operation.js';
import {type Settings} from '../../source/domain/settings.js';
import {type StepLogRow} from '../../source/domain/step-log.js';
import {type Vm} from '../../source/domain/vm.js';
import {type VmStatus} from '../../source/domain/vm-status.js';
import {createForeignAddresses} from '../../source/pipelines/foreign-addresses.js';
import {type Move, type MoveContext, type Verdict} from '../../source/pipelines/move.js';
import {runPipeline} from '../../source/pipelines/run-pipeline.js';
import {type FaultRule} from '../../source/simulation/faults.js';
import {startProxmoxServer, type ProxmoxServer} from '../../source/simulation/proxmox-server.js';
import {type Acquired} from '../../source/store/leases.js';
import {type Vm as SimulatedVm} from '../../source/simulation/world.js';
import {openStore} from '../../source/store/open-store.js';
import {type Store, type FencedStore} from '../../source/store/store.js';
import {type NewVm} from '../../source/store/vms.js';
import {clusterSettings} from '../support/cluster-settings.js';
import {baseSettings} from './settings.js';

export type Request = {readonly method: string; readonly path: string; readonly params: Readonly<Record<string, string>>; readonly status: number};

/** A database, a simulated cluster, and the pipelines between them. */
export type World = {
	readonly server: ProxmoxServer;
	readonly store: Store;
	readonly settings: Settings;
	readonly clock: Clock;
	readonly installation: string;
	/** Lets our clock run ahead. */
	readonly pass: (ms: number) => void;
	/** What `judge` answers, and what it was asked. */
	readonly judged: ClientError[];
	verdict: Verdict;
	readonly order: (own?: Partial<NewVm>) => Promise<{readonly vm: Vm; readonly operation: Operation}>;
	readonly fenced: (vm: Pick<Vm, 'id'>) => Promise<FencedStore>;
	readonly context: (vm: Pick<Vm, 'id'>, own?: Partial<MoveContext>) => Promise<MoveContext>;
	/** One go. */
	readonly move: (vm: Pick<Vm, 'id'>, own?: Partial<MoveContext>) => Promise<Move>;
	/** Goes until it is done, needs a person, is paused, or `until` holds; attempts do not wait for their moment. */
	readonly drive: (vm: Pick<Vm, 'id'>, until?: (vm: Vm) => boolean, own?: Partial<MoveContext>) => Promise<Move>;
	readonly vm: (vm: Pick<Vm, 'id'>) => Promise<Vm>;
	/** The one operation that was added last. */
	readonly operation: (vm: Pick<Vm, 'id'>) => Promise<Operation>;
	readonly steps: (vm: Pick<Vm, 'id'>) => Promise<readonly StepLogRow[]>;
	/** Puts the VM back to a status and asks for its pipeline again. */
	readonly again: (vm: Pick<Vm, 'id'>, status: VmStatus) => Promise<void>;
	/** The VM in the cluster. */
	readonly guest: (vm: Pick<Vm, 'id'>) => Promise<SimulatedVm>;
	/** The VM's configuration in the cluster. */
	readonly config: (vm: Pick<Vm, 'id'>) => Promise<Record<string, string | number>>;
	/** Switches a fault of the cluster on. */
	readonly fault: (rule: FaultRule) => void;
	readonly clearFaults: () => void;
	/** How many tasks of that type the cluster has ever run. */
	readonly tasks: (type: string) => number;
	/** The API calls since the last time it was asked. */
	readonly requests: () => readonly Request[];
	readonly proxmox: Proxmox;
	/** The zones of the config. */
	readonly dns: Dns;
};

const logger = (file: string) => {
	let seen = 0;
	return (): readonly Request[] => {
		const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : [];
		const fresh = lines.slice(seen).map(line => JSON.parse(line) as Partial<Request>);
		seen = lines.length;
		return fresh.filter((line): line is Request => line.method !== undefined);
	};
};

const isChange = ({method, path: where}: Request): boolean => method !== 'GET' && !where.endsWith('/agent/ping');

/** Those that changed something. */
export const changes = (requests: readonly Request[]): string[] => requests.filter(request => isChange(request)).map(({method, path: where}) => `${method} ${where.replace('/api2/json', '')}`);

const newVm = (index: number, now: number): NewVm => ({
	reference: `order-${index}`, hostname: `vm${index}.example.net`, cluster: 'fra1', wantedNode: null, overrides: {}, packageName: 'kvm-s',
	package: {
		cores: 2, memoryMib: 2048, diskGib: 10, networkMbps: 100, ipv4: 1,
	},
	template: {
		name: 'debian-12', vmid: 9000, clone: 'full', storage: 'local-lvm',
	},
	client: {name: 'Ada', email: 'ada@example.org'}, user: 'root', password: 'correct horse', sshKeys: ['ssh-ed25519 AAAA ada@laptop'], backup: null, timezone: null,
	mail: true, order: {}, createdAt: now,
});

/** Makes one that goes away with the test. */
export const createWorld = async (own: Partial<Settings> = {}, simulator: Parameters<typeof startProxmoxServer>[0] = {}): Promise<World> => {
	const folder = mkdtempSync(path.join(os.tmpdir(), 'cronsole-pipelines-'));
	const logFile = path.join(folder, 'requests.jsonl');
	const server = await startProxmoxServer({
		port: 0, seed: 1, speed: 1000, waits: false, logFile, ...simulator,
	});
	let ahead = 0;
	const clock: Clock = {now: () => systemClock.now() + ahead, monotonic: () => systemClock.monotonic() + ahead};
	const store = await openStore({path: path.join(folder, 'state', 'cronsole.db'), clock: {...systemClock, now: clock.now}});
	const cluster = clusterSettings({
		urls: [server.url], tokenId: server.tokenId, tokenSecret: {reveal: () => server.tokenSecret}, fingerprints: [server.fingerprint], timeoutMs: 2000,
	});
	const settings: Settings = {...baseSettings(cluster), ...own};
	const connection = connectProxmox(settings.clusters[0]!, {clock: systemClock});
	const names = createDns(() => settings.dns, {clock});
	const session = await store.sessions.start({
		kind: 'run', actor: 'tester', address: null, isReadOnly: false,
	});
	onTestFinished(async () => {
		await connection.close();
		await names.close();
		await store.close();
		await server.close();
		rmSync(folder, {recursive: true});
	});
	const proxmox = connection.guardedBy(() => undefined);
	const dns = names.guardedBy(() => undefined);
	const foreignAddresses = createForeignAddresses(clock);
	const judged: ClientError[] = [];
	const leases = new Map<number, Acquired>();
	let orders = 0;

	const world: World = {
		server, store, settings, clock, judged, proxmox, dns, installation: store.installation, verdict: 'item', requests: logger(logFile),
		pass(ms) {
			ahead += ms;
		},
		async order(ownVm = {}) {
			orders++;
			const index = orders;
			return store.write(async ({vms, operations}) => {
				const vm = await vms.insert({...newVm(index, clock.now()), ...ownVm});
				const {operation} = await operations.add(vm.id, {
					kind: 'create', params: null, requestedBy: 'anna', now: clock.now(),
				});
				return {vm, operation};
			});
		},
		async fenced({id}) {
			const known = leases.get(id);
			const lease = known ?? await store.leases.acquire(`vm:${id}`, session.id, 600_000);
			leases.set(id, lease);
			return store.fencedBy(lease.held!);
		},
		context: async (vm, more = {}) => ({
			store: await world.fenced(vm), proxmox, dns, settings, installation: store.installation, clock, createPassword: () => 'a-new-Password-23456', random: () => 0.5, log() {/* Nobody reads it. */}, signal: new AbortController().signal,
			foreignAddresses,
			async judge(error) {
				judged.push(error);
				return world.verdict;
			},
			...more,
		}),
		move: async (vm, more) => runPipeline(await world.operation(vm), await world.context(vm, more)),
		async drive(vm, until = () => false, more = {}) {
			const end = Date.now() + 90_000;
			for (;;) {
				const move = await world.move(vm, more);
				if (['done', 'attention', 'paused', 'busy'].includes(move.outcome) || until(await world.vm(vm))) {
					return move;
				}

				if (Date.now() > end) {
					throw new Error(`It does not end: ${move.line}`);
				}

				const {nextAttemptAt, remoteTaskId} = await world.operation(vm);
				world.pass(Math.max(0, (nextAttemptAt ?? 0) - clock.now()));
				await sleep(remoteTaskId === null ? 0 : 5);
			}
		},
		vm: async ({id}) => store.read.vms.get(id),
		operation: async ({id}) => (await store.read.operations.listFor(id))[0]!,
		steps: async ({id}) => store.read.stepLog.list(id),
		async again({id}, status) {
			await store.write(async ({vms, operations}) => {
				await vms.advance(await vms.get(id), status, {
					operationId: (await operations.listFor(id))[0]!.id, operation: 'reset', outcome: 'done', reason: null, attempt: 1, startedAt: clock.now(), durationMs: 0, upid: null, log: null,
				});
				await operations.add(id, {
					kind: 'create', params: {again: clock.now()}, requestedBy: 'anna', now: clock.now(),
				});
			});
		},
		fault(rule) {
			server.faults.command({add: rule});
		},
		clearFaults() {
			server.faults.command({clear: true});
		},
		tasks: type => server.nodes.flatMap(node => server.cluster.tasks.list(node)).filter(({plan}) => plan.type === type).length,
		async guest(vm) {
			const {vmid} = await world.vm(vm);
			return server.cluster.vms.get(vmid!)!;
		},
		async config(vm) {
			const guest = await world.guest(vm);
			return guest.config;
		},
	};
	return world;
};

/** Every step in order, as `to outcome: reason`. */
export const outcomes = (steps: readonly StepLogRow[]): string[] => steps.map(({to, outcome, reason}) => `${to} ${outcome}${reason === null ? '' : `: ${reason}`}`);
