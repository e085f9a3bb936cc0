import {type AddressHold, type KnownAddress, type VmAddress} from '../domain/address.js';
import {type PoolSettings} from '../domain/settings.js';

export type PoolUse = {
	readonly pool: string;
	readonly total: number;
	readonly used: number;
	readonly quarantined: number;
	/** Kept back by a person, with no VM on it. */
	readonly held: number;
	readonly free: number;
};

export type AddressReads = {
	/** IPv4 before IPv6, each family in the order in which the VM got them: the first of a family is the one that its guest is told of. */
	readonly listFor: (vmId: number) => Promise<readonly VmAddress[]>;
	readonly listAll: () => Promise<ReadonlyArray<VmAddress & {readonly vmId: number}>>;
	/** Every address that was ever given out or held, in order; those that were never are simply free. */
	readonly listKnown: () => Promise<readonly KnownAddress[]>;
	readonly findKnown: (address: string) => Promise<readonly KnownAddress[]>;
	/** Addresses of the cluster that a person keeps for the VM's order, and that no VM has. */
	readonly listKept: (vmId: number, cluster: string, now: number) => Promise<readonly string[]>;
	readonly use: (pools: readonly PoolSettings[], now: number) => Promise<readonly PoolUse[]>;
	/** Who has or had it: `until` null while it is held. */
	readonly history: (address: string) => Promise<ReadonlyArray<{readonly cluster: string; readonly vmId: number; readonly since: number; readonly until: number | null}>>;
};

export type AddressWrites = {
	/**
	 Reserves one address of the pool for the VM: never network, broadcast or gateway, none in `taken`, none in quarantine and none that is kept back;
	 first the one that is kept for the VM's order (from quarantine too), then the one that has been free longest. Undefined: none is free.
	 */
	readonly reserve: (vmId: number, pool: PoolSettings, taken: ReadonlySet<string>, now: number) => Promise<VmAddress | undefined>;
	/** Reserves that very address of the pool for the VM, which has it already: from quarantine and a hold too. Undefined: another VM holds it. */
	readonly claim: (vmId: number, pool: PoolSettings, address: string, now: number) => Promise<VmAddress | undefined>;
	/** Into quarantine until `now` + the pool's quarantine. */
	readonly release: (vmId: number, address: string, now: number, quarantineMs: number) => Promise<void>;
	/** Keeps an address of the pool back: whoever has it keeps it, and nobody (but the order named in the hold) gets it after. A new hold replaces an old one. */
	readonly hold: (pool: PoolSettings, address: string, hold: AddressHold) => Promise<void>;
	/** Ends a hold, and the quarantine of an address that no VM has: it can be given out at once. */
	readonly free: (cluster: string, address: string, now: number) => Promise<void>;
	/** What the address of a VM is to be called in DNS; null: the VM's hostname. Forgotten when the address is released. */
	readonly setPtr: (vmId: number, address: string, ptr: string | null) => Promise<void>;
};

export type Addresses = AddressReads & AddressWrites;
