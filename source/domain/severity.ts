import {type ClusterCondition} from './cluster.js';
import {type Incident} from './incident.js';

/** What a monitoring check looks at. */
export type Signs = {
	readonly hasLeader: boolean;
	readonly isOnHold: boolean;
	readonly incidents: readonly Incident[];
	readonly clusters: readonly ClusterCondition[];
	readonly needsAttention: number;
	readonly failedInstalls: number;
	readonly failedTasks: number;
	readonly staleLocks: number;
	readonly now: number;
};

/** 0 well, 1 warning, 2 critical: the codes of a monitoring plugin. An incident that somebody acknowledged is only a warning. */
export const judgeSeverity = (signs: Signs): 0 | 1 | 2 => {
	const isKnown = ({acknowledged}: Incident) => acknowledged !== null && (acknowledged.until === null || acknowledged.until > signs.now);
	const isCritical = !signs.hasLeader
		|| signs.incidents.some(incident => incident.severity === 'critical' && !isKnown(incident))
		|| (signs.clusters.some(state => ['unreachable', 'denied', 'no-quorum'].includes(state)) && signs.incidents.every(incident => !isKnown(incident)));
	if (isCritical) {
		return 2;
	}

	const isWarning = signs.isOnHold || signs.incidents.length > 0 || signs.clusters.some(state => state !== 'ok' && state !== 'observed')
		|| signs.needsAttention + signs.failedInstalls + signs.failedTasks + signs.staleLocks > 0;
	return isWarning ? 1 : 0;
};
