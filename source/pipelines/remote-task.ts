import {ClientError} from '../clients/client-error.js';
import {type Proxmox, type TaskRow} from '../clients/proxmox/proxmox.js';
import {type Clock} from '../domain/clock.js';
import {formatAge} from '../domain/duration.js';
import {type Operation, type RemoteTask} from '../domain/operation.js';
import {classifyFailure, isSuccess, parseUpid} from '../domain/proxmox-texts.js';
import {safeText} from '../domain/safe-text.js';
import {type ClusterSettings} from '../domain/settings.js';
import {type FencedStore} from '../store/store.js';
import {
	waiting,
	type Ended,
	type RemoteRunner,
	type RemoteWish,
	type Waiting,
} from './step.js';
import {writeOf} from './step-run.js';
import {TaskFailed} from './task-failed.js';

export type RemoteTasksContext = {
	readonly store: FencedStore;
	readonly proxmox: Proxmox;
	readonly clock: Clock;
	readonly operation: Operation;
	/** The present step's name; its remote task is found by it. */
	readonly step: string;
	readonly cluster: ClusterSettings;
	readonly leaseMs: number;
};

/** What the watcher writes as exit status where Proxmox does not know a task any more. */
const vanished = 'vanished';

/** How far the cluster's clock may lie behind ours without a task of ours being overlooked. */
const skewMs = 3_600_000;

const logLines = 200;

/** How often it is looked whether a rate leaves room again. */
const ratePollMs = 60_000;

const titles: Readonly<Record<string, string>> = {
	qmclone: 'the clone', qmigrate: 'the migration', resize: 'the resize', qmstart: 'the start', qmstop: 'the stop', qmshutdown: 'the shutdown',
	qmreboot: 'the reboot', qmdestroy: 'the destroy', qmsnapshot: 'the snapshot', qmdelsnapshot: 'the removal of the snapshot', qmrollback: 'the rollback',
	vzdump: 'the backup', qmrestore: 'the restore', imgdel: 'the removal of the backup', qmconfig: 'the change of the configuration',
};

/** `the clone`, for people. */
export const titleOf = (type: string): string => titles[type] ?? `the task ${type}`;

/** The last lines of a task's log; null where they cannot be had. */
const readLogTail = async (proxmox: Proxmox, upid: string): Promise<string | null> => {
	try {
		const first = await proxmox.getTaskLog(upid, {start: 0, limit: logLines});
		const last = first.total > logLines ? await proxmox.getTaskLog(upid, {start: first.total - logLines, limit: logLines}) : first;
		return last.lines.map(line => safeText(line)).join('\n');
	} catch (error) {
		if (error instanceof ClientError) {
			return null;
		}

		throw error;
	}
};

/** Takes notice of a bad end, so that the next attempt starts a new task, and throws it. */
const fail = async (task: RemoteTask, exitStatus: string, {store, proxmox}: RemoteTasksContext): Promise<never> => {
	const isGone = exitStatus === vanished;
	const log = isGone || task.upid === null ? null : await readLogTail(proxmox, task.upid);
	await store.write(async ({remoteTasks}) => remoteTasks.settle(task.id));
	throw new TaskFailed(
		isGone
			? `${task.node} does not know ${titleOf(task.type)} any more (${task.upid}): how it ended must be looked at`
			: `${titleOf(task.type)} failed: ${safeText(exitStatus)}`,
		{
			peer: task.cluster, kind: isGone ? 'unknown-outcome' : classifyFailure(exitStatus), node: task.node, upid: task.upid, log,
		},
	);
};

/** How a task ended that nobody has been seen to watch; undefined while it runs. */
const askHowItEnded = async (task: RemoteTask, {store, proxmox, clock}: RemoteTasksContext): Promise<string | undefined> => {
	let exitStatus: string;
	try {
		const status = await proxmox.getTaskStatus(task.upid!);
		if (status.isRunning) {
			return undefined;
		}

		exitStatus = status.exitStatus ?? vanished;
	} catch (error) {
		if (!(error instanceof ClientError && error.kind === 'missing')) {
			throw error;
		}

		exitStatus = vanished;
	}

	await store.write(async ({remoteTasks}) => remoteTasks.finish(task.id, exitStatus, clock.now()));
	return exitStatus;
};

const follow = async (task: RemoteTask, context: RemoteTasksContext): Promise<Waiting | Ended> => {
	const exitStatus = task.exitStatus ?? await askHowItEnded(task, context);
	if (exitStatus === undefined) {
		return waiting(titleOf(task.type), {remoteTaskId: task.id});
	}

	return isSuccess(exitStatus) ? {outcome: 'ended', node: task.node} : fail(task, exitStatus, context);
};

const userOf = (tokenId: string): string => tokenId.split('!', 1)[0]!;

/** Tasks of our own user that could be the intended one, and that belong to no other intent. */
const findCandidates = async (task: RemoteTask, recognises: RemoteWish['recognises'], {store, proxmox, cluster, clock}: RemoteTasksContext): Promise<TaskRow[]> => {
	// An intent from the future was written before our clock was set back.
	const since = Math.floor((Math.min(task.intentAt, clock.now()) - skewMs) / 1000);
	const rows = await proxmox.listNodeTasks(task.node, {vmid: task.taskVmid, type: task.type, since});
	const candidates: TaskRow[] = [];
	for (const row of rows) {
		const {upid} = row;
		const parts = parseUpid(upid);
		if (parts?.type === task.type && parts.id === String(task.taskVmid) && parts.startTime >= since && userOf(parts.user) === userOf(cluster.tokenId)
			&& !await store.read.remoteTasks.findByUpid(upid)
			&& (!recognises || await recognises(upid))) {
			candidates.push(row);
		}
	}

	return candidates;
};

/** What to do with more than one is for a person to say; where all have ended, the attempt after that starts from a look at the VM. */
const refuseSeveral = async (task: RemoteTask, found: readonly TaskRow[], {store}: RemoteTasksContext): Promise<never> => {
	if (found.every(({endTime}) => endTime !== undefined)) {
		await store.write(async ({remoteTasks}) => remoteTasks.forget(task.id));
	}

	throw new ClientError(`several tasks on ${task.cluster}/${task.node} could be ${titleOf(task.type)} that was asked for (${found.map(({upid}) => upid).join(', ')}): a person must look`, {
		peer: task.cluster, kind: 'rejected', node: task.node,
	});
};

/** An intent whose call may or may not have arrived: finds its task, waits until none can come any more, or gives it up. */
const adopt = async (task: RemoteTask, recognises: RemoteWish['recognises'], context: RemoteTasksContext): Promise<Waiting | Ended | undefined> => {
	const {store, clock, cluster, operation, leaseMs} = context;
	const found = await findCandidates(task, recognises, context);
	if (found.length > 1) {
		await refuseSeveral(task, found, context);
	}

	if (found[0]) {
		const {upid} = found[0];
		await store.write(async ({remoteTasks}) => remoteTasks.record(task.id, upid));
		return follow({...task, state: 'running', upid}, context);
	}

	// A call that went out late may still be under way, whatever the deadline was: nobody starts anew at the first look.
	const what = `a sign of ${titleOf(task.type)}, which was asked for but is not seen yet`;
	const now = clock.now();
	const isFirstLook = operation.waitingFor !== what;
	const seenAt = isFirstLook ? now : 0;
	// One that lies further off than any call's was written before our clock was set back, and says nothing.
	const arrivesUntil = (task.deadlineAt > now + leaseMs ? seenAt : Math.max(task.deadlineAt, seenAt)) + cluster.timeoutMs;
	if (now < arrivesUntil) {
		return waiting(what, {until: arrivesUntil});
	}

	await store.write(async ({remoteTasks}) => remoteTasks.forget(task.id));
	return undefined;
};

/** What is known of the intent once its call failed: nothing was started, or nobody can tell. */
const noteFailedCall = async (task: RemoteTask, error: unknown, {store, clock}: RemoteTasksContext): Promise<void> => {
	if (!(error instanceof ClientError)) {
		return; // A lost lease, or a surprise: whoever goes on looks for the task.
	}

	await store.write(async ({remoteTasks}) => error.kind === 'unknown-outcome'
		? remoteTasks.renew(task.id, {intentAt: task.intentAt, deadlineAt: clock.now(), node: task.node})
		: remoteTasks.forget(task.id));
};

/** Runs the remote task of one step: intended before the call, known by its UPID after it, found again after a crash. */
export const createRemoteRunner = (context: RemoteTasksContext): RemoteRunner => {
	const {store, clock, operation, step, cluster, leaseMs} = context;

	const resume: RemoteRunner['resume'] = async recognises => {
		const task = await store.read.remoteTasks.findUnsettled(operation.id, step);
		if (!task) {
			return undefined;
		}

		return task.state === 'intent' ? adopt(task, recognises, context) : follow(task, context);
	};

	return {
		resume,
		async settle() {
			const task = await store.read.remoteTasks.findUnsettled(operation.id, step);
			if (task?.state === 'finished') {
				await store.write(async ({remoteTasks}) => remoteTasks.settle(task.id));
			}
		},
		async run(wish, start) {
			const earlier = await resume(wish.recognises);
			if (earlier) {
				return earlier.outcome === 'ended' ? undefined : earlier;
			}

			const {node, type, taskVmid, slot, rate} = wish;
			const now = clock.now();
			const task = await writeOf({operation, context}, async ({remoteTasks}) => remoteTasks.intend({
				operationId: operation.id, vmId: operation.vmId, cluster: cluster.name, node, type, taskVmid, step, intentAt: now, deadlineAt: now + leaseMs,
			}, slot, rate));
			if (!task && rate && !(slot && await store.read.remoteTasks.inUse(slot.key) >= slot.limit)) {
				return waiting(`room for ${titleOf(type)}: at most ${rate.limit} VMs in ${formatAge(rate.withinMs)} on ${cluster.name}`, {until: now + ratePollMs, isExpected: true});
			}

			if (!task) {
				const [what, place] = slot!.key.split(/:(.*)/s, 2);
				return waiting(`a ${what} slot on ${place}`, {slot});
			}

			let upid: string;
			try {
				upid = await start();
			} catch (error) {
				await noteFailedCall(task, error, context);
				throw error;
			}

			await store.write(async ({remoteTasks}) => remoteTasks.record(task.id, upid));
			return waiting(wish.title, {remoteTaskId: task.id});
		},
	};
};
