import {type Clock} from '../domain/clock.js';
import {type LeaseView} from '../domain/lease.js';
import {type Settings} from '../domain/settings.js';
import {type FencedStore, type Store} from '../store/store.js';
import {type ClusterHealthWatch} from './cluster-health.js';
import {readConditions} from './conditions.js';
import {copyDaily} from './copy-daily.js';
import {type InstallMover} from './install-mover.js';
import {type Mover} from './move-operation.js';
import {prune, pruneTraffic} from './prune.js';
import {type ReconcileIncidents} from './reconcile-incidents.js';

/** What a chore works with, under the leader's lease. */
export type ChoreContext = {
	readonly store: Store;
	readonly fenced: FencedStore;
	readonly settings: Settings;
	readonly clock: Clock;
	readonly health: ClusterHealthWatch;
	readonly reconcileIncidents: ReconcileIncidents;
	readonly mover: Mover;
	/** Pays what is due in DNS. */
	readonly payDns: () => Promise<void>;
	readonly installs: InstallMover;
	readonly sendMessages: () => Promise<void>;
	/** Writes down what the billing system is to be told. */
	readonly tellBilling: () => Promise<void>;
	/** Begins what billing systems ordered of hosting accounts. */
	readonly lookAtOrders: () => Promise<void>;
	/** Says that all is well, where it is. */
	readonly beat: () => Promise<void>;
	/** The process stops: what takes long ends where it is. */
	readonly signal: AbortSignal;
	readonly sweep: (which: (lease: LeaseView) => boolean) => Promise<void>;
};

export type Chore = {
	readonly name: string;
	readonly everyMs: number;
	readonly run: (context: ChoreContext) => Promise<void>;
};

const second = 1000;
const minute = 60 * second;

// Continuation knows the clusters of the config only; the operations of others get to hear why they wait.
const tellStrayOperations = async ({store, settings, clock, mover}: ChoreContext) => {
	const now = clock.now();
	const {workByCluster} = await store.overview({vms: 0, installs: 0, activity: 0});
	const strays = workByCluster.map(({cluster}) => cluster).filter(cluster => settings.clusters.every(({name}) => name !== cluster));
	const {hold, goingOn, nodesDown} = await readConditions(store.read, settings, now);
	if (hold === null && strays.length > 0) {
		for (const operation of await store.read.operations.listReady({
			now, tasks: goingOn, clusters: strays, nodesDown, start: true, limit: 1000,
		})) {
			await mover.move(operation);
		}
	}
};

// Of applications that are not staged: they wait for no run. Each takes as long as it takes, and the next look does not wait for it.
const moveUnstaged = async ({store: {read}, settings, clock, installs}: ChoreContext) => {
	const apps = Object.entries(settings.installs.applications).filter(([, {stage}]) => !stage).map(([name]) => name);
	const now = clock.now();
	const due = apps.length === 0 ? [] : await read.installs.listReady({now, applications: apps, limit: 1000});
	if (due.length === 0) {
		return;
	}

	const {hold, goingOn} = await readConditions(read, settings, now);
	if (hold === null && goingOn.includes('process_installs')) {
		for (const install of due) {
			if (!installs.isMoving(install) && !installs.isFull(install.panel)) {
				void installs.move(install);
			}
		}
	}
};

// What an older database owes in DNS may be paid, or wrong, by now.
const payWhereSure = async ({store, payDns}: ChoreContext) => {
	if (await store.read.upkeep.findRestored() === null) {
		await payDns();
	}
};

// What an older database knows may be wrong by now: nobody is billed by it.
const tellWhereSure = async ({store, tellBilling}: ChoreContext) => {
	if (await store.read.upkeep.findRestored() === null) {
		await tellBilling();
	}
};

const mark = async ({store}: ChoreContext) => {
	store.keepMark();
};

/** The leader's small duties. Each looks for itself whether there is anything to do. */
export const chores: readonly Chore[] = [
	{name: 'cluster health', everyMs: 2 * second, run: async ({health}) => health.lookWhereDue()},
	{name: 'installs at once', everyMs: second, run: moveUnstaged},
	{name: 'account orders', everyMs: second, run: async ({lookAtOrders}) => lookAtOrders()},
	{name: 'billing system', everyMs: 2 * second, run: tellWhereSure},
	{name: 'messages', everyMs: 2 * second, run: async ({sendMessages}) => sendMessages()},
	{name: 'heartbeat', everyMs: minute, run: async ({beat}) => beat()},
	{name: 'DNS debts', everyMs: 2 * second, run: payWhereSure},
	{name: 'incidents', everyMs: 2 * second, run: async ({reconcileIncidents, fenced, settings}) => reconcileIncidents(fenced, settings)},
	{name: 'stray operations', everyMs: minute, run: tellStrayOperations},
	// A process that died leaves the leases of its VMs and installs; its task's lock stays in sight.
	{name: 'leases of the dead', everyMs: minute, run: async ({sweep}) => sweep(({name}) => /^(?:vm|install):/.test(name))},
	{name: 'pruning', everyMs: 60 * minute, run: prune},
	{name: 'traffic retention', everyMs: 60 * minute, run: pruneTraffic},
	{name: 'checkpoint', everyMs: minute, run: async ({store}) => store.checkpoint()},
	{name: 'mark', everyMs: 10 * second, run: mark},
	{name: 'daily copy', everyMs: 10 * minute, run: copyDaily},
];

/** Starts what is due of the chores; one that is still at it is left alone. */
export type ChoreRunner = (context: ChoreContext) => void;

export const createChoreRunner = (clock: Clock, follow: (work: Promise<void>, what: string) => void, table: readonly Chore[] = chores): ChoreRunner => {
	const startedAt = new Map<string, number>();
	const running = new Set<string>();

	const runOne = async (chore: Chore, context: ChoreContext) => {
		running.add(chore.name);
		try {
			await chore.run(context);
		} finally {
			running.delete(chore.name);
		}
	};

	return context => {
		const now = clock.monotonic();
		for (const chore of table) {
			const last = startedAt.get(chore.name);
			// A cycle that comes a little early must not put a chore off to the next one.
			if (running.has(chore.name) || !(last === undefined || now - last >= chore.everyMs * 0.9)) {
				continue;
			}

			startedAt.set(chore.name, now);
			follow(runOne(chore, context), chore.name);
		}
	};
};
