import {type VmAddress} from '../domain/address.js';
import {type PoolSettings} from '../domain/settings.js';

export type PoolUse = {
	readonly pool: string;
	readonly total: number;
	readonly used: number;
	readonly quarantined: number;
	readonly free: number;
};

export type AddressReads = {
	/** IPv4 before IPv6, each family in the order in which the VM got them: the first of a family is the one that its guest is told of. */
	readonly listFor: (vmId: number) => Promise<readonly VmAddress[]>;
	readonly listAll: () => Promise<ReadonlyArray<VmAddress & {readonly vmId: number}>>;
	readonly use: (pools: readonly PoolSettings[], now: number) => Promise<readonly PoolUse[]>;
	/** Who has or had it: `until` null while it is held. */
	readonly history: (address: string) => Promise<ReadonlyArray<{readonly vmId: number; readonly since: number; readonly until: number | null}>>;
};

export type AddressWrites = {
	/**
	 Reserves one address of the pool for the VM: never network, broadcast or gateway, none in `taken`, none in quarantine; the one that has been
	 free longest first. Undefined: none is free.
	 */
	readonly reserve: (vmId: number, pool: PoolSettings, taken: ReadonlySet<string>, now: number) => Promise<VmAddress | undefined>;
	/** Reserves that very address of the pool for the VM, which has it already: from quarantine too. Undefined: another VM holds it. */
	readonly claim: (vmId: number, pool: PoolSettings, address: string, now: number) => Promise<VmAddress | undefined>;
	/** Into quarantine until `now` + the pool's quarantine. */
	readonly release: (vmId: number, address: string, now: number, quarantineMs: number) => Promise<void>;
};

export type Addresses = AddressReads & AddressWrites;
