import {type ClusterHealth} from '../../../domain/cluster.js';
import {nextDueAt} from '../../../domain/due.js';
import {type Incident} from '../../../domain/incident.js';
import {type LeaseView} from '../../../domain/lease.js';
import {type Run} from '../../../domain/run.js';
import {type Settings} from '../../../domain/settings.js';
import {type TaskName, taskLock, taskTable} from '../../../domain/task.js';
import {resolveTaskStates} from '../../../domain/task-state.js';
import {type Overview} from '../../../store/overview.js';
import {iso} from '../times.js';

/** A spell (hold, pause, maintenance) with its moments in ISO. */
const spellJson = (spell: null | {readonly by: string; readonly reason: string | null; readonly since: number; readonly until: number | null}) =>
	spell && {
		by: spell.by, reason: spell.reason, since: iso(spell.since), until: iso(spell.until),
	};

/** A lock as `status`, `lock list` and `--clear-locks` give it. */
export const lockJson = ({owner, acquiredAt, renewedAt, stale, fence}: LeaseView) => ({
	owner: {host: owner.host, pid: owner.pid, instance: owner.instance}, acquiredAt: iso(acquiredAt), renewedAt: iso(renewedAt), stale, fence,
});

/** A run as `status` and `--run-task` give it. */
export const runJson = (run: Run) => ({
	id: run.id,
	startedAt: iso(run.startedAt),
	finishedAt: iso(run.finishedAt),
	trigger: run.trigger,
	by: run.by,
	result: run.result,
	processed: run.processed,
	errors: run.errors,
	waiting: run.waiting,
	needsAttention: run.needsAttention,
	message: run.message,
});

/** An incident as `status` and `incident list` give it. */
export const incidentJson = ({id, severity, cause, since, affects, acknowledged, command}: Incident) => ({
	id, severity, cause, since: iso(since), affects, command, acknowledged: acknowledged && {...acknowledged, at: iso(acknowledged.at), until: iso(acknowledged.until)},
});

/** When the next scheduled start of a task is due; null: never. */
export const dueAt = (name: TaskName, overview: Overview, settings: Settings): number | null => {
	const state = resolveTaskStates(settings.tasks, overview.taskSettings).find(task => task.name === name)!;
	return nextDueAt(state, overview.lastRuns.find(({task}) => task === name)?.startedAt ?? null, overview.now, overview.hold !== null);
};

/** The seven tasks as `status`, `task list` and `--list` give them. */
export const tasksJson = (overview: Overview, settings: Settings) => resolveTaskStates(settings.tasks, overview.taskSettings).map(state => {
	const lastRun = overview.lastRuns.find(({task}) => task === state.name);
	const lock = overview.leases.find(({name}) => name === taskLock(state.name));
	return {
		name: state.name,
		title: taskTable.find(({name}) => name === state.name)!.title,
		intervalSeconds: state.intervalSeconds,
		intervalFrom: state.intervalFrom,
		intervalSetBy: state.intervalSetBy,
		fileIntervalSeconds: state.fileIntervalSeconds,
		paused: state.paused !== null,
		pause: spellJson(state.paused),
		lastRun: lastRun ? runJson(lastRun) : null,
		skipped: overview.skips.find(({task}) => task === state.name)?.count ?? 0,
		nextDueAt: iso(dueAt(state.name, overview, settings)),
		lock: lock ? lockJson(lock) : null,
	};
});

/** The clusters of the config as they were last seen, with maintenance and observation. */
export const listClusterStates = (overview: Overview, settings: Settings): ReadonlyArray<Pick<ClusterHealth, 'name' | 'state' | 'version' | 'error'>> => settings.clusters.map(({name, observe}) => {
	const seen = overview.clusters.find(health => health.name === name);
	const spell = overview.maintenance.find(({cluster, node}) => cluster === name && node === null);
	const state = seen?.state ?? 'ok';
	return {
		name,
		state: spell ? 'maintenance' : (observe && (state === 'ok' || state === 'degraded') ? 'observed' : state),
		version: seen?.version ?? null,
		error: spell ? `maintenance by ${spell.by}${spell.reason === null ? '' : `: ${spell.reason}`}` : (seen ? seen.error : 'not looked at yet'),
	};
});

/** Those who could lead and do not. */
export const countStandby = ({sessions, leader}: Overview): number =>
	sessions.filter(({id, kind, isReadOnly}) => (kind === 'daemon' || kind === 'console') && !isReadOnly && id !== leader?.id).length;

/** The whole of `status --json`, in the order of its contract. */
export const statusJson = (overview: Overview, settings: Settings, {version, place}: {readonly version: string; readonly place: string}) => {
	const {leader, vmCounts, installCounts} = overview;
	const leadingSince = overview.leases.find(({name}) => name === 'leader')?.acquiredAt;
	return {
		now: iso(overview.now),
		version,
		database: place,
		hold: spellJson(overview.hold),
		scheduler: {
			leader: leader && {
				host: leader.host, pid: leader.pid, kind: leader.kind, since: iso(leadingSince ?? leader.startedAt), renewedAt: iso(leader.renewedAt),
			},
			standby: countStandby(overview),
		},
		tasks: tasksJson(overview, settings),
		vms: {
			ready: vmCounts.ready, inWork: vmCounts.inWork, needsAttention: vmCounts.needsAttention, suspended: vmCounts.suspended, removed: vmCounts.removed,
		},
		installs: {
			pending: installCounts.pending, running: installCounts.running, failed: installCounts.failed, done: installCounts.done, dropped: installCounts.dropped,
		},
		clusters: listClusterStates(overview, settings),
		incidents: overview.incidents.map(incident => incidentJson(incident)),
	};
};
