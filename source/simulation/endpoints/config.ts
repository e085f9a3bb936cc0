import {applyChange, checkChange, shown} from '../config-change.js';
import {backgroundUpdateRules, updateRules} from '../config-rules.js';
import {
	allocate,
	disksOf,
	findStorage,
	formatProperties,
	formatSize,
	parseSize,
} from '../disks.js';
import {
	isSet,
	vmOf,
	type Call,
	type Endpoint,
} from '../endpoint.js';
import {Background} from '../background.js';
import {vmLock} from '../locks.js';
import {refuse, refuseParameters} from '../refusal.js';
import {
	boolean,
	digest,
	format,
	oneOf,
	onVm,
	required,
	snapshotName,
	text,
} from '../rules.js';
import {shortTaskMs, startVmTask, unlockedFirst} from '../vm-task.js';
import {
	assertUnlocked,
	configPath,
	digestOf,
	lockOf,
	mergedConfig,
	nameOf,
} from '../vms.js';
import {type Config, type Vm} from '../world.js';

const anyConfig = ['VM.Config.Disk', 'VM.Config.CDROM', 'VM.Config.CPU', 'VM.Config.Memory', 'VM.Config.Network', 'VM.Config.HWType', 'VM.Config.Options', 'VM.Config.Cloudinit'] as const;
const diskNames = [['ide', 4], ['scsi', 31], ['virtio', 16], ['sata', 6], ['efidisk', 1], ['tpmstate', 1]] as const;
const diskName = oneOf(diskNames.flatMap(([bus, count]) => Array.from({length: count}, (_, index) => `${bus}${index}`)).join(' '));

const show = (call: Call): Config => {
	const vm = vmOf(call);
	const {snapshot, current} = call.parameters;
	if (snapshot !== undefined) {
		const found = vm.snapshots.find(({name}) => name === snapshot) ?? refuse(`snapshot '${snapshot}' does not exist`);
		return {...shown(found.config), digest: digestOf(vm)};
	}

	const lock = lockOf(call.world, vm);
	return {...shown(isSet(current) ? vm.config : mergedConfig(vm)), ...(lock !== undefined && {lock}), digest: digestOf(vm)};
};

const pending = (vm: Vm) => {
	const now = shown(vm.config);
	const later = shown(vm.pending as Config);
	const keys = new Set([...Object.keys(now), ...Object.keys(later)]);
	return [...[...keys].map(key => ({
		key,
		...(now[key] !== undefined && {value: now[key]}),
		...(vm.pending[key] === null ? {delete: 1} : (later[key] === undefined ? {} : {pending: later[key]})),
	})), {key: 'digest', value: digestOf(vm)}];
};

const cloudinitKey = /^(?:ipconfig\d+|ci\w+|sshkeys|nameserver|searchdomain|name)$/;

const dump = (vm: Vm, type: string) => {
	const {searchdomain, ciuser, sshkeys} = vm.config;
	if (type === 'user') {
		const keys = sshkeys === undefined ? [] : ['ssh_authorized_keys:', ...decodeURIComponent(String(sshkeys)).split('\n').filter(Boolean).map(key => `  - ${key}`)];
		const fqdn = searchdomain === undefined ? [] : [`fqdn: ${nameOf(vm)}.${searchdomain}`];
		return ['#cloud-config', `hostname: ${nameOf(vm)}`, 'manage_etc_hosts: true', ...fqdn, ...(ciuser === undefined ? [] : [`user: ${ciuser}`]), ...keys, 'chpasswd:', '  expire: False', 'users:', '  - default', 'package_upgrade: true', ''].join('\n');
	}

	return type === 'meta' ? `instance-id: ${digestOf(vm)}\n` : ['version: 1', 'config:', ...Object.entries(vm.config).filter(([key]) => key.startsWith('ipconfig')).map(([key, value]) => `    # ${key}: ${value}`), ''].join('\n');
};

const resize = (call: Call) => {
	const vm = vmOf(call);
	const {world, parameters} = call;
	const {disk: key, size: wanted} = parameters as {readonly disk: string; readonly size: string};
	if (parameters.skiplock !== undefined) {
		refuseParameters({skiplock: 'Only root may use this option.'});
	}

	return startVmTask(world, vm, 'resize', [
		unlockedFirst(world, vm, () => {
			if (parameters.digest !== undefined && parameters.digest !== digestOf(vm)) {
				throw new Error('checksum mismatch (file change by other user?)');
			}

			const disk = disksOf(vm.config).find(candidate => candidate.key === key);
			if (!disk) {
				throw new Error(`disk '${key}' does not exist`);
			}

			const size = wanted.startsWith('+') ? disk.size + parseSize(wanted) : parseSize(wanted);
			if (size < disk.size) {
				throw new Error('shrinking disks is not supported');
			}
		}),
		{
			at: 1,
			run() {
				const disk = disksOf(vm.config).find(candidate => candidate.key === key)!;
				const size = wanted.startsWith('+') ? disk.size + parseSize(wanted) : parseSize(wanted);
				allocate(world, vm.node, findStorage(world, disk.storage), disk.volid, vm.vmid);
				vm.config[key] = formatProperties(new Map([...disk.options, ['size', formatSize(size)]]));
			},
		},
	], {lock: vmLock(vm.vmid), writes: configPath(vm), storage: disksOf(vm.config).find(candidate => candidate.key === key)?.storage});
};

const changeLater = (call: Call) => {
	const vm = vmOf(call);
	const {world, parameters} = call;
	checkChange(world, vm, parameters);
	const task = world.tasks.start({
		node: vm.node, type: 'qmconfig', id: String(vm.vmid), vmids: [vm.vmid], durationMs: shortTaskMs,
		steps: [{
			at: 1, lock: vmLock(vm.vmid), run() {
				applyChange(world, vm, parameters);
			},
		}],
	});
	const delay = parameters.background_delay;
	return delay === undefined ? task.upid : new Background(task, Number(delay) * 1000, `failed to update VM ${vm.vmid}: `);
};

/** A VM's configuration: what it is, what waits, and how it changes. */
export const configEndpoints: readonly Endpoint[] = [
	{
		method: 'GET', path: '/nodes/{node}/qemu/{vmid}/config', isForwarded: true, privilege: ['/vms/{vmid}', 'VM.Audit'], rules: {...onVm, current: boolean(), snapshot: snapshotName}, run: show,
	},
	{
		method: 'GET', path: '/nodes/{node}/qemu/{vmid}/pending', isForwarded: true, privilege: ['/vms/{vmid}', 'VM.Audit'], rules: onVm, run: call => pending(vmOf(call)),
	},
	{
		method: 'PUT', path: '/nodes/{node}/qemu/{vmid}/config', isForwarded: true, privilege: ['/vms/{vmid}', ...anyConfig], rules: updateRules,
		run(call) {
			const vm = vmOf(call);
			checkChange(call.world, vm, call.parameters);
			applyChange(call.world, vm, call.parameters);
			return null;
		},
	},
	{
		method: 'POST', path: '/nodes/{node}/qemu/{vmid}/config', isForwarded: true, privilege: ['/vms/{vmid}', ...anyConfig], rules: backgroundUpdateRules, run: changeLater,
	},
	{
		method: 'PUT', path: '/nodes/{node}/qemu/{vmid}/resize', isForwarded: true, privilege: ['/vms/{vmid}', 'VM.Config.Disk'],
		rules: {
			...onVm, disk: required(diskName), size: required(text({pattern: /^\+?\d+(?:\.\d+)?[GKMT]?$/})), digest, skiplock: boolean(),
		},
		run: resize,
	},
	{
		method: 'PUT', path: '/nodes/{node}/qemu/{vmid}/unlink', isForwarded: true, privilege: ['/vms/{vmid}', 'VM.Config.Disk'],
		rules: {...onVm, idlist: required(format('configid', {list: true})), force: boolean()},
		run(call) {
			const {idlist = '', force} = call.parameters;
			const parameters = {delete: idlist, ...(force !== undefined && {force})};
			checkChange(call.world, vmOf(call), parameters);
			applyChange(call.world, vmOf(call), parameters);
			return null;
		},
	},
	{
		method: 'GET', path: '/nodes/{node}/qemu/{vmid}/cloudinit', isForwarded: true, privilege: ['/vms/{vmid}', 'VM.Audit'], rules: onVm,
		run: call => pending(vmOf(call)).filter(({key}) => cloudinitKey.test(key)),
	},
	{
		method: 'PUT', path: '/nodes/{node}/qemu/{vmid}/cloudinit', isForwarded: true, privilege: ['/vms/{vmid}', 'VM.Config.Cloudinit'], rules: onVm,
		run(call) {
			assertUnlocked(call.world, vmOf(call));
			return null;
		},
	},
	{
		method: 'GET', path: '/nodes/{node}/qemu/{vmid}/cloudinit/dump', isForwarded: true, privilege: ['/vms/{vmid}', 'VM.Audit'], rules: {...onVm, type: required(oneOf('user network meta'))},
		run: call => dump(vmOf(call), call.parameters.type!),
	},
];
