import {findBackupFindings, type BackupTroubles} from './backup-findings.js';
import {findDnsFindings, type OwedRecord} from './dns-findings.js';
import {findDatabaseFindings, type DatabaseTroubles} from './database-findings.js';
import {isOverdue} from './due.js';
import {type ClusterHealth, type Hold, type Maintenance} from './cluster.js';
import {foreignRemedy} from './foreign-stamp.js';
import {type Finding} from './incident.js';
import {type Install} from './install.js';
import {findPanelTrouble} from './panel-trouble.js';
import {type LeaseView} from './lease.js';
import {findMailFindings, type StuckMessages} from './mail-findings.js';
import {type Run} from './run.js';
import {type DnsSettings} from './settings.js';
import {
	taskLock,
	taskTable,
	type TaskName,
	type TaskState,
} from './task.js';
import {findTrafficFindings, type HeavyUse} from './traffic-findings.js';
import {vmName, type NeedsAttention} from './vm.js';

/** What the incidents are found in. Moments are wall ms. */
export type FindingsInput = {
	readonly now: number;
	readonly hold: Hold | null;
	readonly leadingSince: number | null;
	readonly tasks: readonly TaskState[];
	readonly lastRuns: readonly Run[];
	/** Newest first. */
	readonly recentRuns: readonly Run[];
	readonly leases: readonly LeaseView[];
	/** Of the clusters in the config. */
	readonly clusters: readonly ClusterHealth[];
	readonly maintenance: readonly Maintenance[];
	readonly workByCluster: ReadonlyArray<{readonly cluster: string; readonly count: number}>;
	readonly vms: ReadonlyArray<{readonly vm: {
		readonly id: number; readonly hostname: string; readonly cluster: string; readonly node: string | null; readonly needsAttention: NeedsAttention | null;
	};}>;
	readonly installs: ReadonlyArray<Pick<Install, 'id' | 'domain' | 'state' | 'cause' | 'panel'>>;
	/** `waiting`: operations that go on once an address of it is free. */
	readonly pools: ReadonlyArray<{readonly pool: string; readonly free: number; readonly alertBelow: number; readonly waiting: number}>;
	/** Everything that is not as it should be in the zones. */
	readonly dns: {readonly debts: readonly OwedRecord[]; readonly zones: readonly DnsSettings[]};
	readonly backups: BackupTroubles;
	/** Messages that wait for a person. */
	readonly mail: readonly StuckMessages[];
	/** VMs that may have nearly used up their month's traffic. */
	readonly traffic: readonly HeavyUse[];
	readonly database: DatabaseTroubles;
	/** The config's. */
	readonly timezone: string;
	/** Destroys of the last hour, how many there may be, and the terminations that are under way. */
	readonly destroys: ReadonlyArray<{readonly cluster: string; readonly count: number; readonly limit: number; readonly terminations: number}>;
};

type Rule = (input: FindingsInput) => readonly Finding[];

const failuresInARow = 3;

const because = (reason: string | null): string => reason === null ? '' : `: ${reason}`;

const titleOf = (name: TaskName): string => taskTable.find(task => task.name === name)!.title;

const broken = {unreachable: 'cannot be reached', denied: 'refuses us', 'no-quorum': 'has no quorum'} as const;

const isBroken = (state: ClusterHealth['state']): state is keyof typeof broken => Object.hasOwn(broken, state);

/** What is wrong with a cluster as a whole; undefined: at most with nodes of it. */
const conditionOf = ({name, state, error, nodesDown, foreignInstallation}: ClusterHealth): Omit<Finding, 'affects' | 'command'> | undefined => {
	if (isBroken(state)) {
		return {key: `cluster:${name}:${state}`, severity: 'critical', cause: `${name} ${broken[state]}${because(error)}`};
	}

	if (foreignInstallation !== null) {
		return {key: `cluster:${name}:foreign`, severity: 'critical', cause: `nothing is changed on ${name}${because(error)}; ${foreignRemedy}`};
	}

	return state === 'degraded' && nodesDown.length === 0 ? {key: `cluster:${name}:degraded`, severity: 'warning', cause: `${name} is degraded${because(error)}`} : undefined;
};

const ofClusters: Rule = ({clusters, maintenance, workByCluster}) => clusters
	.filter(({name}) => maintenance.every(({cluster, node}) => !(cluster === name && node === null)))
	.flatMap(health => {
		const found = conditionOf(health);
		return found ? [{...found, command: 'cronsole check', affects: workByCluster.find(({cluster}) => cluster === health.name)?.count ?? 0}] : [];
	});

const ofNodes: Rule = ({clusters, maintenance, vms}) => clusters
	.filter(({name, state}) => !isBroken(state) && maintenance.every(({cluster, node}) => !(cluster === name && node === null)))
	.flatMap(({name, nodesDown}) => nodesDown
		.filter(node => maintenance.every(spell => !(spell.cluster === name && spell.node === node)))
		.map(node => ({
			key: `node:${name}/${node}:down`, severity: 'warning', cause: `${node} of ${name} does not answer: its VMs wait`, command: `cronsole maintenance on ${name}/${node}`,
			affects: vms.filter(({vm}) => vm.cluster === name && vm.node === node && vm.needsAttention === null).length,
		})));

const ofVms: Rule = ({vms}) => vms.flatMap(({vm}) => vm.needsAttention === null
	? []
	: [{
		key: `vm:${vm.id}:attention`, severity: 'warning', cause: `${vm.hostname} (${vmName(vm)}): ${vm.needsAttention.reason}`, command: vm.needsAttention.command, affects: 1,
	}]);

const ofLocks: Rule = ({leases}) => leases
	.filter(({name, stale}) => stale && (name === 'leader' || name.startsWith('task:')))
	.map(({name, owner: {host, pid}}) => ({
		key: `lock:${name}:stale`, severity: 'warning', cause: `the lock ${name} is stale: its owner ${host}:${pid} is gone or does not renew it`,
		command: `cronsole --clear-locks=${name.replace(/^task:/, '')}`, affects: 1,
	}));

const ofOverdueTasks: Rule = ({tasks, lastRuns, leases, leadingSince, hold, now}) => tasks
	.filter(task => isOverdue(task, {
		lastStartedAt: lastRuns.find(run => run.task === task.name)?.startedAt ?? null,
		isRunning: leases.some(({name, stale}) => name === taskLock(task.name) && !stale),
		isOnHold: hold !== null,
		leadingSince,
		now,
	}))
	.map(({name}) => ({
		key: `task:${name}:overdue`, severity: 'warning', cause: `${titleOf(name)} is overdue`, command: `cronsole --run-task=${name}`, affects: 1,
	}));

const ofFailingTasks: Rule = ({tasks, recentRuns}) => tasks.flatMap(({name}): readonly Finding[] => {
	const ended = recentRuns.filter(run => run.task === name && run.finishedAt !== null).slice(0, failuresInARow);
	return ended.length === failuresInARow && ended.every(({result}) => result === 'failed')
		? [{
			key: `task:${name}:failing`, severity: 'critical', cause: `${titleOf(name)} failed ${failuresInARow} times or more in a row${because(ended[0]!.message)}`,
			command: `cronsole --run-task=${name}`, affects: 1,
		}]
		: [];
});

const ofPools: Rule = ({pools}) => pools
	.filter(({free, alertBelow, waiting}) => free < alertBelow || waiting > 0)
	.map(({pool, free, alertBelow, waiting}) => ({
		key: `pool:${pool}:low`, severity: free === 0 || waiting > 0 ? 'critical' : 'warning',
		cause: `addresses free in the pool ${pool}: ${free} (${waiting > 0 ? 'orders wait for one' : `alert below ${alertBelow}`})`,
		command: free === 0 || waiting > 0 ? `cronsole address list --pool ${pool}` : 'cronsole pool list', affects: Math.max(1, waiting),
	}));

const ofDestroys: Rule = ({destroys}) => destroys
	.filter(({count, limit, terminations}) => count >= limit && count + terminations > 0)
	.map(({cluster, count, terminations}) => ({
		key: `cluster:${cluster}:destroys`, severity: 'critical', cause: `${count} VMs destroyed on ${cluster} within an hour: further terminations wait`,
		command: 'cronsole vm list --state terminate', affects: terminations,
	}));

const ofInstalls: Rule = ({installs}) => installs
	.filter(({state}) => state === 'failed')
	.map(({id, domain, cause}) => ({
		key: `install:${id}:failed`, severity: 'warning', cause: `${domain}: the install failed${because(cause)}`, command: `cronsole install retry ${id}`, affects: 1,
	}));

/** A panel that cannot be used is one incident, however many installs wait for it. */
const ofPanels: Rule = ({installs}) => [...Map.groupBy(installs.filter(install => findPanelTrouble(install) !== undefined), ({panel}) => panel)].map(([panel, waiting]) => ({
	key: `panel:${panel}:trouble`, severity: 'critical', cause: `panel ${panel}: ${findPanelTrouble(waiting[0]!)}`, command: 'cronsole check', affects: waiting.length,
}));

const ofDns: Rule = ({dns: {debts, zones}, now}) => findDnsFindings(debts, zones, now);

const ofMail: Rule = ({mail}) => findMailFindings(mail);

const ofBackups: Rule = ({backups}) => findBackupFindings(backups);

const ofTraffic: Rule = ({traffic, timezone, now}) => findTrafficFindings(traffic, {timezone}, now);

const ofDatabase: Rule = ({database}) => findDatabaseFindings(database);

const rules: readonly Rule[] = [ofDatabase, ofClusters, ofNodes, ofVms, ofLocks, ofOverdueTasks, ofFailingTasks, ofPools, ofDns, ofDestroys, ofBackups, ofTraffic, ofInstalls, ofPanels, ofMail];

/** Everything that is wrong now, one row per cause. */
export const findFindings: Rule = input => rules.flatMap(rule => rule(input));

const parts = ['key', 'severity', 'cause', 'command', 'affects'] as const;

/** Whether the open incidents say already what was found, so that nothing needs to be written. */
export const isSaid = (findings: readonly Finding[], open: readonly Finding[]): boolean => findings.length === open.length
	&& findings.every(found => open.some(said => parts.every(part => said[part] === found[part])));
