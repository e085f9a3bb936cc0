import process from 'node:process';
import {startProxmoxServer} from '../../source/simulation/proxmox-server.js';
import {createVm, startVm} from '../../source/simulation/vms.js';

const [pve, count] = process.argv.slice(2);
const aDay = 86_400_000;
/** Faster than any real one answers such a call. */
const answerMs = 20;

// The VMs that `seed` has in its database, busy for longer than anybody counts back.
const server = await startProxmoxServer({pve: pve === '8.4' ? '8.4' : '9.2', waits: false});
const {cluster, url, tokenId, tokenSecret, fingerprint, nodes} = server;
server.faults.command({add: {kind: 'slow', path: '/rrddata', ms: answerMs}});
const past = {...cluster, now: cluster.now - (3 * aDay)};
for (let index = 1; index <= Number(count); index++) {
	const vm = createVm(past, 20_000 + index, `pve${(index % 3) + 1}`, {
		name: `h${index}`, memory: '1024', cores: 1, scsi0: `local-lvm:vm-${index}-disk-0,size=10G`, boot: 'order=scsi0',
	});
	cluster.vms.set(vm.vmid, vm);
	startVm(past, vm);
}

console.log(JSON.stringify({
	url, tokenId, tokenSecret, fingerprint, nodes,
}));
