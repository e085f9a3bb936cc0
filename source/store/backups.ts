import {type Backup} from '../domain/backup.js';
import {type Vm} from '../domain/vm.js';

/** What is known of one VM's scheduled day. */
export type ScheduledDay = Pick<Backup, 'vmId' | 'state' | 'attempts' | 'finishedAt'> & {readonly localDate: string};

/** A VM whose backups are looked after, and what is known to be there. */
export type KnownVolumes = Pick<Vm, 'id' | 'hostname' | 'createdAt'> & {readonly vmid: number; readonly volids: ReadonlySet<string>};

export type FailedBackup = Pick<Backup, 'vmId' | 'storage' | 'cause'> & Pick<Vm, 'hostname' | 'cluster'>;

/** A VM without a good backup for too long; `lastGoodAt` null: it never had one, or none is left. */
export type Unprotected = {readonly vm: Pick<Vm, 'id' | 'hostname' | 'cluster' | 'backup' | 'package'>; readonly lastGoodAt: number | null};

export type BackupReads = {
	readonly find: (id: number) => Promise<Backup | undefined>;
	readonly findByOperation: (operationId: number) => Promise<Backup | undefined>;
	/** Oldest first, removed ones too. */
	readonly list: (vmId: number) => Promise<readonly Backup[]>;
	/** The scheduled one of that day. */
	readonly findOfDay: (vmId: number, localDate: string) => Promise<Backup | undefined>;
	/** Moment of each VM's newest good backup (`done`), of VMs that live; those without any are left out. */
	readonly listLastGood: () => Promise<ReadonlyMap<number, number>>;
	/** The newest scheduled or manual backup of each living VM, where that one failed; also while its day's next attempt is under way. */
	readonly listLastFailed: () => Promise<readonly FailedBackup[]>;
	/**
	 Living VMs whose scheduled backups have come to nothing for too long: no good backup since `goodAfter`, and the first scheduled one since the last
	 good was begun before `begunBefore`. Whether they are still to be backed up is for the caller to say.
	 */
	readonly listUnprotected: (since: {readonly goodAfter: number; readonly begunBefore: number}) => Promise<readonly Unprotected[]>;
	/** Every VM's scheduled days from that one on. */
	readonly listDays: (fromDate: string) => Promise<readonly ScheduledDay[]>;
	/** Living VMs of the cluster that have a place in it, with their good backups on that storage. */
	readonly listKnown: (cluster: string, storage: string) => Promise<readonly KnownVolumes[]>;
	/** Those that wait or run although the operation that was to make them has ended. */
	readonly listOrphaned: () => Promise<readonly Backup[]>;
	/** Running ones. */
	readonly listRunning: () => Promise<readonly Backup[]>;
	/** Finished backups (`done`) of VMs that were removed: what `terminate.keepBackups` may let go. */
	readonly listOfRemoved: (removedBefore: number) => Promise<readonly Backup[]>;
};

/** A volume as a storage lists it. */
export type SeenBackup = {readonly volid: string; readonly sizeBytes: number; readonly createdAt: number; readonly note: string | null};

export type BackupWrites = {
	/** A manual or scheduled one. A scheduled one has one row a VM and day: again, that row, if it failed, is taken up anew (attempts + 1, waiting); throws where the day has a better one. */
	readonly add: (backup: Pick<Backup, 'vmId' | 'kind' | 'localDate' | 'storage' | 'note' | 'createdAt' | 'operationId'>) => Promise<Backup>;
	readonly set: (id: number, facts: Partial<Pick<Backup, 'state' | 'volid' | 'sizeBytes' | 'createdAt' | 'finishedAt' | 'cause' | 'storage'>>) => Promise<void>;
	/** Adds volumes of the VM on that storage that nobody knew (`foreign`, done) and marks `done` rows whose volume is gone as removed. */
	readonly sync: (vmId: number, storage: string, seen: readonly SeenBackup[], now: number) => Promise<void>;
	/** Forgets some of those that failed or were removed before that moment; answers how many. */
	readonly prune: (before: number, limit?: number) => Promise<number>;
};

export type Backups = BackupReads & BackupWrites;
