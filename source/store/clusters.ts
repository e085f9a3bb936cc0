import {type ClusterHealth, type Maintenance} from '../domain/cluster.js';

export type ClusterReads = {
	/** What was last seen of each cluster that was ever looked at. */
	readonly list: () => Promise<readonly ClusterHealth[]>;
	/** Those whose end has not passed. */
	readonly listMaintenance: (now: number) => Promise<readonly Maintenance[]>;
};

export type ClusterWrites = {
	/** `since` moves only when the state changes. */
	readonly set: (health: Omit<ClusterHealth, 'since'>) => Promise<void>;
	readonly setMaintenance: (maintenance: Maintenance) => Promise<void>;
	/** False where there was none. */
	readonly endMaintenance: (cluster: string, node: string | null) => Promise<boolean>;
};

export type Clusters = ClusterReads & ClusterWrites;
