import {ClientError} from '../../clients/client-error.js';
import {type VmConfig} from '../../clients/proxmox/proxmox.js';
import {parametersOf} from '../../domain/operation-parameters.js';
import {type Vm} from '../../domain/vm.js';
import {lookForVm} from '../look-for-vm.js';
import {assertUnlocked, placeOf} from '../owned-config.js';
import {rememberOwned} from '../owned-before.js';
import {done, type Step, type StepContext} from '../step.js';
import {rejected, TaskFailed} from '../task-failed.js';

/** What is left of a restore that failed is no VM any more: only what passes by itself is tried again without a person. */
const resume = async ({remote}: StepContext): ReturnType<StepContext['remote']['resume']> => {
	try {
		return await remote.resume();
	} catch (error) {
		throw error instanceof TaskFailed && error.kind === 'transient' && !/\btimeout\b/i.test(error.message)
			? new TaskFailed(`${error.message}: until a restore ends well, the VM may be without its disks`, {
				peer: error.peer, kind: 'rejected', node: error.node ?? '', upid: error.upid, log: error.log,
			})
			: error;
	}
};

/** All that a restore leaves which made the VM anew and failed: a configuration without a disk or a word in it. */
const isShell = (config: VmConfig): boolean => config.description === undefined && Object.keys(config).every(key => !/^(?:ide|sata|scsi|virtio|efidisk|tpmstate|unused)\d+$/.test(key));

/** Whether the VM has to be made anew; throws where something stands in its place that is not ours to replace. */
const isGone = async (vm: Vm, context: StepContext): Promise<boolean> => {
	const {operation, store} = context;
	const config = await lookForVm(vm, context);
	if (config === undefined) {
		await store.write(async ({operations}) => operations.note(operation.id, {isMadeAnew: true}));
		return true;
	}

	const place = placeOf(vm);
	assertUnlocked(vm, place, config);
	if (!(operation.notes.isMadeAnew === true && isShell(config))) {
		await rememberOwned(vm, place, config, context);
	}

	return false;
};

/** Somebody moved the VM since the look, and this node refuses to replace another one's: it is looked for. */
const asMoved = (error: unknown): unknown => error instanceof ClientError && /already exists on node/i.test(error.message)
	? new ClientError(error.message, {peer: error.peer, kind: 'missing', node: error.node})
	: error;

/** Restores a backup over the VM; where its cluster has lost it altogether, under the same VMID, which is reserved for it. */
export const restoreBackup: Step = async (vm, context) => {
	const {remote, proxmox, operation, store} = context;
	const earlier = await resume(context);
	if (earlier?.outcome === 'waiting') {
		return earlier;
	}

	const ended = done(async ({snapshots}) => snapshots.sync(vm.id, []));
	if (earlier) {
		return ended;
	}

	const backup = await store.read.backups.find(parametersOf('restore', operation).backupId);
	const volid = backup?.volid;
	if (volid === undefined || volid === null) {
		throw rejected(vm, 'the record of the backup that was to be restored is gone');
	}

	const isNew = await isGone(vm, context);
	const place = placeOf(vm);
	const waits = await remote.run(
		{
			node: place.node, type: 'qmrestore', taskVmid: place.vmid, title: 'the restore',
		},
		async () => {
			try {
				return await proxmox.restoreVm(place, {volid, isNew});
			} catch (error) {
				throw isNew ? error : asMoved(error);
			}
		},
	);
	return waits ?? ended;
};
