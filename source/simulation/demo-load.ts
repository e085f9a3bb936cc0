import {newMac, createVm, startVm} from './vms.js';
import {type World} from './world.js';

const neighbours = ['shop-db', 'mail-relay', 'build-agent', 'wiki', 'metrics', 'vpn-gateway'];
const firstId = 5001;
const aDay = 86_400_000;

/** Puts some other customers' VMs on the nodes, busy since yesterday, so that a demo's cluster is not empty. */
export const addDemoLoad = (world: World): void => {
	for (const [index, name] of neighbours.entries()) {
		const vmid = firstId + index;
		const vm = createVm({random: world.random, now: world.now - aDay}, vmid, world.hosts[index % world.hosts.length]!.name, {
			name, memory: String(2048 * (1 + (index % 3))), cores: 2, ostype: 'l26', scsihw: 'virtio-scsi-single', onboot: 1, boot: 'order=scsi0', agent: '1',
			scsi0: `local-lvm:vm-${vmid}-disk-0,size=${20 + (10 * index)}G`, net0: `virtio=${newMac(world.random)},bridge=vmbr0`,
		});
		world.vms.set(vmid, vm);
		startVm({...world, now: world.now - aDay}, vm);
	}
};
