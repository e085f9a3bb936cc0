import {type Vm} from '../../source/domain/vm.js';
import {type DaysWorld} from './days-world.js';

const differences = (what: string, {reference}: Vm, rows: ReadonlySet<string>, real: ReadonlySet<string>): readonly string[] => [
	...rows.difference(real).values().map(name => `${reference}: ${what} ${name} has a row and is not there`),
	...real.difference(rows).values().map(name => `${reference}: ${what} ${name} is there and has no row`),
];

/** Backups and snapshots: the rows are what the cluster has. */
export const findBrokenRecords = async ({store, server: {cluster}}: DaysWorld, vms: readonly Vm[]): Promise<readonly string[]> => {
	const broken: string[] = [];
	for (const vm of vms) {
		const backups = await store.read.backups.list(vm.id);
		const volumes = new Set(backups.flatMap(({state, volid}) => state === 'done' && volid !== null ? [volid] : []));
		broken.push(...differences('backup', vm, volumes, new Set(cluster.backups.filter(({vmid}) => vmid === vm.vmid).map(({volid}) => volid))));
		if (vm.status === 'removed') {
			continue;
		}

		const snapshots = await store.read.snapshots.list(vm.id);
		broken.push(...differences('snapshot', vm, new Set(snapshots.map(({name}) => name)), new Set(cluster.vms.get(vm.vmid ?? 0)?.snapshots.map(({name}) => name))));
	}

	return broken;
};
