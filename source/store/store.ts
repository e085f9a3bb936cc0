import {type HeldLease} from '../domain/lease.js';
import {type ListingReads} from '../domain/listing.js';
import {type BacklogReads} from './backlog.js';
import {type DatabaseHealth} from './sqlite/check-database.js';
import {type DatabaseCopy} from './sqlite/copy-database.js';
import {type BackupReads, type Backups} from './backups.js';
import {type SnapshotReads, type Snapshots} from './snapshots.js';
import {type Traffic, type TrafficReads} from './traffic.js';
import {type ActivityLog, type ActivityReads} from './activity.js';
import {type AddressReads, type Addresses} from './addresses.js';
import {type ClientReads, type Clients} from './clients.js';
import {type ClusterReads, type Clusters} from './clusters.js';
import {type DnsRecordReads, type DnsRecords} from './dns-records.js';
import {type IncidentReads, type Incidents} from './incidents.js';
import {type InstallReads, type Installs} from './installs.js';
import {type Intake, type IntakeReads} from './intake.js';
import {type Leases} from './leases.js';
import {type OperationReads, type Operations} from './operations.js';
import {type Outbox, type OutboxReads} from './outbox.js';
import {type OverviewReads} from './overview.js';
import {type RemoteTaskReads, type RemoteTasks} from './remote-tasks.js';
import {type RunReads, type Runs} from './runs.js';
import {type RunRequestReads, type RunRequests} from './run-requests.js';
import {type Sessions} from './sessions.js';
import {type StepLog, type StepLogReads} from './step-log.js';
import {type TaskSettingReads, type TaskSettings} from './task-settings.js';
import {type Upkeep, type UpkeepReads} from './upkeep.js';
import {type VmReads, type Vms} from './vms.js';

/** What can be looked up, outside any transaction. */
export type Reads = {
	readonly vms: VmReads;
	readonly operations: OperationReads;
	readonly addresses: AddressReads;
	readonly remoteTasks: RemoteTaskReads;
	readonly runs: RunReads;
	readonly runRequests: RunRequestReads;
	readonly taskSettings: TaskSettingReads;
	readonly clusters: ClusterReads;
	readonly incidents: IncidentReads;
	readonly stepLog: StepLogReads;
	readonly activity: ActivityReads;
	readonly outbox: OutboxReads;
	readonly installs: InstallReads;
	readonly snapshots: SnapshotReads;
	readonly backups: BackupReads;
	readonly traffic: TrafficReads;
	readonly dnsRecords: DnsRecordReads;
	readonly clients: ClientReads;
	readonly upkeep: UpkeepReads;
	readonly intake: IntakeReads;
	readonly listings: ListingReads;
	readonly backlog: BacklogReads;
};

/** What can be looked up and changed inside one transaction. Nothing but the database may be awaited in it. */
export type Tables = {
	readonly vms: Vms;
	readonly operations: Operations;
	readonly addresses: Addresses;
	readonly remoteTasks: RemoteTasks;
	readonly runs: Runs;
	readonly runRequests: RunRequests;
	readonly taskSettings: TaskSettings;
	readonly clusters: Clusters;
	readonly incidents: Incidents;
	readonly stepLog: StepLog;
	readonly activity: ActivityLog;
	readonly outbox: Outbox;
	readonly installs: Installs;
	readonly snapshots: Snapshots;
	readonly backups: Backups;
	readonly traffic: Traffic;
	readonly dnsRecords: DnsRecords;
	readonly clients: Clients;
	readonly upkeep: Upkeep;
	readonly intake: Intake;
};

/** For tasks and pipelines: every change carries the owner and number of a lease, and throws `LockLost` once it was taken. */
export type FencedStore = {
	readonly read: Reads;
	/** One durable transaction (BEGIN IMMEDIATE), all or nothing; checks the lease first. */
	readonly write: <T>(change: (tables: Tables) => Promise<T>) => Promise<T>;
	readonly lease: HeldLease;
};

/** The database of one installation. */
export type Store = {
	/** Made once per database: part of every stamp. */
	readonly installation: string;
	/** For people: the file's path. */
	readonly place: string;
	readonly read: Reads;
	/** Everything of the first view at once. */
	readonly overview: OverviewReads['read'];
	/** One durable transaction (BEGIN IMMEDIATE), all or nothing. */
	readonly write: <T>(change: (tables: Tables) => Promise<T>) => Promise<T>;
	readonly fencedBy: (lease: HeldLease) => FencedStore;
	readonly leases: Leases;
	readonly sessions: Sessions;
	/** Wakes whoever listens (the leader, those who stand by). A hint: the rows are the truth, and a poll stands behind it. Never throws. */
	readonly ring: () => Promise<void>;
	/** Hears the bell; the answer stops listening. */
	readonly onRing: (heard: () => void) => Promise<() => Promise<void>>;
	/** Changes whenever another connection committed something. */
	readonly dataVersion: () => number;
	/** What this process met of damage since it opened the database, one line; null: none. */
	readonly findDamage: () => string | null;
	/** Leader's chores. */
	readonly checkpoint: () => Promise<void>;
	/** Writes beside the database how far it has come, so that an older one is known for what it is. */
	readonly keepMark: () => void;
	/** A copy that was looked through, in a new file; throws `CopyFailed`. */
	readonly copyTo: (file: string) => Promise<DatabaseCopy>;
	/** Looks through all of it, which takes a while. */
	readonly look: () => Promise<DatabaseHealth>;
	readonly close: () => Promise<void>;
};

/** The database cannot be used: exit 69. The message says why and what to do. */
export class StoreUnusable extends Error {
	override readonly name = 'StoreUnusable';
	/** What to do about it. */
	readonly hint: string;
	constructor(message: string, hint: string, options?: {readonly cause?: unknown}) {
		super(message, options);
		this.hint = hint;
	}
}

/** Compare-and-set failed: somebody else moved the VM on meanwhile. */
export class StatusChanged extends Error {
	override readonly name = 'StatusChanged';
}
