import {parametersOf} from '../../domain/operation-parameters.js';
import {vmName} from '../../domain/vm.js';
import {assertUnlocked, getOwnedConfig} from '../owned-config.js';
import {
	givenUp,
	skipped,
	type Step,
} from '../step.js';
import {
	describeSnapshot,
	isOwnSnapshot,
	recordSnapshots,
	syncSnapshots,
} from '../sync-snapshots.js';

/** Takes a snapshot of the VM's disks, without its memory. */
export const takeSnapshot: Step = async (vm, context) => {
	const {remote, proxmox, operation, installation} = context;
	const {name, note} = parametersOf('take-snapshot', operation);
	const earlier = await remote.resume();
	if (earlier?.outcome === 'waiting') {
		return earlier;
	}

	if (earlier) {
		return recordSnapshots(vm, context);
	}

	const {place, config} = await getOwnedConfig(vm, context);
	assertUnlocked(vm, place, config);
	const rows = await proxmox.listSnapshots(place);
	const sync = syncSnapshots(vm, rows, installation);
	const present = rows.find(row => row.name === name);
	if (present?.isBroken) {
		return givenUp(`a snapshot ${name} is there already, half made or half removed: \`cronsole snapshot remove ${vmName(vm)} ${name}\` first, or take another name`, sync);
	}

	if (present) {
		return isOwnSnapshot(vm, present, installation) ? skipped('no change', sync) : givenUp(`a snapshot ${name} is there already, made outside: take another name`, sync);
	}

	const waits = await remote.run(
		{
			node: place.node, type: 'qmsnapshot', taskVmid: place.vmid, title: 'the snapshot',
		},
		async () => proxmox.takeSnapshot(place, {name, description: describeSnapshot(vm, installation, note)}),
	);
	return waits ?? recordSnapshots(vm, context);
};
