import {type NeedsAttention, type Vm} from '../domain/vm.js';
import {type VmStatus} from '../domain/vm-status.js';
import {type StepLogRow} from '../domain/step-log.js';

/** What `vm list` and REF look-ups filter by. */
export type VmFilter = {
	/** A status, or one of the words `inWork`, `needsAttention`, `suspended`, `removed`. */
	readonly state?: string;
	readonly client?: string;
	readonly cluster?: string;
	/** Only those with a higher id, the lowest first, and so many: a page at a time a large fleet takes no more memory than a small one. */
	readonly after?: number;
	readonly limit?: number;
};

/** A living VM that was seen in its cluster, as far as one needs to ask that about it. */
export type PlacedVm = Pick<Vm, 'id' | 'hostname' | 'cluster' | 'timezone'> & {readonly vmid: number; readonly node: string};

export type NewVm = Pick<Vm, 'reference' | 'hostname' | 'cluster' | 'wantedNode' | 'packageName' | 'package' | 'template' | 'client' | 'user' | 'password'
	| 'sshKeys' | 'backup' | 'timezone' | 'mail' | 'order' | 'createdAt' | 'overrides'>;

/** A VM that was there before us: taken over as `ready`. */
export type ImportedVm = NewVm & Pick<Vm, 'node' | 'mac' | 'remoteStatus'> & {readonly vmid: number};

export type VmReads = {
	readonly find: (id: number) => Promise<Vm | undefined>;
	/** Throws where there is none. */
	readonly get: (id: number) => Promise<Vm>;
	/** The living VM of that reference, else the one removed last. */
	readonly findByReference: (reference: string) => Promise<Vm | undefined>;
	/** Everything that REF may mean: `v101`, a reference, a hostname (living ones before removed ones), `fra1/101`. */
	readonly resolve: (ref: string) => Promise<readonly Vm[]>;
	readonly list: (filter?: VmFilter) => Promise<readonly Vm[]>;
	readonly listPlaced: () => Promise<readonly PlacedVm[]>;
	/** The VMIDs of those in a cluster, and nothing else of them: there may be many. */
	readonly listVmids: (cluster: string) => Promise<readonly number[]>;
	/** The living VM with that hostname, if any. */
	readonly findLivingByHostname: (hostname: string) => Promise<Vm | undefined>;
	/** VMs that hold this MAC, VMID or client address; for `find`. */
	readonly search: (what: string) => Promise<readonly Vm[]>;
};

export type VmWrites = {
	/** Inserts with status `creation`. */
	readonly insert: (vm: NewVm) => Promise<Vm>;
	/** Inserts with status `ready` and reserves its VMID for ever. */
	readonly insertImported: (vm: ImportedVm) => Promise<Vm>;
	/**
	 Moves the status without a step: the beginning of a pipeline that the VM's status tells of, a termination that failed, a person's reset (compare-and-set).
	 Throws `StatusChanged`. `removed` sets `removedAt` too.
	 */
	readonly enter: (vm: Vm, status: VmStatus, now: number) => Promise<void>;
	/** Moves the status from what it is to the next (compare-and-set) with its step-log row; throws `StatusChanged` where somebody else was first. */
	readonly advance: (vm: Vm, to: VmStatus, log: Omit<StepLogRow, 'from' | 'to'>) => Promise<void>;
	/** Sets facts of a VM that are not its status. */
	readonly set: (id: number, facts: Partial<Pick<Vm, 'node' | 'mac' | 'remoteStatus' | 'password' | 'packageName' | 'package' | 'overrides' | 'template' | 'suspended' | 'resumes' | 'backup' | 'sshKeys'>>) => Promise<void>;
	/** Reserves the next VMID of the range after the last one ever given out (round the end, never one that was reserved before or is in `taken`); undefined: none is left. A VM that has one keeps it unless `isAgain`. */
	readonly reserveVmid: (vm: Vm, range: readonly [number, number], taken: ReadonlySet<number>, isAgain?: boolean) => Promise<number | undefined>;
	readonly setAttention: (id: number, attention: NeedsAttention | null) => Promise<void>;
};

export type Vms = VmReads & VmWrites;
