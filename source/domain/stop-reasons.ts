import {cpuRamChanges} from './cpu-ram.js';
import {type GuestConfig} from './disk.js';
import {parseCard} from './network-card.js';
import {type Package} from './package.js';

/** The fields of a package whose change needs the VM off; in the order in which they are told. */
export const stoppingFields = ['cores', 'sockets', 'memoryMib', 'model', 'bridge', 'vlan'] as const satisfies ReadonlyArray<keyof Package>;

const cardReasons = (present: GuestConfig, {model, bridge, vlan}: Package): readonly string[] => {
	const card = parseCard(String(present.net0 ?? ''));
	const tag = Number(card.rest.get('tag') ?? 0);
	return present.net0 === undefined
		? []
		: [
			...(model === undefined || model === card.model ? [] : [`the card's model from ${card.model} to ${model}`]),
			...(bridge === undefined || bridge === card.rest.get('bridge') ? [] : [`the bridge from ${card.rest.get('bridge')} to ${bridge}`]),
			...(vlan === undefined || vlan === tag ? [] : [`the VLAN from ${tag} to ${vlan}`]),
		];
};

/**
 Why a running VM has to be off to become what its package says. Cores and memory wait for the next start (without Proxmox's hot-plugging, which few
 guests are made for); a card of another model is another card to the guest; and into another network go other addresses, which the guest hears of when
 it boots. Everything else a running VM takes: disks that come or grow, limits, rates, the firewall. `present` is what it runs with, not what is pending.
 */
export const stopReasons = (present: GuestConfig, wanted: Package): readonly string[] => {
	const {cores, sockets, memory} = cpuRamChanges(present, wanted);
	return [
		...(cores === undefined ? [] : [`cores from ${present.cores ?? 1} to ${cores}`]),
		...(sockets === undefined ? [] : [`sockets from ${present.sockets ?? 1} to ${sockets}`]),
		...(memory === undefined ? [] : [`memory to ${memory} MiB`]),
		...cardReasons(present, wanted),
	];
};
