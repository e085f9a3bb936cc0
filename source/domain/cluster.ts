/** How a cluster is, as every screen says it. */
export type ClusterCondition = 'ok' | 'degraded' | 'unreachable' | 'denied' | 'no-quorum' | 'maintenance' | 'observed';

/** What we know of a cluster: of the last look at it and of a person's maintenance. */
export type ClusterHealth = {
	readonly name: string;
	readonly state: ClusterCondition;
	readonly version: string | null;
	/** One line: why it is not ok. */
	readonly error: string | null;
	readonly since: number;
	readonly checkedAt: number;
	/** Nodes that do not answer or are offline. */
	readonly nodesDown: readonly string[];
	/** Another installation whose stamp a VM of the cluster bears: nothing is changed there until a person has looked. Null: none was seen. */
	readonly foreignInstallation: string | null;
};

/** A cluster (node null) or one of its nodes taken out of work by a person. */
export type Maintenance = {
	readonly cluster: string;
	readonly node: string | null;
	readonly by: string;
	readonly reason: string | null;
	readonly since: number;
	readonly until: number | null;
};

/** Everything stands still, by a person's wish. */
export type Hold = {
	readonly by: string;
	readonly reason: string | null;
	readonly since: number;
	readonly until: number | null;
};

/** Whether a cluster in this condition can be worked on; work on one that is only observed looks, and sends no change. */
export const isWorkable = (state: ClusterCondition): boolean => ['ok', 'degraded', 'observed'].includes(state);
