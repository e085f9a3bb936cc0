import {type Package, type Weekday} from './package.js';
import {type VmStatus} from './vm-status.js';

/** Who the VM belongs to. */
export type Client = {
	readonly name: string;
	readonly email: string;
};

/** Where a VM's template lies, copied from the config into the VM's row when it was ordered. */
export type TemplatePlace = {
	readonly name: string;
	readonly vmid: number;
	readonly clone: 'full' | 'linked';
	/** Target storage of a full clone; null: the template's own. */
	readonly storage: string | null;
};

/** Why a VM waits for a person, since when (ms), and the command that helps. */
export type NeedsAttention = {
	readonly reason: string;
	readonly since: number;
	readonly command: string;
};

/** Why a VM is off by our will. */
export const suspendReasons = ['overdue', 'abuse', 'manual'] as const;
export type SuspendReason = typeof suspendReasons[number];

/** What Proxmox last said of the guest. */
export type RemoteStatus = 'running' | 'stopped' | 'unknown';

/** A VM as the store knows it: what was ordered, where it is, how far it came. Moments are ms since the epoch. */
export type Vm = {
	/** Our id; shown as `v101`. */
	readonly id: number;
	readonly reference: string;
	readonly hostname: string;
	readonly cluster: string;
	/** Where it is now; null until it is cloned. */
	readonly node: string | null;
	/** The node that the order named; null: the placement decides. */
	readonly wantedNode: string | null;
	/** Reserved in the store before the clone; null until then. */
	readonly vmid: number | null;
	readonly status: VmStatus;
	readonly remoteStatus: RemoteStatus;
	readonly packageName: string;
	/** Resolved, overrides applied. */
	readonly package: Package;
	/** What the order and later changes set beside the package. */
	readonly overrides: Package;
	readonly template: TemplatePlace;
	readonly client: Client;
	readonly user: string;
	/** A generated or ordered password; null once it was erased. Never shown. */
	readonly password: string | null;
	readonly sshKeys: readonly string[];
	readonly backup: Readonly<Partial<Record<Weekday, string>>> | null;
	readonly timezone: string | null;
	readonly mail: boolean;
	/** MAC of net0, kept for the VM's life; null until the clone was seen. */
	readonly mac: string | null;
	/** Why it is off; each reason is lifted by itself. */
	readonly suspended: readonly SuspendReason[];
	/** Whether it is started again once the last reason is lifted: it ran before, or would have been started meanwhile. */
	readonly resumes: boolean;
	readonly needsAttention: NeedsAttention | null;
	/** The order as it came (without defaults and password), for "same reference, same body". */
	readonly order: unknown;
	readonly createdAt: number;
	readonly removedAt: number | null;
	/** Rises with every change of the row. */
	readonly version: number;
};

/** `v101`. */
export const vmName = (vm: {readonly id: number}): string => `v${vm.id}`;

/** The mark in a VM's description by which we know it as ours: `cronsole:<installation>:v101`. */
export const stampOf = (installation: string, vm: {readonly id: number}): string => `cronsole:${installation}:${vmName(vm)}`;

/** The stamp that stands in a description, whoever's it is. */
export const findStamp = (description: string | undefined): {readonly installation: string; readonly vm: string} | undefined => {
	const match = /cronsole:([\w-]+):(v\d+)\b/.exec(description ?? '');
	return match ? {installation: match[1]!, vm: match[2]!} : undefined;
};
