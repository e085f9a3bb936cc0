import {type VmAddress} from './address.js';
import {type WantedSet, type ZonePlace} from './dns-record.js';
import {type PoolSettings} from './settings.js';
import {findPointer, findZones, genericName} from './zones.js';

export type NamedVm = {
	readonly hostname: string;
	readonly cluster: string;
	readonly addresses: ReadonlyArray<Pick<VmAddress, 'family' | 'address' | 'pool' | 'ptr'>>;
};

/** The zones and pools that decide about a VM's records. */
export type DnsConfig = {
	readonly dns: readonly ZonePlace[];
	readonly pools: ReadonlyArray<Pick<PoolSettings, 'name' | 'cluster' | 'genericPtr'>>;
};

const types = {4: 'A', 6: 'AAAA'} as const;

const forward = ({hostname, addresses}: NamedVm, {dns}: DnsConfig): readonly WantedSet[] => {
	const name = hostname.toLowerCase();
	return ([4, 6] as const).flatMap(family => {
		const values = addresses.filter(address => address.family === family).map(({address}) => address);
		return values.length === 0
			? []
			: findZones(dns, name).map(({zone, nameServer}) => ({
				zone, nameServer, name, type: types[family], values, generic: null,
			}));
	});
};

const reverse = ({hostname, cluster, addresses}: NamedVm, {dns, pools}: DnsConfig): readonly WantedSet[] => addresses.flatMap(({address, pool: poolName, ptr}) => {
	const pattern = pools.find(pool => pool.name === poolName && pool.cluster === cluster)?.genericPtr ?? null;
	const {name, places} = findPointer(dns, address);
	return places.map(({zone, nameServer}) => ({
		zone, nameServer, name, type: 'PTR', values: [(ptr ?? hostname).toLowerCase()], generic: pattern === null ? null : genericName(pattern, address),
	}));
});

/** The records that a VM is to have: its hostname with all of its addresses, and the name of each address, in whatever zones the config has. */
export const wantedRecords = (vm: NamedVm, config: DnsConfig): readonly WantedSet[] => [...forward(vm, config), ...reverse(vm, config)];
