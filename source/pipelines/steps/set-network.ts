import {type VmAddress} from '../../domain/address.js';
import {parseCard} from '../../domain/network-card.js';
import {
	formatProperties,
	isSameProperties,
	parseProperties,
	withProperties,
	type Properties,
} from '../../domain/property-string.js';
import {type Vm} from '../../domain/vm.js';
import {getOwnedConfig} from '../owned-config.js';
import {
	done,
	skipped,
	type Alongside,
	type Step,
} from '../step.js';
import {rejected} from '../task-failed.js';

/** The card as the package and the VM's addresses want it; undefined where no bridge is known. */
const wantedCard = (vm: Vm, address: VmAddress | undefined, present: string): Properties | undefined => {
	const card = parseCard(present);
	const {bridge, vlan, networkMbps, model} = vm.package;
	const tag = vlan ?? address?.vlan;
	const rest = withProperties(card.rest, {
		bridge: bridge ?? address?.bridge ?? card.rest.get('bridge'),
		...(tag !== undefined && {tag: tag === 0 ? undefined : tag}),
		// Megabit/s in the package, megabyte/s in Proxmox.
		...(networkMbps !== undefined && {rate: networkMbps === 0 ? undefined : networkMbps / 8}),
		firewall: 1,
	});
	const mac = vm.mac ?? card.mac;
	const name = model ?? card.model ?? 'virtio';
	return rest.has('bridge') ? new Map([...(mac === undefined ? [['', name]] as const : [[name, mac]] as const), ...rest]) : undefined;
};

const storeMac = (vm: Vm, mac: string | undefined): Alongside | undefined => mac !== undefined && vm.mac === null
	? async ({vms}) => vms.set(vm.id, {mac})
	: undefined;

/** Sets the network card: model, bridge, VLAN and rate; its MAC stays for the VM's life. */
export const setNetwork: Step = async (vm, context) => {
	const {store, proxmox} = context;
	const [address] = await store.read.addresses.listFor(vm.id);
	const {place, config} = await getOwnedConfig(vm, context);
	const present = String(config.net0 ?? '');
	const wanted = wantedCard(vm, address, present);
	if (!wanted) {
		throw rejected(vm, `no bridge is known for the network card of VM ${place.vmid}: name one in the package or a pool`);
	}

	if (isSameProperties(wanted, parseProperties(present))) {
		return skipped('no change', storeMac(vm, parseCard(present).mac));
	}

	await proxmox.setVmConfig(place, {net0: formatProperties(wanted)}, config.digest);
	const {mac} = parseCard(formatProperties(wanted));
	if (mac !== undefined) {
		return done(storeMac(vm, mac));
	}

	const {net0} = await proxmox.getVmConfig(place); // There was no card: Proxmox has just made its address up.
	const made = parseCard(String(net0 ?? ''));
	return done(storeMac(vm, made.mac));
};
