import {type Vm} from '../../source/domain/vm.js';
import {type DaysWorld} from './days-world.js';

const differences = (what: string, {reference}: Vm, rows: ReadonlySet<string>, real: ReadonlySet<string>): readonly string[] => [
	...[...rows.difference(real)].map(name => `${reference}: ${what} ${name} has a row and is not there`),
	...[...real.difference(rows)].map(name => `${reference}: ${what} ${name} is there and has no row`),
];

/** Backups and snapshots: the rows are what the cluster has. */
export const findBrokenRecords = async ({store, server: {cluster}}: DaysWorld, vms: readonly Vm[]): Promise<readonly string[]> => {
	const broken: string[] = [];
	for (const vm of vms) {
		const backups = await store.read.backups.list(vm.id);
		const volumes = new Set(backups.flatMap(({state, volid}) => state === 'done' && volid !== null ? [volid] : []));
		const stored = cluster.backups.filter(({vmid}) => vmid === vm.vmid).map(({volid}) => volid);
		broken.push(...differences('backup', vm, volumes, new Set(stored)));
		if (vm.status === 'removed') {
			continue;
		}

		const snapshots = await store.read.snapshots.list(vm.id);
		const names = new Set(snapshots.map(({name}) => name));
		const real = cluster.vms.get(vm.vmid ?? 0)?.snapshots.map(({name}) => name);
		broken.push(...differences('snapshot', vm, names, new Set(real)));
	}

	return broken;
};
