import {type Vm} from '../../source/domain/vm.js';
import {createVm, digestOf} from '../../source/simulation/vms.js';
import {type DaysWorld} from './days-world.js';

/** VMs of others as they were, by VMID. */
export type Foreign = ReadonlyMap<number, string>;

/** What other customers and tools have in the cluster: without a stamp, with another installation's, with one that looks like ours; with VMIDs of our range and addresses of our pool. */
export const makeForeign = ({server: {cluster}, store}: Pick<DaysWorld, 'server' | 'store'>): Foreign => {
	const make = (vmid: number, node: string, description: string | undefined, address: string) => {
		cluster.vms.set(vmid, createVm(cluster, vmid, node, {
			name: `other-${vmid}`, cores: 2, memory: '2048', scsi0: `local-lvm:vm-${vmid}-disk-0,size=8G`, net0: `virtio=BC:24:11:00:00:${(vmid % 90) + 10},bridge=vmbr0`,
			ipconfig0: `ip=${address}/16,gw=10.9.0.1`, onboot: 1, ...(description !== undefined && {description}),
		}));
	};

	make(5001, 'pve1', undefined, '10.9.1.3');


	// A copy of a VM of ours that somebody made: the stamp says which one it is not.
	make(5012, 'pve1', `cronsole:${store.installation}:${vmOf({id: 999_999})}`, '10.9.1.20');
	make(120, 'pve2', 'a web server', '192.0.2.7');
	return new Map(cluster.vms.values().filter(({vmid}) => vmid !== 9000).map(vm => [vm.vmid, digestOf(vm)]));
};

const vmOf = ({id}: Pick<Vm, 'id'>): string => `v${id}`;

/** What was done to them. */
export const findTouched = ({server: {cluster}, simulatorLog}: DaysWorld, foreign: Foreign): readonly string[] => [
	...foreign.entries().flatMap(([vmid, digest]) => {
		const vm = cluster.vms.get(vmid);
		return vm && digestOf(vm) === digest ? [] : [`the foreign VM ${vmid} ${vm ? 'was changed' : 'is gone'}`];
	}),
	...simulatorLog().filter(({task, vmid}) => task !== undefined && foreign.has(vmid ?? 0)).map(({task}) => `a task on a foreign VM: ${task}`),
];
