import {type ClientErrorKind} from '../../clients/client-error.js';
import {createLocalClock} from '../../domain/local-time.js';
import {parametersOf} from '../../domain/operation-parameters.js';
import {type Operation, type RemoteTask} from '../../domain/operation.js';
import {classifyFailure} from '../../domain/proxmox-texts.js';
import {safeText} from '../../domain/safe-text.js';
import {type ClusterSettings} from '../../domain/settings.js';
import {type Vm} from '../../domain/vm.js';
import {getClusterSettings} from '../cluster-settings.js';
import {assertUnlocked, getOwnedConfig} from '../owned-config.js';
import {
	done,
	givenUp,
	type Done,
	type Outcome,
	type Step,
	type StepContext,
} from '../step.js';
import {findMade} from '../stored-backups.js';
import {rejected, TaskFailed} from '../task-failed.js';

const step = 'backed_up';

/** How late a scheduled backup may still begin once its day is over. */
const lateMs = 12 * 3_600_000;

const noteOf = (operation: Operation): string => operation.kind === 'scheduled-backup'
	? `cronsole scheduled ${parametersOf('scheduled-backup', operation).localDate}`
	: parametersOf('backup', operation).note ?? 'cronsole manual';

/** What a task's log says went wrong with the VM. */
const findCause = (log: string | null): string | undefined =>
	(/^ERROR: Backup of VM \d+ failed - (.+)$/m.exec(log ?? '') ?? /^ERROR: (.+)$/m.exec(log ?? ''))?.[1];

/** Failures that are not the backup's: a VM that is locked or was moved meanwhile, a cluster without quorum. */
const ofOthers: ReadonlySet<ClientErrorKind> = new Set(['locked', 'missing', 'no-quorum']);

/** A backup that failed is not made again at once: that is for its day's next attempt, or for who asked. */
const explain = (error: TaskFailed): TaskFailed => {
	const cause = findCause(error.log);
	const meant = cause === undefined ? error.kind : (/unable to find vm/i.test(cause) ? 'missing' : classifyFailure(cause));
	return new TaskFailed(cause === undefined ? error.message : `the backup failed: ${safeText(cause)}`, {
		peer: error.peer, kind: ofOthers.has(meant) ? meant : 'rejected', node: error.node ?? '', upid: error.upid, log: error.log,
	});
};

const findTask = async ({store, operation}: StepContext): Promise<RemoteTask | undefined> => store.read.remoteTasks.findUnsettled(operation.id, step);

/** Which task makes it is noted before it can be forgotten: what was made is found by it. */
const noteTask = async (context: StepContext): Promise<string | null> => {
	const {store, operation} = context;
	const task = await findTask(context);
	const noted = typeof operation.notes.upid === 'string' ? operation.notes.upid : null;
	const upid = task?.upid ?? noted;
	if (upid !== noted) {
		await store.write(async ({operations}) => operations.note(operation.id, {upid}));
	}

	return upid;
};

const resume = async ({remote}: StepContext): ReturnType<StepContext['remote']['resume']> => {
	try {
		return await remote.resume();
	} catch (error) {
		// How one ended that nobody knows any more must be looked at.
		throw error instanceof TaskFailed && error.kind !== 'unknown-outcome' ? explain(error) : error;
	}
};

const finish = async (context: StepContext): Promise<Done> => {
	const {upid, exitStatus} = (await findTask(context))!;
	return done(async ({operations}) => operations.note(context.operation.id, {upid, exitStatus}));
};

const isOver = (vm: Vm, {operation, settings, clock}: StepContext): boolean => operation.kind === 'scheduled-backup'
	&& clock.now() - operation.requestedAt > lateMs
	&& createLocalClock(vm.timezone ?? settings.timezone)(clock.now()).date > parametersOf('scheduled-backup', operation).localDate;

const getStorage = (vm: Vm, {settings}: StepContext): {readonly wanted: NonNullable<ClusterSettings['backup']>; readonly limit: number} => {
	const {backup, backupsPerNode} = getClusterSettings(settings, vm);
	if (!backup) {
		throw rejected(vm, `the config names no storage for backups of ${vm.cluster}: add \`backup: {storage: NAME}\` to the cluster`);
	}

	return {wanted: backup, limit: backupsPerNode};
};

const start = async (vm: Vm, context: StepContext): Promise<Outcome> => {
	const {proxmox, remote, store, operation, clock} = context;
	const {wanted, limit} = getStorage(vm, context);
	const {place, config} = await getOwnedConfig(vm, context);
	assertUnlocked(vm, place, config);
	const waits = await remote.run(
		{
			node: place.node, type: 'vzdump', taskVmid: place.vmid, title: 'the backup', slot: {key: `backup:${vm.cluster}/${place.node}`, limit},
		},
		async () => {
			const {storage} = wanted;
			await store.write(async ({backups}) => {
				const record = await backups.findByOperation(operation.id);
				if (record) {
					await backups.set(record.id, {storage, createdAt: clock.now()});
				}
			});
			return proxmox.backUp(place, {...wanted, note: noteOf(operation)});
		},
	);
	return waits ?? finish(context);
};

/** Backs the VM up, on the node where it is now. */
export const backUp: Step = async (vm, context) => {
	const {store, operation} = context;
	const upid = await noteTask(context);
	const earlier = await resume(context);
	if (earlier) {
		return earlier.outcome === 'waiting' ? earlier : finish(context);
	}

	const record = await store.read.backups.findByOperation(operation.id);
	if (upid !== null && record && await findMade(vm, {upid, storage: record.storage}, context)) {
		return done();
	}

	return isOver(vm, context) ? givenUp('its day was over before it could begin') : start(vm, context);
};
