import {configKeys} from './config-rules.js';
import {
	allocate,
	disksOf,
	findStorage,
	formatProperties,
	formatSize,
	isDiskKey,
	nextVolume,
	parseProperties,
	volumeName,
} from './disks.js';
import {isSet, partsOf} from './endpoint.js';
import {FileLocked, refuse, refuseParameters} from './refusal.js';
import {ruleOf} from './verify.js';
import {
	assertUnlocked,
	configPath,
	digestOf,
	isRunning,
	newMac,
	sha1,
} from './vms.js';
import {
	isQuorate,
	type Config,
	type Vm,
	type World,
} from './world.js';

type Parameters = Readonly<Record<string, string>>;

const notKeys = new Set(['node', 'vmid', 'delete', 'revert', 'digest', 'force', 'skiplock', 'background_delay', 'import-working-storage', 'archive', 'storage', 'pool', 'start', 'unique', 'bwlimit', 'live-restore', 'ha-managed']);
const rootOnly = new Set(['args', 'lock', 'hookscript']);

// What a running VM takes at once; the rest waits for its next start.
const hotplugged = /^(?:description|hookscript|lock|migrate_downtime|migrate_speed|name|onboot|protection|shares|startup|tags|vmstatestorage|cpuunits|cpulimit|balloon|net\d+|ipconfig\d+|ci\w+|sshkeys|nameserver|searchdomain|(?:scsi|virtio|sata|unused)\d+)$/;

/** Tags as they are kept: lower case, sorted, each once. */
const normaliseTags = (tags: string): string => [...new Set(partsOf(tags.toLowerCase()))].toSorted().join(';');

const normaliseNet = (world: World, value: string) => {
	const properties = parseProperties(value);
	const macaddr = properties.get('macaddr');
	const model = properties.get('') ?? properties.get('model');
	if (model !== undefined) {
		properties.delete('');
		properties.delete('model');
		properties.delete('macaddr');
		return formatProperties(new Map([[model, (macaddr ?? newMac(world.random)).toUpperCase()], ...properties]));
	}

	const [[name, mac] = ['virtio', ''], ...rest] = properties;
	return formatProperties(new Map([[name, mac.toUpperCase()], ...rest]));
};

const normaliseDisk = (world: World, vm: Vm, key: string, value: string) => {
	const properties = parseProperties(value);
	const volume = properties.get('') ?? properties.get('file') ?? properties.get('volume') ?? '';
	if (volume === 'none' || volume === 'cdrom' || !volume.includes(':')) {
		return value;
	}

	const [storageId = '', name = ''] = volume.split(':', 2);
	const storage = findStorage(world, storageId);
	const options = [...properties].filter(([option]) => !['', 'file', 'volume', 'format', 'import-from'].includes(option));
	const existing = disksOf(vm.config).find(disk => disk.volid === volume);
	if (existing) {
		const size = properties.get('size') ?? formatSize(existing.size);
		return formatProperties(new Map([['', volume], ...options, ['size', size]]));
	}

	if (name === 'cloudinit') {
		return `${volumeName(storage, vm.vmid, `vm-${vm.vmid}-cloudinit`)},media=cdrom,size=4M`;
	}

	if (/^\d+(?:\.\d+)?$/.test(name)) {
		const volid = nextVolume(storage, vm.vmid, disksOf(vm.config).map(disk => disk.volid));
		allocate(world, vm.node, storage, volid, vm.vmid);
		const size = formatSize(Math.round(Number(name) * (1024 ** 3)));
		return formatProperties(new Map([['', volid], ...options, ['size', size]]));
	}

	return properties.get('media') === 'cdrom' ? value : refuse(`${key}: volume '${volume}' does not exist`);
};

/** A value as the configuration keeps it. */
export const normalise = (world: World, vm: Vm, key: string, value: string): string | number => {
	if (key === 'tags') {
		return normaliseTags(value);
	}

	if (key === 'cipassword') {
		return value.startsWith('$') ? value : `$5$simulated$${sha1(value)}`;
	}

	if (/^net\d+$/.test(key)) {
		return normaliseNet(world, value);
	}

	if (isDiskKey(key)) {
		return normaliseDisk(world, vm, key, value);
	}

	const type = ruleOf(configKeys, key, world.pve)?.type;
	return type === undefined || type === 'string' ? value : Number(value);
};

const checkWords = (world: World, set: Parameters, gone: readonly string[], reverted: readonly string[]) => {
	for (const name of [...Object.keys(set), ...gone]) {
		if (rootOnly.has(name)) {
			refuse(`only root can set '${name}' config`);
		}
	}

	for (const [parameter, names] of [['delete', gone], ['revert', reverted]] as const) {
		for (const name of names) {
			if (!ruleOf(configKeys, name, world.pve)) {
				refuseParameters({[parameter]: `unknown option '${name}'`});
			}

			if (set[name] !== undefined) {
				refuseParameters({[name]: `you can't use '-${name}' and -${parameter} ${name}' at the same time`});
			}
		}
	}

	if (Object.keys(set).length + gone.length + reverted.length === 0) {
		refuse('no options specified');
	}
};

const remove = (vm: Vm, key: string, isForced: boolean) => {
	const value = vm.config[key];
	Reflect.deleteProperty(vm.pending, key);
	if (value === undefined) {
		return;
	}

	if (isRunning(vm) && !hotplugged.test(key)) {
		vm.pending[key] = null;
		return;
	}

	const [volume] = String(value).split(',', 1);
	if ((isForced || key.startsWith('unused')) && vm.snapshots.some(({config}) => disksOf(config).some(({volid}) => volid === volume))) {
		refuse(`unable to delete '${volume}' - volume is still in use (snapshot?)`);
	}

	Reflect.deleteProperty(vm.config, key);
	const isDisk = isDiskKey(key) && !key.startsWith('unused') && String(value).includes(':') && !String(value).includes('media=cdrom');
	if (!isDisk || isForced) {
		return;
	}

	const free = Array.from({length: 256}, (_, index) => `unused${index}`).find(name => vm.config[name] === undefined)!;
	vm.config[free] = volume!;
};

const put = (vm: Vm, key: string, value: string | number) => {
	if (isRunning(vm) && !hotplugged.test(key) && vm.config[key] !== value) {
		vm.pending[key] = value;
	} else {
		Reflect.deleteProperty(vm.pending, key);
		vm.config[key] = value;
	}
};

/** Only the keys of a configuration, out of a call's parameters. */
export const configOf = (parameters: Parameters): Record<string, string> => Object.fromEntries(Object.entries(parameters).filter(([name]) => !notKeys.has(name)));

/** Checks everything that can be said before anything is changed. */
export const checkChange = (world: World, vm: Vm, parameters: Parameters): void => {
	if (parameters.skiplock !== undefined) {
		refuseParameters({skiplock: 'Only root may use this option.'});
	}

	checkWords(world, configOf(parameters), partsOf(parameters.delete), partsOf(parameters.revert));
	if (world.locks.isHeld(`vm/${vm.vmid}`)) {
		throw new FileLocked(`can't lock file '/var/lock/qemu-server/lock-${vm.vmid}.conf' - got timeout`, 10_000);
	}

	if (parameters.digest !== undefined && parameters.digest !== digestOf(vm)) {
		refuse('checksum mismatch (file change by other user?)');
	}

	assertUnlocked(world, vm);
	if (!isQuorate(world)) {
		refuse(`unable to open file '${configPath(vm)}.tmp.${world.random.integer(60, 999)}' - Permission denied`);
	}
};

/** Changes a VM's configuration; what a running one cannot take at once stays pending. */
export const applyChange = (world: World, vm: Vm, parameters: Parameters): void => {
	const values = Object.entries(configOf(parameters)).map(([key, value]) => [key, normalise(world, vm, key, value)] as const);
	for (const key of partsOf(parameters.revert)) {
		Reflect.deleteProperty(vm.pending, key);
	}

	for (const key of partsOf(parameters.delete)) {
		remove(vm, key, isSet(parameters.force));
	}

	for (const [key, value] of values) {
		put(vm, key, value);
	}
};

/** A configuration as it is shown: the password never is. */
export const shown = (config: Config): Config => config.cipassword === undefined ? config : {...config, cipassword: '**********'};
