import {
	collectDefaultMetrics,
	Counter,
	Gauge,
	Histogram,
	Registry,
} from 'prom-client';
import {type App} from '../app.js';
import {isAcknowledged} from '../domain/incident.js';
import {type Log} from '../domain/log.js';
import {type Backlog} from '../store/backlog.js';
import {type Overview} from '../store/overview.js';
import {type RunningScheduler} from './workshop.js';

type Labels = Readonly<Record<string, string>>;

/** One line of a metric: its value and what tells it from the others. */
type Sample = readonly [value: number, labels?: Labels];

type Seen = {readonly overview: Overview; readonly backlog: Backlog; readonly scheduler: Metered};

type GaugeRow = {readonly name: string; readonly help: string; readonly labels?: readonly string[]; readonly read: (seen: Seen) => readonly Sample[]};

type Metered = Pick<RunningScheduler, 'isLeading' | 'countCalls'>;

/** In seconds since the epoch, as Prometheus counts. */
const secondsOf = (ms: number): number => ms / 1000;

const byState = (counts: ReadonlyArray<{readonly state: string; readonly count: number}>, states: readonly string[]): readonly Sample[] =>
	states.map(state => [counts.find(row => row.state === state)?.count ?? 0, {state}]);

const statesOf = (counts: Readonly<Record<string, number>>): readonly Sample[] => Object.entries(counts).map(([state, count]) => [count, {state}]);

const lastRuns = (read: (run: Overview['lastRuns'][number]) => number | null) => ({overview}: Seen): readonly Sample[] => overview.lastRuns.flatMap(run => {
	const value = read(run);
	return value === null ? [] : [[value, {task: run.task}] as const];
});

/** Locks of tasks and the leader's by their names; of VMs and installs there may be thousands, so those are only counted. */
const namedLocks = (read: (lease: Overview['leases'][number], now: number) => number) => ({overview}: Seen): readonly Sample[] => overview.leases
	.filter(({name}) => name === 'leader' || name.startsWith('task:')).map(lease => [read(lease, overview.now), {lock: lease.name}]);

const severities = ['warning', 'critical'] as const;

/** What is read at each scrape. No label's value comes from an order: their number is bounded by the config and by this program. */
const gauges: readonly GaugeRow[] = [
	{name: 'leader', help: '1 while this process leads', read: ({scheduler}) => [[Number(scheduler.isLeading())]]},
	{name: 'led', help: '1 while somebody leads', read: ({overview}) => [[Number(overview.leader !== null)]]},
	{name: 'hold', help: '1 while a hold stands', read: ({overview}) => [[Number(overview.hold !== null)]]},
	{
		name: 'vms', help: 'VMs; each counts in the first that holds of removed, needsAttention, suspended, inWork, ready', labels: ['state'], read: ({overview}) => statesOf(overview.vmCounts),
	},
	{
		name: 'installs', help: 'Site installs', labels: ['state'], read: ({overview}) => statesOf(overview.installCounts),
	},
	{
		name: 'operations', help: 'Operations that are under way or wait for their turn', labels: ['state'], read: ({backlog}) => byState(backlog.operations, ['running', 'waiting']),
	},
	{
		name: 'remote_tasks', help: 'Tasks that run on a cluster for us', labels: ['cluster'], read: ({backlog}) => backlog.remoteTasks.map(({cluster, count}) => [count, {cluster}]),
	},
	{
		name: 'dns_debts', help: 'Records that are not yet as they should be', labels: ['state'], read: ({backlog}) => byState(backlog.dnsDebts, ['owed', 'foreign', 'refused']),
	},
	{
		name: 'outbox', help: 'Messages that were not sent', labels: ['state'], read: ({backlog}) => byState(backlog.outbox, ['pending', 'sending', 'unknown', 'failed']),
	},
	{
		name: 'incidents', help: 'Open incidents', labels: ['severity', 'acknowledged'],
		read: ({overview: {incidents, now}}) => severities.flatMap(severity => [true, false].map(known => [
			incidents.filter(incident => incident.severity === severity && isAcknowledged(incident, now) === known).length, {severity, acknowledged: String(known)},
		] as const)),
	},
	{
		name: 'cluster_up', help: '1 while a cluster can be worked on', labels: ['cluster', 'state'], read: ({overview}) => overview.clusters.map(({name, state}) => [Number(state === 'ok' || state === 'degraded'), {cluster: name, state}]),
	},
	{
		name: 'task_last_start_seconds', help: 'When a task\'s last run began', labels: ['task'], read: lastRuns(({startedAt}) => secondsOf(startedAt)),
	},
	{
		name: 'task_last_run_failed', help: '1 where a task\'s last ended run failed', labels: ['task'], read: lastRuns(({result}) => result === null ? null : Number(result === 'failed')),
	},
	{
		name: 'task_running', help: '1 while a run of the task is under way', labels: ['task'], read: lastRuns(({finishedAt}) => Number(finishedAt === null)),
	},
	{
		name: 'lock_age_seconds', help: 'Since when a lock has been held', labels: ['lock'], read: namedLocks(({acquiredAt}, now) => secondsOf(now - acquiredAt)),
	},
	{
		name: 'lock_silence_seconds', help: 'Since when a lock has not been renewed', labels: ['lock'], read: namedLocks(({renewedAt}, now) => secondsOf(now - renewedAt)),
	},
	{
		name: 'lock_stale', help: '1 where a lock\'s owner is dead, or it expired', labels: ['lock'], read: namedLocks(({stale}) => Number(stale)),
	},
	{
		name: 'leases', help: 'VMs and installs that somebody is at', labels: ['kind'], read: ({overview}) => ['vm', 'install'].map(kind => [overview.leases.filter(({name}) => name.startsWith(`${kind}:`)).length, {kind}]),
	},
];

export type Metrics = {
	readonly contentType: string;
	/** Everything in Prometheus' text format, read anew; those who ask at the same time share it. */
	readonly read: (scheduler: Metered) => Promise<string>;
	/** Hears the daemon's log: of a run that ended its duration is kept. */
	readonly hear: Log;
};

/** Lines of the event loop's delay are taken this often: prom-client's 10 ms would wake an idle daemon for nothing else. */
const loopPrecisionMs = 100;

/** The same work for all who ask while it is under way. */
const shared = <Argument, Result>(work: (argument: Argument) => Promise<Result>): ((argument: Argument) => Promise<Result>) => {
	let present: Promise<Result> | undefined;
	return async argument => {
		present ??= work(argument).finally(() => {
			present = undefined;
		});
		return present;
	};
};

export const createMetrics = (app: Pick<App, 'overview' | 'read' | 'version'>): Metrics => {
	const register = new Registry();
	const registers = [register];
	collectDefaultMetrics({register, eventLoopMonitoringPrecision: loopPrecisionMs});
	new Gauge({
		name: 'cronsole_info', help: 'The version', labelNames: ['version'], registers,
	}).set({version: app.version}, 1);
	const filled = gauges.map(({name, help, labels = [], read}) => ({
		gauge: new Gauge({
			name: `cronsole_${name}`, help, labelNames: [...labels], registers,
		}), read,
	}));
	const calls = new Counter({
		name: 'cronsole_api_calls_total', help: 'Calls to a cluster\'s API, by how they ended', labelNames: ['cluster', 'outcome'], registers,
	});
	const durations = new Histogram({
		name: 'cronsole_run_duration_seconds', help: 'Runs of tasks that this process made', labelNames: ['task', 'result'], buckets: [0.1, 1, 10, 60, 300, 1800], registers,
	});
	const heard = new Set<Promise<void>>();

	const fill = async (scheduler: Metered): Promise<string> => {
		const seen: Seen = {scheduler, overview: await app.overview({vms: 0, installs: 0, activity: 0}), backlog: await app.read.backlog.count()};
		await Promise.all(heard);
		for (const {gauge, read} of filled) {
			gauge.reset();
			for (const [value, labels = {}] of read(seen)) {
				gauge.set(labels, value);
			}
		}

		calls.reset();
		for (const {cluster, outcome, count} of scheduler.countCalls()) {
			calls.inc({cluster, outcome}, count);
		}

		return register.metrics();
	};

	const keepDuration = async (id: number) => {
		const {task, startedAt, finishedAt, result} = await app.read.runs.find(id) ?? {};
		if (task !== undefined && finishedAt !== null && result !== null) {
			durations.observe({task, result: result!}, Math.max(0, secondsOf(finishedAt! - startedAt!)));
		}
	};

	return {
		contentType: register.contentType,
		read: shared(fill),
		hear({event, run}) {
			if (event !== 'run-finished' || run === undefined) {
				return;
			}

			// A database that does not answer costs a metric, no more.
			const kept = keepDuration(run).catch(() => undefined).finally(() => {
				heard.delete(kept);
			});
			heard.add(kept);
		},
	};
};
