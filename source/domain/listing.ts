import {type Activity, type Level} from './activity.js';
import {type Backup} from './backup.js';
import {type Install} from './install.js';
import {type Operation} from './operation.js';
import {type Package} from './package.js';
import {type Snapshot} from './snapshot.js';
import {type TrafficSpan} from './traffic.js';
import {type Vm} from './vm.js';

/** A VM in one line: only what a list shows, so that ten thousand of them are read in a blink. */
export type VmLine = Pick<Vm, 'id' | 'reference' | 'hostname' | 'cluster' | 'node' | 'vmid' | 'status' | 'remoteStatus' | 'suspended' | 'needsAttention' | 'packageName' | 'createdAt' | 'version'> & {
	/** The e-mail address of its client. */
	readonly client: string;
	/** Its first address, IPv4 before IPv6; null: it has none. */
	readonly address: string | null;
	/** What is under way, else what is next in turn. */
	readonly operation: Pick<Operation, 'id' | 'kind' | 'state' | 'position' | 'attempt' | 'nextAttemptAt' | 'waitingFor' | 'message' | 'requestedAt' | 'startedAt' | 'stepSince'> | null;
	/** 0 to 100 of the remote task that it waits for. */
	readonly progress: number | null;
};

/** An install in one line. */
export type InstallLine = Install;

/** Whose a row of backups or snapshots is. */
export type OfVm = {readonly hostname: string; readonly reference: string; readonly cluster: string};

export type BackupLine = Backup & OfVm;
export type SnapshotLine = Snapshot & OfVm;

/** What a VM moved in one month, summed up to its watermark; nothing was counted yet: zeros and `countedAt` null. */
export type TrafficLine = TrafficSpan & OfVm & {
	readonly vmId: number;
	/** GB (10⁹ bytes) that the package includes, and what of it counts; null: no limit. */
	readonly trafficGb: number | null;
	readonly traffic: Package['traffic'] | null;
	/** Wall ms; null: never. */
	readonly countedAt: number | null;
};

/** Rows of one kind, and how many there are where not all were read. */
export type Lines<Line> = {readonly rows: readonly Line[]; readonly total: number};

/**
 `text`: words, each of which must stand somewhere in a row (in its actor, its subject or its message), letters of any case, nothing in them means anything
 else; of more than 1000 letters the first 1000. `level`: that level and worse.
 */
export type ActivitySearch = {readonly text: string; readonly level: Level | null; readonly limit: number};

/** What the views of the console are made of: slim rows, each list read at once. */
export type ListingReads = {
	/** Those that need a person (the longest first), those in work (the oldest operation first), the rest by hostname, removed ones (the last removed first). */
	readonly vms: (limit: number) => Promise<Lines<VmLine>>;
	/** Failed, running, pending, then what is over; of each the newest first. */
	readonly installs: (limit: number) => Promise<Lines<InstallLine>>;
	/** All but removed ones, newest first; those of removed VMs too. */
	readonly backups: (limit: number) => Promise<Lines<BackupLine>>;
	/** Newest first. */
	readonly snapshots: (limit: number) => Promise<Lines<SnapshotLine>>;
	/** Every living VM in the month `2026-11`; the most of what counts (`billableBytes`) first. */
	readonly traffic: (month: string, limit: number) => Promise<Lines<TrafficLine>>;
	/** The newest that fit, oldest first; `total`: how many fit. The log is gone through once at most. */
	readonly activity: (search: ActivitySearch) => Promise<Lines<Activity>>;
};
