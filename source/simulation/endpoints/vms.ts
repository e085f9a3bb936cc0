import {disksOf} from '../disks.js';
import {
	assertQuorum,
	isSet,
	vmOf,
	type Call,
	type Endpoint,
} from '../endpoint.js';
import {vmLock} from '../locks.js';
import {refuse, refuseParameters} from '../refusal.js';
import {vitals} from '../resources.js';
import {
	boolean,
	onNode,
	onVm,
	text,
} from '../rules.js';
import {startVmTask, unlockedFirst} from '../vm-task.js';
import {
	configPath,
	coresOf,
	counterAt,
	isRunning,
	isTemplate,
	lockOf,
	nameOf,
} from '../vms.js';
import {isQuorate, type Vm, type World} from '../world.js';

const pressures = Object.fromEntries(['cpu', 'io', 'memory'].flatMap(what => [[`pressure${what}some`, 0], [`pressure${what}full`, 0]]));

const row = (world: World, vm: Vm) => {
	const lock = lockOf(world, vm);
	return {
		...vitals(world, vm, world.now),
		vmid: vm.vmid,
		name: nameOf(vm),
		cpus: coresOf(vm.config),
		...(isRunning(vm) && {pid: 1000 + vm.vmid, ...((world.pve === '9.2') && pressures)}),
		...(vm.config.serial0 !== undefined && {serial: 1}),
		...(vm.config.tags !== undefined && {tags: vm.config.tags}),
		...(isTemplate(vm) && {template: 1}),
		...(lock !== undefined && {lock}),
	};
};

const qmpStatus = (vm: Vm) => isRunning(vm) ? (vm.isPaused ? 'paused' : 'running') : 'stopped';

const current = (world: World, vm: Vm) => {
	const base = {
		...row(world, vm), qmpstatus: qmpStatus(vm), ha: {managed: 0}, ...(hasAgent(vm) && {agent: 1}),
	};
	if (!isRunning(vm)) {
		return base;
	}

	const cards = Object.keys(vm.config).filter(key => /^net\d+$/.test(key));
	// The first card carries it all: the counters of the VM are the sum of its cards.
	const nics = Object.fromEntries(cards.map((card, index) => [`tap${vm.vmid}i${card.slice(3)}`, {
		netin: index === 0 ? counterAt(vm, 'netin', world.now) : 0, netout: index === 0 ? counterAt(vm, 'netout', world.now) : 0,
	}]));
	const blockstat = Object.fromEntries(disksOf(vm.config).filter(({key}) => !key.startsWith('unused')).map(({key}, index) => [key, {
		rd_bytes: index === 0 ? counterAt(vm, 'diskread', world.now) : 0, wr_bytes: index === 0 ? counterAt(vm, 'diskwrite', world.now) : 0, rd_operations: 1,
		wr_operations: 0, failed_rd_operations: 0, failed_wr_operations: 0,
	}]));
	return {
		...base, nics, blockstat, 'running-qemu': '10.1.2', 'running-machine': 'pc-i440fx-10.1+pve0', clipboard: null,
		'proxmox-support': {'backup-max-workers': true, 'pbs-library-version': '1.5.1'},
	};
};

const hasAgent = (vm: Vm) => /^(?:enabled=)?1/.test(String(vm.config.agent ?? ''));

const agentOf = (call: Call): Vm => {
	const vm = vmOf(call);
	if (!hasAgent(vm)) {
		refuse('No QEMU guest agent configured');
	}

	if (!isRunning(vm)) {
		refuse(`VM ${vm.vmid} is not running`);
	}

	// A guest needs some seconds to boot before its agent answers.
	return call.world.now - vm.runs.at(-1)!.startedAt < 3000 ? refuse('QEMU guest agent is not running') : vm;
};

const interfaces = (vm: Vm) => [
	{name: 'lo', 'hardware-address': '00:00:00:00:00:00', 'ip-addresses': [{'ip-address': '127.0.0.1', 'ip-address-type': 'ipv4', prefix: 8}, {'ip-address': '::1', 'ip-address-type': 'ipv6', prefix: 128}]},
	...Object.entries(vm.config).filter(([key]) => /^net\d+$/.test(key)).map(([key, value]) => {
		const index = key.slice(3);
		const addresses = String(vm.config[`ipconfig${index}`] ?? '').matchAll(/ip(6?)=([\d.:A-Fa-f]+)\/(\d+)/g).toArray();
		return {
			name: `eth${index}`,
			'hardware-address': /[\dA-F]{2}(?::[\dA-F]{2}){5}/.exec(String(value))?.[0].toLowerCase() ?? '',
			...(addresses.length > 0 && {'ip-addresses': addresses.map(([, six, address, prefix]) => ({'ip-address': address, 'ip-address-type': six === '6' ? 'ipv6' : 'ipv4', prefix: Number(prefix)}))}),
		};
	}),
];

const destroy = (call: Call) => {
	const {world, parameters} = call;
	const vm = vmOf(call);
	if (parameters.skiplock !== undefined) {
		refuseParameters({skiplock: 'Only root may use this option.'});
	}

	if (vm.config.protection === 1) {
		refuse(`can't remove VM ${vm.vmid} - protection mode enabled`);
	}

	if (isRunning(vm)) {
		refuse(`VM ${vm.vmid} is running - destroy failed`);
	}

	return startVmTask(world, vm, 'qmdestroy', [
		unlockedFirst(world, vm, task => {
			const base = disksOf(vm.config).find(disk => world.vms.values().some(other => other !== vm && disksOf(other.config).some(({volid}) => volid.startsWith(`${disk.volid}/`))));
			if (base) {
				throw new Error(`base volume '${base.volid}' is still in use by linked cloned`);
			}

			if (isSet(parameters.purge)) {
				task.log.push(`purging VM ${vm.vmid} from related configurations..`);
			}
		}),
		{
			at: 1, run() {
				world.vms.delete(vm.vmid);
			},
		},
	], {lock: vmLock(vm.vmid), writes: configPath(vm)});
};

const makeTemplate = (call: Call) => {
	const {world} = call;
	const vm = vmOf(call);
	assertQuorum(isQuorate(world));
	if (isTemplate(vm)) {
		refuse('you can\'t convert a template to a template');
	}

	if (vm.snapshots.length > 0) {
		refuse('unable to create template, because VM contains snapshots');
	}

	if (isRunning(vm)) {
		refuse('you can\'t convert a VM to template if VM is running');
	}

	return startVmTask(world, vm, 'qmtemplate', [unlockedFirst(world, vm), {
		at: 1, run() {
			vm.config.template = 1;
			for (const disk of disksOf(vm.config).filter(candidate => !candidate.isCloudinit)) {
				vm.config[disk.key] = String(vm.config[disk.key]).replace(/(?<=:|\/)vm-(?=\d+-disk)/, 'base-');
			}
		},
	}], {lock: vmLock(vm.vmid)});
};

const audit = ['/vms/{vmid}', 'VM.Audit'] as const;
const agentAudit = ['/vms/{vmid}', 'VM.GuestAgent.Audit', 'VM.Monitor'] as const;
const base = '/nodes/{node}/qemu/{vmid}';

/** VMs of a node: which there are, how one stands, and its end. */
export const vmEndpoints: readonly Endpoint[] = [
	{
		method: 'GET', path: '/nodes/{node}/qemu', isForwarded: true, rules: {...onNode, full: boolean()},
		run: ({world, node, parameters}) => world.random.shuffle(world.vms.values().filter(vm => vm.node === node).toArray()).map(vm => ({...row(world, vm), ...(isSet(parameters.full) && {qmpstatus: qmpStatus(vm)})})),
	},
	{
		method: 'GET', path: base, isForwarded: true, rules: onVm,
		run: () => ['config', 'pending', 'status', 'snapshot', 'firewall', 'rrddata', 'clone', 'migrate', 'resize'].map(subdir => ({subdir})),
	},
	{
		method: 'GET', path: `${base}/status/current`, isForwarded: true, privilege: audit, rules: onVm, run: call => current(call.world, vmOf(call)),
	},
	{
		method: 'DELETE', path: base, isForwarded: true, privilege: ['/vms/{vmid}', 'VM.Allocate'], rules: {
			...onVm, 'destroy-unreferenced-disks': boolean(), purge: boolean(), skiplock: boolean(),
		}, run: destroy,
	},
	{
		method: 'POST', path: `${base}/template`, isForwarded: true, privilege: ['/vms/{vmid}', 'VM.Allocate'], rules: {...onVm, disk: text()}, run: makeTemplate,
	},
	{
		method: 'POST', path: `${base}/agent/ping`, isForwarded: true, privilege: agentAudit, rules: onVm, run(call) {
			agentOf(call);
			return {result: {}};
		},
	},
	{
		method: 'GET', path: `${base}/agent/get-host-name`, isForwarded: true, privilege: agentAudit, rules: onVm, run: call => ({result: {'host-name': nameOf(agentOf(call))}}),
	},
	{
		method: 'GET', path: `${base}/agent/network-get-interfaces`, isForwarded: true, privilege: agentAudit, rules: onVm, run: call => ({result: interfaces(agentOf(call))}),
	},
];
