import {type Backup} from '../domain/backup.js';

export type BackupReads = {
	readonly find: (id: number) => Promise<Backup | undefined>;
	readonly findByOperation: (operationId: number) => Promise<Backup | undefined>;
	/** Oldest first, removed ones too. */
	readonly list: (vmId: number) => Promise<readonly Backup[]>;
	/** The scheduled one of that day. */
	readonly findOfDay: (vmId: number, localDate: string) => Promise<Backup | undefined>;
	/** Moment of each VM's newest good backup (`done`), of VMs that live; those without any are left out. */
	readonly listLastGood: () => Promise<ReadonlyMap<number, number>>;
	/** The newest scheduled or manual backup of each living VM, where that one failed. */
	readonly listLastFailed: () => Promise<readonly Backup[]>;
	/** Running ones. */
	readonly listRunning: () => Promise<readonly Backup[]>;
	/** Finished backups (`done`) of VMs that were removed: what `terminate.keepBackups` may let go. */
	readonly listOfRemoved: (removedBefore: number) => Promise<readonly Backup[]>;
};

/** A volume as a storage lists it. */
export type SeenBackup = {readonly volid: string; readonly sizeBytes: number; readonly createdAt: number; readonly note: string | null};

export type BackupWrites = {
	/** A manual or scheduled one. A scheduled one has one row a VM and day: again, that row is taken up anew (attempts + 1, waiting). */
	readonly add: (backup: Pick<Backup, 'vmId' | 'kind' | 'localDate' | 'storage' | 'note' | 'createdAt' | 'operationId'>) => Promise<Backup>;
	readonly set: (id: number, facts: Partial<Pick<Backup, 'state' | 'volid' | 'sizeBytes' | 'createdAt' | 'finishedAt' | 'cause' | 'storage'>>) => Promise<void>;
	/** Adds volumes of the VM on that storage that nobody knew (`foreign`, done) and marks `done` rows whose volume is gone as removed. */
	readonly sync: (vmId: number, storage: string, seen: readonly SeenBackup[], now: number) => Promise<void>;
};

export type Backups = BackupReads & BackupWrites;
