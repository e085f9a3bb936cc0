import {type TaskWatch} from '../clients/proxmox/task-watch.js';
import {type Clock} from '../domain/clock.js';
import {type Log} from '../domain/log.js';
import {type RemoteTask} from '../domain/operation.js';
import {vmName} from '../domain/vm.js';
import {type Store} from '../store/store.js';
import {coalesce} from './coalesce.js';
import {
	beginLook,
	createWatchedCluster,
	exitOf,
	isLookDue,
	nextLookAt,
	noteRunning,
	type WatchedCluster,
} from './watched-cluster.js';

export type RemoteWatch = {
	/** Reads which remote tasks run and looks when it is time; nothing at all where none runs. */
	readonly notice: () => void;
	/** One look at each cluster with running tasks, now. */
	readonly lookOnce: () => Promise<void>;
	readonly stop: () => void;
};

export type RemoteWatchDeps = {
	readonly read: Store['read'];
	readonly write: Store['write'];
	readonly watchOf: (cluster: string) => TaskWatch | undefined;
	/** Whether this process has to watch now: the looks of one that leads no more would be for nothing. */
	readonly isAllowed: () => boolean;
	readonly clock: Clock;
	readonly log: Log;
	/** A look failed: whose fault is it? */
	readonly onError: (error: unknown) => Promise<void>;
	/** Some ended: their operations are ready. */
	readonly onFinished: () => void;
};

/** After a look that failed. */
const troubleMs = 5000;

type Known = RemoteTask & {readonly upid: string};

// What a log does not tell (its node may be down) is no reason to look less often.
const progressOf = async (watch: TaskWatch, upid: string): Promise<number | undefined> => {
	try {
		return await watch.progressOf(upid);
	} catch {
		return undefined;
	}
};

/** One task log a look, in turn. */
const writeProgress = async (watched: WatchedCluster, watch: TaskWatch, running: readonly Known[], {write}: RemoteWatchDeps) => {
	if (running.length === 0) {
		return;
	}

	watched.turn++;
	const {id, upid} = running[watched.turn % running.length]!;
	const percent = await progressOf(watch, upid);
	if (percent === undefined || percent === watched.progress.get(upid)) {
		return;
	}

	watched.progress.set(upid, percent);
	await write(async ({remoteTasks}) => remoteTasks.setProgress(id, percent));
};

const look = async (watched: WatchedCluster, watch: TaskWatch, tasks: readonly Known[], deps: RemoteWatchDeps) => {
	const seen = await watch.look(tasks.map(({upid}) => upid));
	const ended = tasks.flatMap(task => {
		const exitStatus = exitOf(watched, task.upid, seen.get(task.upid));
		return exitStatus === undefined ? [] : [{...task, exitStatus}];
	});
	if (ended.length > 0) {
		await deps.write(async ({remoteTasks}) => {
			for (const {id, exitStatus} of ended) {
				await remoteTasks.finish(id, exitStatus, deps.clock.now());
			}
		});
		for (const {type, upid, exitStatus, vmId} of ended) {
			deps.log({
				level: 'debug', event: 'remote-task-ended', vm: vmName({id: vmId}), message: `${type} ended: ${exitStatus} (${upid})`,
			});
		}

		deps.onFinished();
	}

	await writeProgress(watched, watch, tasks.filter(({id}) => ended.every(task => task.id !== id)), deps);
};

const isKnown = (task: RemoteTask): task is Known => task.upid !== null;

const visit = async (cluster: string, watched: WatchedCluster, deps: RemoteWatchDeps) => {
	const {read, watchOf, clock, onError} = deps;
	const startedAt = clock.monotonic();
	beginLook(watched, startedAt);
	try {
		const watch = watchOf(cluster);
		const running = await read.remoteTasks.listRunning(cluster);
		const tasks = running.filter(task => isKnown(task));
		noteRunning(watched, tasks.map(({upid}) => upid), startedAt);
		if (watch && tasks.length > 0) {
			await look(watched, watch, tasks, deps);
		}
	} catch (error) {
		watched.nextLookAt = clock.monotonic() + troubleMs;
		await onError(error);
	} finally {
		watched.isLooking = false;
	}
};

const readRunning = async (clusters: Map<string, WatchedCluster>, {read, clock}: RemoteWatchDeps) => {
	const running = await read.remoteTasks.listRunning();
	const byCluster = Map.groupBy(running.filter(task => isKnown(task)), ({cluster}) => cluster);
	const now = clock.monotonic();
	for (const cluster of new Set([...clusters.keys(), ...byCluster.keys()])) {
		const watched = clusters.get(cluster) ?? createWatchedCluster(now);
		clusters.set(cluster, watched);
		noteRunning(watched, (byCluster.get(cluster) ?? []).map(({upid}) => upid), now);
	}
};

/** Watches all running remote tasks of all clusters and writes down how they end. */
export const createRemoteWatch = (deps: RemoteWatchDeps): RemoteWatch => {
	const {clock, onError, isAllowed} = deps;
	const clusters = new Map<string, WatchedCluster>();
	let timer: NodeJS.Timeout | undefined;

	const visitAndPlan = async (cluster: string, watched: WatchedCluster) => {
		await visit(cluster, watched, deps);
		reading.ask();
	};

	const lookWhereDue = async () => {
		if (!isAllowed()) {
			// Until somebody has it notice anew.
			clusters.clear();
			return;
		}

		const due = clusters.entries().filter(([, watched]) => isLookDue(watched, clock.monotonic() + 2)).toArray();
		const visits = due.map(async ([cluster, watched]) => visitAndPlan(cluster, watched));
		plan();
		await Promise.all(visits);
	};

	const reading = coalesce(async () => {
		await readRunning(clusters, deps);
		plan();
	}, onError);

	let isStopped = false;
	function plan() {
		clearTimeout(timer);
		const moment = nextLookAt(clusters.values());
		if (moment !== undefined && !isStopped) {
			timer = setTimeout(() => {
				void lookWhereDue();
			}, Math.max(0, moment - clock.monotonic()));
		}
	}

	return {
		notice: reading.ask,
		async lookOnce() {
			await readRunning(clusters, deps);
			await Promise.all(clusters.entries().filter(([, {isLooking, known}]) => !isLooking && known.size > 0).map(async ([cluster, watched]) => {
				await visit(cluster, watched, deps);
				// Whoever looks once only has to be sure by itself.
				if (watched.misses.values().some(misses => misses > 0)) {
					await visit(cluster, watched, deps);
				}
			}));
		},
		stop() {
			isStopped = true;
			reading.stop();
			clearTimeout(timer);
		},
	};
};
