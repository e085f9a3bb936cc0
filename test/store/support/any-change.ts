import {type Random} from '../../../source/simulation/random.js';
import {type Store, type Tables} from '../../../source/store/store.js';
import {smallPool} from './address-pool.js';
import {newVm} from './temporary-store.js';

const six = {
	...smallPool, name: 'six', family: 6, gateway: '2001:db8::1', prefix: 64, first: '2001:db8::2', last: '2001:db8::ff',
} as const;
const month = '2026-11';

/** What a change is made of: the moment, rows by chance, a number that no other change has. */
type Chance = {readonly random: Random; readonly now: number; readonly number: number};
type Change = (tables: Tables, chance: Chance) => Promise<unknown>;

const any = <T>(random: Random, from: readonly T[]): T | undefined => from[random.integer(0, from.length - 1)];

const anyVm = async ({vms}: Tables, {random}: Chance) => any(random, await vms.list()) ?? vms.insert(newVm());

const anyOperation = async (tables: Tables, chance: Chance) => {
	const vm = await anyVm(tables, chance);
	const open = await tables.operations.listOpen(vm.id);
	const {operation} = open[0]
		? {operation: any(chance.random, open)!}
		: await tables.operations.add(vm.id, {
			kind: any(chance.random, ['change', 'reboot', 'backup'] as const)!, params: {}, requestedBy: 'anna', now: chance.now,
		});
	return operation;
};

const anyRemoteTask = async (tables: Tables, chance: Chance) => {
	const {id, vmId} = await anyOperation(tables, chance);
	const task = await tables.remoteTasks.findUnsettled(id, 'clone') ?? await tables.remoteTasks.intend({
		operationId: id, vmId, cluster: 'fra1', node: 'pve1', type: 'qmclone', taskVmid: 9000, step: 'clone', intentAt: chance.now, deadlineAt: chance.now,
	});
	await tables.operations.wait(id, {
		waitingFor: 'the clone', nextAttemptAt: null, remoteTaskId: task!.id, slot: null, pausedByNode: null,
	});
	return task!;
};

const anyInstall = async ({installs}: Tables, {random, now, number}: Chance) => any(random, await installs.list()) ?? installs.insert({
	reference: `i-${number}`, panel: 'web1', application: 'wordpress', domain: `shop${number}.example.org`, account: `shop${number}`,
	client: {name: 'Ada', email: 'ada@example.org'}, order: {}, createdAt: now,
});

const anyBackup = async ({backups, ...tables}: Tables, chance: Chance) => {
	const {id} = await anyVm({...tables, backups}, chance);
	return any(chance.random, await backups.list(id)) ?? backups.add({
		vmId: id, kind: 'manual', localDate: null, storage: 'pbs', note: null, createdAt: chance.now, operationId: null,
	});
};

/** Every way in which the product changes what a view or the first view shows, one after another or by chance. */
export const changes: Readonly<Record<string, Change>> = {
	order: async ({vms}, {number, now}) => vms.insert(newVm({reference: `order-${number}`, hostname: `h${number % 7}-${number}.example.net`, createdAt: now})),
	takeOver: async ({vms}, {number}) => vms.insertImported({
		...newVm({reference: `import-${number}`, hostname: `old${number}.example.net`}), vmid: 6000 + number, node: 'pve2', mac: null, remoteStatus: 'running',
	}),
	async enter({vms, ...tables}, chance) {
		const vm = await anyVm({...tables, vms}, chance);
		await vms.enter(vm, any(chance.random, ['removed', 'ready', 'creation'] as const)!, chance.now);
	},
	async advance({vms, ...tables}, chance) {
		const {id, vmId} = await anyOperation({...tables, vms}, chance);
		await vms.advance(await vms.get(vmId), 'ready', {
			operationId: id, operation: 'create', outcome: 'done', reason: null, attempt: 0, startedAt: chance.now, durationMs: 5, upid: null, log: null,
		});
	},
	set: async (tables, chance) => tables.vms.set((await anyVm(tables, chance)).id, {node: `pve${chance.number % 5}`, suspended: chance.random.next() < 0.5 ? ['overdue'] : [], package: {cores: 2, vlan: 0, trafficGb: chance.number}}),
	reserveVmid: async (tables, chance) => tables.vms.reserveVmid(await anyVm(tables, chance), [5000, 5999], new Set()),
	needsYou: async (tables, chance) => tables.vms.setAttention((await anyVm(tables, chance)).id, {reason: `no ${chance.number}`, since: chance.now % 7, command: 'cronsole vm retry'}),
	needsNobody: async (tables, chance) => tables.vms.setAttention((await anyVm(tables, chance)).id, null),
	wish: anyOperation,
	begin: async (tables, chance) => tables.operations.begin((await anyOperation(tables, chance)).id, chance.now),
	postpone: async (tables, chance) => tables.operations.postpone((await anyOperation(tables, chance)).id, {attempt: 2, nextAttemptAt: chance.now, waitingFor: `try ${chance.number}`}),
	nextStep: async (tables, chance) => tables.operations.nextStep((await anyOperation(tables, chance)).id, chance.now),
	finish: async (tables, chance) => tables.operations.finish((await anyOperation(tables, chance)).id, 'done', chance.now),
	cancel: async (tables, chance) => tables.operations.cancelOpen((await anyVm(tables, chance)).id, chance.now, 'not wanted'),
	remoteTask: anyRemoteTask,
	async restore(tables, chance) {
		const {id, vmId} = await anyBackup(tables, chance);
		const {operation} = await tables.operations.add(vmId, {
			kind: 'restore', params: {backupId: id}, requestedBy: 'anna', now: chance.now,
		});
		await tables.operations.begin(operation.id, chance.now);
	},
	progress: async (tables, chance) => tables.remoteTasks.setProgress((await anyRemoteTask(tables, chance)).id, chance.number % 100),
	endRemoteTask: async (tables, chance) => tables.remoteTasks.finish((await anyRemoteTask(tables, chance)).id, 'OK', chance.now),
	settle: async (tables, chance) => tables.remoteTasks.settle((await anyRemoteTask(tables, chance)).id),
	reserve: async (tables, chance) => tables.addresses.reserve((await anyVm(tables, chance)).id, any(chance.random, [smallPool, six])!, new Set(), chance.now),
	async release(tables, chance) {
		const held = any(chance.random, await tables.addresses.listAll());
		return held && tables.addresses.release(held.vmId, held.address, chance.now, 0);
	},
	async claim(tables, chance) {
		const {id} = await anyVm(tables, chance);
		await tables.addresses.claim(id, six, `2001:db8::${(chance.number % 200) + 16}`, chance.now);
	},
	hold: async ({addresses}, {now}) => addresses.hold(smallPool, '192.0.2.6', {
		since: now, until: null, by: 'anna', reason: null, reference: null,
	}),
	install: async (tables, chance) => tables.installs.change(await anyInstall(tables, chance), {state: any(chance.random, ['pending', 'pending', 'running', 'failed', 'done'] as const)!, cause: `cause ${chance.number}`}, chance.now),
	installProgress: async (tables, chance) => tables.installs.setProgress((await anyInstall(tables, chance)).id, chance.number % 100, `file ${chance.number}`),
	backup: anyBackup,
	backedUp: async (tables, chance) => tables.backups.set((await anyBackup(tables, chance)).id, {state: any(chance.random, ['done', 'failed', 'removed'] as const)!, sizeBytes: chance.number, finishedAt: chance.now}),
	pruneBackups: async ({backups}, {now}) => backups.prune(now),
	snapshots: async (tables, chance) => tables.snapshots.sync((await anyVm(tables, chance)).id, [{name: `s${chance.number % 3}`, note: null, createdAt: chance.now}]),
	keep: async (tables, chance) => tables.snapshots.keep((await anyVm(tables, chance)).id, 's1', chance.number % 2 === 0),
	async traffic(tables, chance) {
		const {id} = await anyVm(tables, chance);
		const from = (await tables.traffic.findMark(id))?.watermark ?? null;
		await tables.traffic.add({
			vmId: id, from, to: chance.number, now: chance.now, rows: [{
				vmId: id, unit: 'month', start: month, bytesIn: chance.number * 1e6, bytesOut: 1, estimatedBytes: 0, gapSeconds: 0,
			}],
		});
	},
	pruneTraffic: async ({traffic}) => traffic.prune('month', '2026-12', 1),
	log: async ({activity}, {number, now}) => activity.add({
		at: now, level: number % 2 === 0 ? 'info' : 'error', actor: {name: 'anna', address: null}, subject: 'x', message: `m ${number}`,
	}),
	run: async ({runs}, {now}) => runs.start({
		task: 'process_installs', trigger: 'manual', by: 'anna', startedAt: now,
	}),
	skip: async ({runs}, {now}) => runs.skip('process_vms', now, now),
	pause: async ({taskSettings}, {now, number}) => taskSettings.setPaused('process_installs', number % 2 === 0
		? null
		: {
			by: 'anna', reason: null, since: now, until: null,
		}),
	holdAll: async ({taskSettings}, {now, number}) => taskSettings.setHold(number % 2 === 0
		? null
		: {
			by: 'anna', reason: null, since: now, until: null,
		}),
	incident: async ({incidents}, {number, now}) => incidents.reconcile([{
		key: `k${number % 3}`, severity: 'warning', cause: `c ${number}`, command: null, affects: 1,
	}], now),
	cluster: async ({clusters}, {number, now}) => clusters.set({
		name: 'fra1', state: number % 2 === 0 ? 'ok' : 'unreachable', version: '9.2', error: null, checkedAt: now, nodesDown: [], foreignInstallation: null,
	}),
	maintenance: async ({clusters}, {number, now}) => number % 2 === 0
		? clusters.endMaintenance('fra1', null)
		: clusters.setMaintenance({
			cluster: 'fra1', node: null, by: 'anna', reason: null, since: now, until: null,
		}),
	forget: async ({clients}) => clients.forget('ada@example.org'),
	accept: async ({upkeep}, {now}) => upkeep.accept({vmids: [], placed: [], highestVm: 0}, now),
};

/** One change of that name by a person or a task: what is refused, as a second life of a reference, is none. */
export const change = async (store: Store, name: string, chance: Chance): Promise<void> => {
	try {
		await store.write(async tables => changes[name]!(tables, chance));
	} catch (error) {
		if (!(error instanceof Error) || !/UNIQUE constraint|StatusChanged|already|not at/.test(`${error.name} ${error.message}`)) {
			throw error;
		}
	}
};
