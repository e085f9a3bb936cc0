import {scheduler as schedulerActor} from '../domain/activity.js';
import {type Clock} from '../domain/clock.js';
import {isAddressWait} from '../domain/address-wait.js';
import {findFindings, isSaid, type FindingsInput} from '../domain/findings.js';
import {type Incident} from '../domain/incident.js';
import {type Log} from '../domain/log.js';
import {operatorMessages} from '../domain/operator-messages.js';
import {type Settings} from '../domain/settings.js';
import {taskTable} from '../domain/task.js';
import {resolveTaskStates} from '../domain/task-state.js';
import {vmName} from '../domain/vm.js';
import {type Overview} from '../store/overview.js';
import {type FencedStore, type Store, type Tables} from '../store/store.js';
import {createBackupTroubles} from './backup-troubles.js';
import {createHeavyTraffic} from './heavy-traffic.js';

/** Opens and closes incidents where anything changed since the last time. */
export type ReconcileIncidents = (fenced: FencedStore, settings: Settings) => Promise<void>;

export type ReconcileIncidentsDeps = {
	readonly store: Store;
	readonly clock: Clock;
	readonly log: Log;
	/** Rises with every change that this process made. */
	readonly pulse: () => number;
};

const limit = {vms: 5000, installs: 1000, activity: 0};
/** The longest-owed records; where there are more, what is wrong shows all the same. */
const mostDebts = 2000;
/** Some causes come by time alone: a task that is overdue, an owner that falls silent. */
const atLeastEveryMs = 30_000;

const aboutVm = async (id: number, {vms}: Pick<Tables, 'vms'>) => {
	const vm = await vms.find(id);
	return {subject: vm?.hostname ?? vmName({id}), vmId: id};
};

/** What an incident is about, as the activity log names it. */
const aboutOf = async ({key}: Incident, {installs}: Pick<Overview, 'installs'>, tables: Pick<Tables, 'vms'>) => {
	const [kind, name = key, rest = ''] = key.split(':', 3);
	const id = Number(name);
	if (kind === 'vm' || kind === 'backup') {
		return aboutVm(id, tables);
	}

	if (kind === 'dns' && name === 'vm') {
		return aboutVm(Number(rest), tables);
	}

	if (kind === 'install') {
		return {subject: installs.find(install => install.id === id)?.domain ?? `install ${id}`, installId: id};
	}

	if (kind === 'database') {
		return {subject: 'database'};
	}

	if (['mail', 'alerts', 'billing'].includes(kind!)) {
		return {subject: 'mail'};
	}

	const task = taskTable.find(row => row.name === (kind === 'lock' ? rest : name));
	return {subject: task?.title ?? name};
};

const hourMs = 3_600_000;

const readDestroys = async ({read}: Store, {clusters}: Settings, vmsInWork: Overview['vmsInWork'], now: number) => Promise.all(clusters.map(async ({name: cluster, destroysPerHour}) => ({
	cluster,
	limit: destroysPerHour,
	count: await read.remoteTasks.countSince(cluster, 'qmdestroy', now - hourMs),
	terminations: vmsInWork.filter(({vm, operation}) => vm.cluster === cluster && operation?.kind === 'terminate').length,
})));

const readPools = async ({read}: Store, {pools}: Settings, vmsInWork: Overview['vmsInWork'], now: number): Promise<FindingsInput['pools']> => {
	const waitingFor = (pool: string) => vmsInWork.filter(({operation}) => isAddressWait(operation?.waitingFor ?? null, pool)).length;
	const watched = pools.filter(({name, alertBelow}) => alertBelow > 0 || waitingFor(name) > 0);
	const use = watched.length === 0 ? [] : await read.addresses.use(watched, now);
	return use.map(({pool, free}) => ({
		pool, free, alertBelow: watched.find(({name}) => name === pool)!.alertBelow, waiting: waitingFor(pool),
	}));
};

const readDns = async ({read}: Store, {dns: zones, clusters}: Settings): Promise<FindingsInput['dns']> => {
	const debts = await read.dnsRecords.listDebts(mostDebts);
	// What is left alone could not heal.
	return {zones, debts: debts.filter(debt => clusters.every(({name, observe}) => !(observe && name === debt.cluster)))};
};

const readDatabase = async ({read: {upkeep}}: Store): Promise<FindingsInput['database']> => {
	const [restored, {error}] = await Promise.all([upkeep.findRestored(), upkeep.findLastCopy()]);
	return {restored: restored?.why ?? null, copy: error};
};

type Found = Pick<FindingsInput, 'backups' | 'traffic'> & {readonly overview: Overview};

const readFindings = async (store: Store, settings: Settings, {overview, ...found}: Found, now: number) => {
	const findings = findFindings({
		...overview,
		now,
		leadingSince: overview.leases.find(({name}) => name === 'leader')?.acquiredAt ?? null,
		tasks: resolveTaskStates(settings.tasks, overview.taskSettings),
		clusters: overview.clusters.filter(({name}) => settings.clusters.some(cluster => cluster.name === name)),
		vms: overview.vmsInWork,
		...found,
		timezone: settings.timezone,
		destroys: await readDestroys(store, settings, overview.vmsInWork, now),
		pools: await readPools(store, settings, overview.vmsInWork, now),
		dns: await readDns(store, settings),
		mail: await store.read.outbox.listStuck(),
		database: await readDatabase(store),
	});
	return {findings, open: overview.incidents.filter(({closedAt}) => closedAt === null)};
};

export const createReconcileIncidents = ({store, clock, log, pulse}: ReconcileIncidentsDeps): ReconcileIncidents => {
	const readBackupTroubles = createBackupTroubles(store.read.backups, clock);
	const readHeavyTraffic = createHeavyTraffic(store.read.traffic, clock);
	let seen: {readonly version: number; readonly pulse: number; readonly at: number} | undefined;

	return async (fenced, settings) => {
		const state = {version: store.dataVersion(), pulse: pulse(), at: clock.monotonic()};
		if (seen?.version === state.version && seen.pulse === state.pulse && state.at - seen.at < atLeastEveryMs) {
			return;
		}

		const now = clock.now();
		const overview = await store.overview(limit);
		const {found: backups, isFresh} = await readBackupTroubles(overview.stamps, settings);
		const {found: traffic} = await readHeavyTraffic(overview.stamps);
		const {findings, open} = await readFindings(store, settings, {overview, backups, traffic}, now);
		if (!isSaid(findings, open)) {
			const changed = await fenced.write(async tables => {
				const {incidents, activity, outbox} = tables;
				const {opened, closed} = await incidents.reconcile(findings, now);
				for (const incident of opened) {
					await activity.add({
						at: now, actor: schedulerActor, ...await aboutOf(incident, overview, tables),
						level: incident.severity === 'critical' ? 'error' : 'warning', message: `incident: ${incident.cause}`,
					});
				}

				for (const incident of closed) {
					await activity.add({
						at: now, level: 'info', actor: schedulerActor, ...await aboutOf(incident, overview, tables), message: `over: ${incident.cause}`,
					});
				}

				for (const message of [...opened, ...closed].flatMap(incident => operatorMessages(incident, settings))) {
					await outbox.add({
						...message, vmId: null, installId: null, createdAt: now,
					});
				}

				return {opened, closed};
			});
			for (const {severity, cause} of changed.opened) {
				log({level: severity === 'critical' ? 'error' : 'warning', event: 'incident', message: cause});
			}

			for (const {cause} of changed.closed) {
				log({level: 'info', event: 'incident-over', message: cause});
			}
		}

		// What happened to backups since they were looked at is still to be seen.
		seen = isFresh ? state : undefined;
	};
};
