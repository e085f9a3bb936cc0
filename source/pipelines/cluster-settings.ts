import {type ClusterSettings, type Settings} from '../domain/settings.js';
import {type Vm} from '../domain/vm.js';
import {rejected} from './task-failed.js';

/** What the config says of the VM's cluster. */
export const getClusterSettings = (settings: Settings, vm: Pick<Vm, 'cluster' | 'node'>): ClusterSettings => {
	const found = settings.clusters.find(({name}) => name === vm.cluster);
	if (!found) {
		throw rejected(vm, `the cluster ${vm.cluster} is not in the config any more`);
	}

	return found;
};
