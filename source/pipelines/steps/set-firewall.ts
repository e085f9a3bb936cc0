import {type VmPlace} from '../../clients/proxmox/proxmox.js';
import {type VmAddress} from '../../domain/address.js';
import {type PackageFirewall} from '../../domain/package.js';
import {getOwnedConfig, placeOf} from '../owned-config.js';
import {
	done,
	skipped,
	type Step,
	type StepContext,
} from '../step.js';

type Options = Record<string, string | number>;

const optionNames: Readonly<Record<keyof PackageFirewall, string>> = {
	enable: 'enable',
	policyIn: 'policy_in',
	policyOut: 'policy_out',
	dhcp: 'dhcp',
	ndp: 'ndp',
	radv: 'radv',
	macfilter: 'macfilter',
	ipfilter: 'ipfilter',
	logIn: 'log_level_in',
	logOut: 'log_level_out',
};

/** Names of IP sets like this one are Proxmox's own: the addresses that a card may send from. */
const ipSet = 'ipfilter-net0';

const toOptions = (firewall: PackageFirewall): Options => Object.fromEntries(Object.entries(firewall)
	.filter(([, value]) => value !== undefined)
	.map(([name, value]) => [optionNames[name as keyof PackageFirewall], typeof value === 'boolean' ? Number(value) : value]));

const missingOptions = async (firewall: PackageFirewall | undefined, place: VmPlace, {proxmox}: StepContext): Promise<Options> => {
	const wanted = toOptions(firewall ?? {});
	if (Object.keys(wanted).length === 0) {
		return {};
	}

	const present = await proxmox.getFirewallOptions(place);
	return Object.fromEntries(Object.entries(wanted).filter(([name, value]) => String(present[name] ?? '') !== String(value)));
};

const plain = (cidr: string): string => cidr.toLowerCase().replace(cidr.includes(':') ? /\/128$/ : /\/32$/, '');

type SetChanges = {readonly isNew: boolean; readonly add: readonly string[]; readonly remove: readonly string[]};

const isIn = (addresses: readonly string[], cidr: string): boolean => addresses.some(address => plain(address) === plain(cidr));

/** What makes the set exactly the VM's addresses. Of a VM that has none from us only those go that it had. */
const setChanges = async ({addresses, gone = []}: {readonly addresses: readonly string[]; readonly gone?: readonly string[]}, place: VmPlace, {proxmox}: StepContext): Promise<SetChanges> => {
	if (addresses.length + gone.length === 0) {
		return {isNew: false, add: [], remove: []};
	}

	const sets = await proxmox.listIpSets(place);
	const hasSet = sets.includes(ipSet);
	const present = hasSet ? await proxmox.listIpSetEntries(place, ipSet) : [];
	return {
		isNew: !hasSet && addresses.length > 0,
		add: addresses.filter(address => !isIn(present, address)),
		remove: present.filter(cidr => !isIn(addresses, cidr) && (addresses.length > 0 || isIn(gone, cidr))),
	};
};

const applySet = async (place: VmPlace, {isNew, add, remove}: SetChanges, proxmox: StepContext['proxmox']): Promise<void> => {
	if (isNew) {
		await proxmox.createIpSet(place, ipSet);
	}

	for (const address of add) {
		await proxmox.addIpSetEntry(place, ipSet, address);
	}

	for (const cidr of remove) {
		await proxmox.removeIpSetEntry(place, ipSet, cidr);
	}
};

const textsOf = (addresses: readonly VmAddress[]): readonly string[] => addresses.map(({address}) => address);

/** Lets the VM's card send from exactly the addresses that it keeps; the VM is known to be ours. False: it is so already. */
export const setIpSet = async (place: VmPlace, {kept, surplus}: {readonly kept: readonly VmAddress[]; readonly surplus: readonly VmAddress[]}, context: StepContext): Promise<boolean> => {
	const changes = await setChanges({addresses: textsOf(kept), gone: textsOf(surplus)}, place, context);
	await applySet(place, changes, context.proxmox);
	return changes.isNew || changes.add.length + changes.remove.length > 0;
};

/** Sets the firewall's options, and the addresses that the card may send from: exactly the VM's own. */
export const setFirewall: Step = async (vm, context) => {
	const {proxmox, store} = context;
	const place = placeOf(vm);
	const addresses = textsOf(await store.read.addresses.listFor(vm.id));
	const options = await missingOptions(vm.package.firewall, place, context);
	const changes = await setChanges({addresses}, place, context);
	const hasOptions = Object.keys(options).length > 0;
	if (!hasOptions && !changes.isNew && changes.add.length + changes.remove.length === 0) {
		return skipped(addresses.length === 0 && vm.package.firewall === undefined ? 'not in the package' : 'no change');
	}

	await getOwnedConfig(vm, context);
	// The addresses first: with the filter on and the set empty, the guest would be cut off.
	await applySet(place, changes, proxmox);
	if (hasOptions) {
		await proxmox.setFirewallOptions(place, options);
	}

	return done();
};
