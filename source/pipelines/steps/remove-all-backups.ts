import {scheduler} from '../../domain/activity.js';
import {type Backup} from '../../domain/backup.js';
import {type Vm} from '../../domain/vm.js';
import {
	done,
	skipped,
	type Outcome,
	type Step,
	type StepContext,
} from '../step.js';
import {
	listStored,
	removeStored,
	resumeRemoval,
	type StoredBackup,
} from '../stored-backups.js';
import {TaskFailed} from '../task-failed.js';
import {isOfRemoval} from './rotate-backups.js';

/** How far the clocks of a storage and ours may differ. */
const skewMs = 60_000;

/** Backups that were being made when the termination came: their volumes stand in no record. */
const listCutShort = async (records: readonly Backup[], {store}: StepContext): Promise<readonly Backup[]> => {
	const failed = records.filter(({state, operationId}) => state === 'failed' && operationId !== null);
	const operations = await Promise.all(failed.map(async ({operationId}) => store.read.operations.find(operationId!)));
	return failed.filter((_, index) => operations[index]?.state === 'cancelled');
};

/** Whether it was begun in the time in which the VM was busy with that backup. */
const isMadeFor = ({createdAt, finishedAt}: Backup, volume: StoredBackup): boolean => volume.createdAt >= createdAt - skewMs && volume.createdAt <= (finishedAt ?? Infinity) + skewMs;

/** The volumes that hold the VM's backups of ours; records of those that are gone say so from now on. */
const listVolumes = async (vm: Vm, context: StepContext): Promise<readonly StoredBackup[]> => {
	const {store, proxmox, clock} = context;
	const all = await store.read.backups.list(vm.id);
	const ours = all.filter(({kind}) => kind !== 'foreign');
	const good = ours.filter(({state}) => state === 'done');
	const cutShort = await listCutShort(ours, context);
	const volumes: StoredBackup[] = [];
	for (const storage of new Set([...good, ...cutShort].map(record => record.storage))) {
		const stored = await listStored(proxmox, storage, {near: vm.node, vmid: vm.vmid});
		const there = stored?.backups ?? [];
		const gone = stored?.isComplete ? all.filter(record => record.storage === storage && record.state === 'done' && there.every(({volid}) => volid !== record.volid)) : [];
		await store.write(async ({backups}) => {
			for (const {id} of gone) {
				await backups.set(id, {state: 'removed', finishedAt: clock.now()});
			}
		});
		volumes.push(...there.filter(volume => good.some(({volid}) => volid === volume.volid)
			|| cutShort.some(record => record.storage === storage && isMadeFor(record, volume))));
	}

	return volumes;
};

const noteFailure = async (vm: Vm, error: Error, {store, operation, clock}: StepContext): Promise<void> => {
	const isOfTask = error instanceof TaskFailed;
	await store.write(async ({stepLog}) => stepLog.addFailure(vm.id, {
		operationId: operation.id, operation: operation.kind, from: 'traffic_counted', to: 'backups_removed', outcome: 'failed', reason: error.message,
		attempt: operation.attempt + 1, startedAt: clock.now(), durationMs: 0, upid: isOfTask ? error.upid : null, log: isOfTask ? error.log : null,
	}));
};

/** Answers whatever `ask` does; undefined where the removal failed, of which notice is taken. */
const tolerate = async <T>(vm: Vm, context: StepContext, ask: () => Promise<T>): Promise<T | undefined> => {
	try {
		return await ask();
	} catch (error) {
		if (!isOfRemoval(error)) {
			throw error;
		}

		await noteFailure(vm, error, context);
		return undefined;
	}
};

const conclude = (vm: Vm, left: readonly string[] | undefined, {clock}: StepContext): Outcome => {
	if (left?.length === 0) {
		return done();
	}

	const what = left ? `${left.join(', ')} could not be removed` : 'its backups could not be looked for';
	return done(async ({activity}) => activity.add({
		at: clock.now(), level: 'warning', actor: scheduler, subject: vm.hostname, vmId: vm.id, message: `${what}: tried again later`,
	}), what);
};

/** Removes the backups of a VM that goes, each tried once: what stays in spite of it holds nothing up and is removed later. Those made outside stay. */
export const removeAllBackups: Step = async (vm, context) => {
	const {store, settings, remote, operation: {id, notes}} = context;
	const {keepBackupsDays} = settings.terminate;
	if (keepBackupsDays > 0) {
		return skipped(`kept for ${keepBackupsDays} days`);
	}

	const earlier = await tolerate(vm, context, async () => resumeRemoval(remote));
	if (earlier !== undefined && earlier !== 'gone') {
		return earlier;
	}

	const tried = new Set(Array.isArray(notes.tried) ? notes.tried as string[] : []);
	for (;;) {
		const volumes = await tolerate(vm, context, async () => listVolumes(vm, context));
		const next = volumes?.find(({volid}) => !tried.has(volid));
		if (!next) {
			return volumes?.length === 0 && tried.size === 0 ? skipped('there are none') : conclude(vm, volumes?.map(({volid}) => volid), context);
		}

		tried.add(next.volid);
		await store.write(async ({operations}) => operations.note(id, {tried: [...tried]}));
		const waits = await tolerate(vm, context, async () => removeStored(vm, next, context));
		if (waits !== undefined && waits !== 'gone') {
			return waits;
		}
	}
};
