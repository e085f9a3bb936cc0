import {type VmConfig} from '../../clients/proxmox/proxmox.js';
import {type VmAddress} from '../../domain/address.js';
import {hasCloudInitDrive} from '../../domain/disk.js';
import {formatProperties, isSameProperties, parseProperties} from '../../domain/property-string.js';
import {type Vm} from '../../domain/vm.js';
import {getOwnedConfig} from '../owned-config.js';
import {done, skipped, type Step} from '../step.js';
import {rejected} from '../task-failed.js';
import {isOnbootWanted} from './set-onboot.js';

type Wanted = Readonly<Record<string, string | number | boolean>>;

const ipconfigOf = (addresses: readonly VmAddress[]): string => {
	const v4 = addresses.find(({family}) => family === 4);
	const v6 = addresses.find(({family}) => family === 6);
	return formatProperties(new Map([
		...(v4 ? [['ip', `${v4.address}/${v4.prefix}`], ['gw', v4.gateway]] as const : []),
		...(v6 ? [['ip6', `${v6.address}/${v6.prefix}`], ['gw6', v6.gateway]] as const : []),
	]));
};

const networkOf = (addresses: readonly VmAddress[]): Wanted => {
	const resolvers = [...new Set(addresses.flatMap(address => address.resolvers))];
	return {
		...(addresses.length > 0 && {ipconfig0: ipconfigOf(addresses)}),
		...(resolvers.length > 0 && {nameserver: resolvers.join(' ')}),
	};
};

/** Everything but the password, which is never read back. */
const wantedOf = (vm: Vm, addresses: readonly VmAddress[]): Wanted => ({
	name: vm.hostname,
	onboot: isOnbootWanted(vm),
	ciuser: vm.user,
	...networkOf(addresses),
	...(vm.sshKeys.length > 0 && {sshkeys: vm.sshKeys.join('\n')}),
});

const decoded = (text: string): string => {
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
};

const words = (text: string): string => text.split(/[\s,;]+/).filter(Boolean).join(' ');
const keyLines = (text: string): string => text.split('\n').map(line => line.trim()).filter(Boolean).join('\n');

const isSo = (name: string, wanted: string | number | boolean, present: string | number | undefined): boolean => {
	const text = String(present ?? '');
	switch (name) {
		case 'ipconfig0': {
			return isSameProperties(parseProperties(String(wanted)), parseProperties(text));
		}

		case 'nameserver': {
			return words(text) === words(String(wanted));
		}

		case 'sshkeys': {
			return keyLines(decoded(text)) === keyLines(String(wanted)); // Proxmox keeps them URL-encoded.
		}

		case 'onboot': {
			return Number(text) === Number(wanted);
		}

		default: {
			return text === String(wanted);
		}
	}
};

const changesOf = (wanted: Wanted, config: VmConfig): Wanted => Object.fromEntries(Object.entries(wanted).filter(([name, value]) => !isSo(name, value, config[name])));

/** What cloud-init is to be told of other addresses; `undefined` takes away what it was told of the last one. A VM without its drive is told nothing. */
export const networkChanges = (config: VmConfig, {had, kept}: {readonly had: readonly VmAddress[]; readonly kept: readonly VmAddress[]}): Readonly<Record<string, string | number | boolean | undefined>> => {
	if (!hasCloudInitDrive(config)) {
		return {};
	}

	const gone = had.length > 0 && kept.length === 0 ? ['ipconfig0', 'nameserver'].filter(name => config[name] !== undefined) : [];
	return {...changesOf(networkOf(kept), config), ...Object.fromEntries(gone.map(name => [name, undefined]))};
};

/**
 A password is there once it was written, and is read back as stars, whoever's it is. It goes out in the same call as the rest: where
 the rest, the VM's very own addresses among it, is already so and there is a password, it is ours.
 */
const isPasswordSo = (vm: Vm, config: VmConfig, addresses: readonly VmAddress[], isRestSo: boolean): boolean =>
	vm.password === null || (isRestSo && addresses.length > 0 && config.cipassword !== undefined);

/** Writes what cloud-init tells the guest: name, addresses, resolvers, user, password, keys; and whether it starts with its node. */
export const setCloudInit: Step = async (vm, context) => {
	const {store, proxmox} = context;
	const addresses = await store.read.addresses.listFor(vm.id);
	const {place, config} = await getOwnedConfig(vm, context);
	if (!hasCloudInitDrive(config)) {
		const template = `the template ${vm.template.name} (VM ${vm.template.vmid})`;
		throw rejected(vm, `VM ${place.vmid} on ${vm.cluster}/${place.node} has no cloud-init drive, its guest would never hear of its addresses: add one to ${template}`);
	}

	const changes = changesOf(wantedOf(vm, addresses), config);
	const isPasswordKept = isPasswordSo(vm, config, addresses, Object.keys(changes).length === 0);
	if (isPasswordKept && Object.keys(changes).length === 0) {
		return skipped('no change');
	}

	await proxmox.setVmConfig(place, {...changes, ...(!isPasswordKept && {cipassword: vm.password!})});
	return done();
};
