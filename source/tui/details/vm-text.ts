import {vmName, type Vm} from '../../domain/vm.js';

/** Whose something is: `web1.example.net (v101, order site-9), ready, running on fra1/pve1`. */
export const vmText = (vm: Vm): string => {
	const place = vm.status === 'removed' ? '' : ` on ${vm.cluster}${vm.node === null ? '' : `/${vm.node}`}`;
	return `${vm.hostname} (${vmName(vm)}, order ${vm.reference}), ${vm.status}${vm.remoteStatus === 'unknown' || vm.status === 'removed' ? '' : `, ${vm.remoteStatus}`}${place}`;
};
