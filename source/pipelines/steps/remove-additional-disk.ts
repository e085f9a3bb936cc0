import {ClientError} from '../../clients/client-error.js';
import {type VmConfig} from '../../clients/proxmox/proxmox.js';
import {additionalDiskKey, findDisk} from '../../domain/disk.js';
import {type Operation} from '../../domain/operation.js';
import {parametersOf} from '../../domain/operation-parameters.js';
import {parseProperties} from '../../domain/property-string.js';
import {type Vm} from '../../domain/vm.js';
import {getOwnedConfig} from '../owned-config.js';
import {skipped, type Step, type StepContext} from '../step.js';
import {syncSnapshots} from '../sync-snapshots.js';
import {rejected} from '../task-failed.js';
import {removeAllSnapshots} from './remove-all-snapshots.js';

/** Whether the change takes the additional disk away that the VM had; noted when it began, while the row still knew. */
export const isRemovalOf = ({notes}: Pick<Operation, 'notes'>): boolean => notes.removesAdditionalDisk === true;

const volumeOf = (value: string | number | undefined): string | undefined => parseProperties(String(value ?? '')).get('');

/** Where the configuration names a volume: as a disk, or as one that is no longer used. */
const findKey = (config: VmConfig, volume: string): string | undefined => Object.keys(config).find(key => /^(?:unused|scsi|virtio|sata|ide)\d+$/.test(key) && volumeOf(config[key]) === volume);

/** Takes the disk out of the VM, then removes its volume. What the volume is called is written down first: after a crash in between nothing else tells which it was. */
const removeVolume = async (vm: Vm, volume: string, context: StepContext): Promise<void> => {
	const {proxmox, store, operation} = context;
	await store.write(async ({operations}) => operations.note(operation.id, {removedVolume: volume}));
	for (const what of ['taken out of the VM', 'removed']) {
		const {place, config} = await getOwnedConfig(vm, context);
		const key = findKey(config, volume);
		if (key === undefined) {
			return;
		}

		if (what === 'removed' && !key.startsWith('unused')) {
			throw new ClientError(`the additional disk ${volume} was taken out of the VM, and stands as ${key} again`, {peer: vm.cluster, kind: 'transient', node: place.node});
		}

		await proxmox.setVmConfig(place, {[key]: undefined}, config.digest);
	}
};

/** Removes the additional disk for good, and with it, since they hold it, all snapshots of the VM: with consent only, and only while the VM is off. */
export const removeAdditionalDisk: Step = async (vm, context) => {
	const {proxmox, operation, installation} = context;
	const {place, config} = await getOwnedConfig(vm, context);
	const noted = operation.notes.removedVolume;
	const volume = typeof noted === 'string' ? noted : findDisk(config, additionalDiskKey(config))?.properties.get('');
	if (volume === undefined) {
		return skipped('no change');
	}

	if (findKey(config, volume) === undefined) {
		return skipped(`${volume} is removed already`, syncSnapshots(vm, await proxmox.listSnapshots(place), installation));
	}

	if (!parametersOf('change', operation).allowDataLoss) {
		throw rejected(vm, `the additional disk ${volume} would be lost, which nobody has agreed to: set the VM to ready and ask for the change with --allow-data-loss`);
	}

	const {status} = await proxmox.getVmStatus(place);
	if (status === 'running') {
		throw new ClientError('the VM was turned off and runs again: its additional disk is not taken out while it does', {peer: vm.cluster, kind: 'transient', node: place.node});
	}

	const outcome = await removeAllSnapshots(vm, context);
	if (outcome.outcome === 'waiting') {
		return outcome;
	}

	await removeVolume(vm, volume, context);
	return {...outcome, outcome: 'done', why: `${volume} is removed, with all snapshots of the VM`};
};
