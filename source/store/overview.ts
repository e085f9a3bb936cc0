import {type Activity} from '../domain/activity.js';
import {type ClusterHealth, type Hold, type Maintenance} from '../domain/cluster.js';
import {type Incident} from '../domain/incident.js';
import {type Install, type InstallState} from '../domain/install.js';
import {type LeaseView, type Session} from '../domain/lease.js';
import {type Operation} from '../domain/operation.js';
import {type Run} from '../domain/run.js';
import {type Vm} from '../domain/vm.js';
import {type Skips} from './runs.js';
import {type TaskSetting} from './task-settings.js';

/** A VM with an unfinished operation or a need, as the first view shows it. */
export type VmInWork = {
	readonly vm: Pick<Vm, 'id' | 'reference' | 'hostname' | 'cluster' | 'node' | 'vmid' | 'status' | 'needsAttention' | 'suspended' | 'version'>;
	readonly operation: Operation | null;
	/** 0 to 100 of the remote task that it waits for. */
	readonly progress: number | null;
};

/** How often tables were changed, by their names. */
export type Stamps = Readonly<Record<string, number>>;

/** Everything that the first view, `status` and the incidents are made of, read in one transaction. Moments are ms since the epoch. */
export type Overview = {
	readonly now: number;
	/** How often each table was changed that a screen shows something of; those of leases, sessions and skips are not counted. */
	readonly stamps: Stamps;
	readonly hold: Hold | null;
	readonly leader: (Session & {readonly renewedAt: number}) | null;
	readonly lastLeader: Session | null;
	/** Living sessions, the leader's too. */
	readonly sessions: readonly Session[];
	readonly lastRuns: readonly Run[];
	/** Newest first, at most 8 a task. */
	readonly recentRuns: readonly Run[];
	readonly skips: readonly Skips[];
	readonly taskSettings: readonly TaskSetting[];
	readonly leases: readonly LeaseView[];
	readonly vmCounts: {readonly ready: number; readonly inWork: number; readonly needsAttention: number; readonly suspended: number; readonly removed: number};
	readonly installCounts: Readonly<Record<InstallState, number>>;
	/** Those that need a person first, then the oldest operation first; at most `limit`. */
	readonly vmsInWork: readonly VmInWork[];
	/** Unfinished operations per cluster, of VMs that need nobody. */
	readonly workByCluster: ReadonlyArray<{readonly cluster: string; readonly count: number}>;
	/** Failed first, then running, then pending, oldest first; at most `limit`. */
	readonly installs: readonly Install[];
	readonly clusters: readonly ClusterHealth[];
	readonly maintenance: readonly Maintenance[];
	readonly incidents: readonly Incident[];
	/** Oldest first. */
	readonly activity: readonly Activity[];
};

export type OverviewReads = {
	readonly read: (limit: {readonly vms: number; readonly installs: number; readonly activity: number}) => Promise<Overview>;
};
