import {stampOf} from '../../source/domain/vm.js';
import {type Random} from '../../source/simulation/random.js';
import {createVm, digestOf} from '../../source/simulation/vms.js';
import {type DaysWorld} from './days-world.js';

/** VMs of others as they were, by VMID. */
export type Foreign = ReadonlyMap<number, string>;

/** What other customers and tools have in the cluster: without a stamp, and with one that looks like ours; with VMIDs of our range and addresses of our pool. */
export const makeForeign = ({server: {cluster}, store}: Pick<DaysWorld, 'server' | 'store'>): Foreign => {
	const make = (vmid: number, node: string, description: string | undefined, address: string) => {
		cluster.vms.set(vmid, createVm(cluster, vmid, node, {
			name: `other-${vmid}`, cores: 2, memory: '2048', scsi0: `local-lvm:vm-${vmid}-disk-0,size=8G`, net0: `virtio=BC:24:11:00:00:${(vmid % 90) + 10},bridge=vmbr0`,
			ipconfig0: `ip=${address}/16,gw=10.9.0.1`, onboot: 1, ...(description !== undefined && {description}),
		}));
	};

	make(5001, 'pve1', undefined, '10.9.1.3');
	// A copy of a VM of ours that somebody made: the stamp says which one it is not. (A number that was never given out would mean that our database is an old one.)
	make(5012, 'pve1', stampOf(store.installation, {id: 0}), '10.9.1.20');
	make(120, 'pve2', 'a web server', '192.0.2.7');
	return new Map(cluster.vms.values().filter(({vmid}) => vmid !== 9000).map(vm => [vm.vmid, digestOf(vm)]));
};

/** What was done to them. */
export const findTouched = ({server: {cluster}, simulatorLog}: DaysWorld, foreign: Foreign): readonly string[] => [
	...foreign.entries().flatMap(([vmid, digest]) => {
		const vm = cluster.vms.get(vmid);
		return vm && digestOf(vm) === digest ? [] : [`the foreign VM ${vmid} ${vm ? 'was changed' : 'is gone'}`];
	}),
	...simulatorLog().filter(({task, vmid}) => task !== undefined && foreign.has(vmid ?? 0)).map(({task}) => `a task on a foreign VM: ${task}`),
];

/** Another installation works on the cluster for a while: nothing is changed there as long as its VM is seen. */
export const letStrangerIn = ({server: {cluster}, time, note}: DaysWorld, random: Random): {readonly at: number; readonly end: () => void} => {
	const vmid = 4000 + random.integer(0, 900);
	note(`fault: VM ${vmid} of another installation is there`);
	cluster.vms.set(vmid, createVm(cluster, vmid, 'pve2', {
		name: 'theirs', cores: 1, memory: '512', description: 'cronsole:deadbeef:v1',
	}));
	return {
		at: time.clock.now() + random.integer(600_000, 5_400_000),
		end() {
			cluster.vms.delete(vmid);
			note(`fault: VM ${vmid} of another installation is gone`);
		},
	};
};

export const removeStrangers = ({server: {cluster}}: Pick<DaysWorld, 'server'>): void => {
	for (const {vmid} of cluster.vms.values().filter(vm => vm.config.description === 'cronsole:deadbeef:v1')) {
		cluster.vms.delete(vmid);
	}
};
