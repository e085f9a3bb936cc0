/** An address that belongs to a VM, with what its pool says about it. */
export type VmAddress = {
	readonly family: 4 | 6;
	/** Canonical text. */
	readonly address: string;
	readonly prefix: number;
	readonly gateway: string;
	readonly pool: string;
	readonly bridge: string;
	/** 0 is untagged. */
	readonly vlan: number;
	readonly resolvers: readonly string[];
	/** The name that a person gave it in DNS; null: it has the VM's hostname. */
	readonly ptr: string | null;
};

/** Kept out of the pool by a person. Moments are wall ms. */
export type AddressHold = {
	readonly since: number;
	/** Null: until it is released. */
	readonly until: number | null;
	readonly by: string;
	readonly reason: string | null;
	/** The order that it is reserved for; null: nobody gets it. */
	readonly reference: string | null;
};

/** An address that was ever given out or held. */
export type KnownAddress = {
	readonly cluster: string;
	readonly pool: string;
	readonly family: 4 | 6;
	readonly address: string;
	readonly prefix: number;
	readonly gateway: string;
	/** Null: no VM has it. */
	readonly vmId: number | null;
	readonly releasedAt: number | null;
	readonly quarantineUntil: number | null;
	readonly hold: AddressHold | null;
};
