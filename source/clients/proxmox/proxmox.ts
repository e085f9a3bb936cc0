/** A VM's place: the node that holds it and its VMID. */
export type VmPlace = {
	readonly node: string;
	readonly vmid: number;
};

/** A VM's config as Proxmox answers it, values as text or number; always with `digest`. Keys: `cores`, `memory`, `net0`, `scsi0`, … */
export type VmConfig = Readonly<Record<string, string | number | undefined>> & {readonly digest?: string};

/** A row of `GET /cluster/resources` that we use, leniently read. */
export type Resource =
	| {
		readonly type: 'qemu'; readonly vmid: number; readonly node: string; readonly status: 'running' | 'stopped' | 'unknown';
		readonly name?: string; readonly template: boolean; readonly lock?: string; readonly maxmem?: number; readonly tags?: string;
	}
	| {readonly type: 'node'; readonly node: string; readonly status: 'online' | 'offline' | 'unknown'; readonly maxmem?: number; readonly mem?: number}
	| {
		readonly type: 'storage'; readonly storage: string; readonly node: string; readonly status: string; readonly shared: boolean;
		readonly content: readonly string[]; readonly disk?: number; readonly maxdisk?: number;
	};

/** A task in `GET /cluster/tasks` or `GET /nodes/{node}/tasks`; times are epoch seconds; `status` is the exit text, absent while it runs. */
export type TaskRow = {
	readonly upid: string;
	readonly node: string;
	readonly type: string;
	/** The id field of the UPID: a VMID as text, or ''. */
	readonly id: string;
	readonly user: string;
	readonly startTime: number;
	readonly endTime?: number;
	readonly status?: string;
};

/** `GET /nodes/{node}/tasks/{upid}/status`. */
export type TaskStatus = {
	readonly isRunning: boolean;
	readonly exitStatus: string | null;
};

export type FirewallOptions = Readonly<Record<string, string | number | undefined>>;

export type RrdFrame = 'hour' | 'day' | 'week' | 'month' | 'year';

/** Bytes a second, averaged over the row's step; undefined: no sample. */
export type RrdRow = {readonly time: number; readonly netIn: number | undefined; readonly netOut: number | undefined};

export type SnapshotRow = {readonly name: string; readonly description: string; readonly createdAt: number; readonly parent: string | null; readonly isBroken: boolean};

/** `createdAt` in ms: when the backup began. */
export type BackupRow = {
	readonly volid: string; readonly vmid: number; readonly sizeBytes: number; readonly createdAt: number; readonly note: string | null; readonly isProtected: boolean;
};

/** What a clone call wants; `name` is a DNS name, `description` carries our stamp. */
export type CloneWish = {
	readonly newid: number;
	readonly name: string;
	readonly description: string;
	readonly full: boolean;
	readonly storage?: string;
};

/**
 The part of the Proxmox VE API that the product uses, of one cluster. Every method throws `ClientError`; those that change
 something check the caller's lease straight before the call goes out, and answer `unknown-outcome` where it may have
 arrived. A returned UPID says nothing about the task's end.
 */
export type Proxmox = {
	/** The cluster's name in the config. */
	readonly cluster: string;
	/** `9.2.11`. */
	readonly getVersion: () => Promise<string>;
	readonly getClusterStatus: () => Promise<{readonly isQuorate: boolean; readonly nodes: ReadonlyArray<{readonly name: string; readonly isOnline: boolean}>}>;
	readonly listResources: () => Promise<readonly Resource[]>;
	/** Path → privileges of the token. */
	readonly getPermissions: () => Promise<Readonly<Record<string, readonly string[]>>>;
	readonly isClusterFirewallOn: () => Promise<boolean>;
	/** The recent tasks of all nodes, running ones without `status`. */
	readonly listClusterTasks: () => Promise<readonly TaskRow[]>;
	/** Tasks of one node, running ones too; `since` in epoch seconds. */
	readonly listNodeTasks: (node: string, filter: {readonly vmid?: number; readonly type?: string; readonly since?: number}) => Promise<readonly TaskRow[]>;
	/** Throws `missing` where the node knows no such task. */
	readonly getTaskStatus: (upid: string) => Promise<TaskStatus>;
	readonly getTaskLog: (upid: string, range: {readonly start: number; readonly limit: number}) => Promise<{readonly lines: readonly string[]; readonly total: number}>;

	/** Pending values merged in; throws `missing` where this node has no such VM. */
	readonly getVmConfig: (place: VmPlace) => Promise<VmConfig>;
	/** What it runs with, without what is pending. */
	readonly getActiveConfig: (place: VmPlace) => Promise<VmConfig>;
	/** Sets and (`undefined`) deletes keys; with `digest` it is refused (`transient`) if somebody else changed the config since. */
	readonly setVmConfig: (place: VmPlace, changes: Readonly<Record<string, string | number | boolean | undefined>>, digest?: string) => Promise<void>;
	readonly getVmStatus: (place: VmPlace) => Promise<{readonly status: 'running' | 'stopped'; readonly lock: string | null}>;
	/** Samples of one of Proxmox's frames, oldest first; `time` is the end of a step in epoch seconds. Rows without a rate have no sample there. */
	readonly listRrd: (place: VmPlace, frame: RrdFrame) => Promise<readonly RrdRow[]>;
	/** Resolves to false where the guest agent does not answer. */
	readonly isAgentAnswering: (place: VmPlace) => Promise<boolean>;
	/** Starts the clone on the template's node; the UPID's id is the template's. */
	readonly cloneVm: (template: VmPlace, wish: CloneWish) => Promise<string>;
	readonly migrateVm: (place: VmPlace, wish: {readonly target: string; readonly targetStorage?: string}) => Promise<string>;
	/** Absolute size in GiB, never smaller; answers a UPID. */
	readonly resizeDisk: (place: VmPlace, wish: {readonly disk: string; readonly gib: number}) => Promise<string>;
	readonly startVm: (place: VmPlace) => Promise<string>;
	/** Asks the guest; with `isForced` it is stopped once the time is over. */
	readonly shutdownVm: (place: VmPlace, wish: {readonly timeoutSeconds: number; readonly isForced: boolean}) => Promise<string>;
	/** Hard; with `isOverruling` it ends shutdowns that are under way first. */
	readonly stopVm: (place: VmPlace, wish?: {readonly isOverruling?: boolean}) => Promise<string>;
	/** Asks the guest, then starts it again with what was pending; refused where the VM is off. */
	readonly rebootVm: (place: VmPlace, wish: {readonly timeoutSeconds: number}) => Promise<string>;
	/** With its disks, and out of backup jobs; refused where it runs or is protected. */
	readonly destroyVm: (place: VmPlace) => Promise<string>;
	/** Writes the cloud-init drive anew. */
	readonly renewCloudInit: (place: VmPlace) => Promise<void>;
	/** Without `current`; `createdAt` in ms. `isBroken`: it was begun or half removed. */
	readonly listSnapshots: (place: VmPlace) => Promise<readonly SnapshotRow[]>;
	readonly takeSnapshot: (place: VmPlace, wish: {readonly name: string; readonly description: string}) => Promise<string>;
	readonly removeSnapshot: (place: VmPlace, name: string) => Promise<string>;
	readonly rollBack: (place: VmPlace, name: string) => Promise<string>;
	/** On the node where the VM is; keeps every older backup. `missing` where it is not: nothing was backed up. */
	readonly backUp: (place: VmPlace, wish: {readonly storage: string; readonly mode: string; readonly compress: string; readonly note: string}) => Promise<string>;
	/** Backups on a storage as seen from a node, of one VM or of all. */
	readonly listBackups: (node: string, storage: string, vmid?: number) => Promise<readonly BackupRow[]>;
	/** Null: it is gone already by the time of the answer. */
	readonly removeBackup: (node: string, storage: string, volid: string) => Promise<string | null>;
	/** Over the VM as it is (`force`): its disks and snapshots go. It must be off. With `isNew` there must be none: Proxmox refuses to replace one. */
	readonly restoreVm: (place: VmPlace, wish: {readonly volid: string; readonly storage?: string; readonly isNew?: boolean}) => Promise<string>;
	readonly getFirewallOptions: (place: VmPlace) => Promise<FirewallOptions>;
	readonly setFirewallOptions: (place: VmPlace, options: Readonly<Record<string, string | number | boolean>>) => Promise<void>;
	readonly listIpSets: (place: VmPlace) => Promise<readonly string[]>;
	readonly createIpSet: (place: VmPlace, name: string) => Promise<void>;
	readonly listIpSetEntries: (place: VmPlace, name: string) => Promise<readonly string[]>;
	readonly addIpSetEntry: (place: VmPlace, name: string, cidr: string) => Promise<void>;
	readonly removeIpSetEntry: (place: VmPlace, name: string, cidr: string) => Promise<void>;
};

/** Throws when the caller may not change anything any more (its lease is near its end or was taken). */
export type Guard = () => void;

/** A cluster that can be spoken to; limits, TLS and the order of URLs are shared by everyone in this process. */
export type ProxmoxConnection = {
	/** The API for a holder of a lease: its guard is asked straight before each change. */
	readonly guardedBy: (guard: Guard) => Proxmox;
	/** For looking only: every change throws. */
	readonly reader: Proxmox;
	readonly close: () => Promise<void>;
};
