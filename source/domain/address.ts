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
};
