import {type ClusterHealth} from './cluster.js';
import {isAcknowledged, type Incident} from './incident.js';

/** What a monitoring check looks at. */
export type Signs = {
	readonly hasLeader: boolean;
	readonly isOnHold: boolean;
	readonly incidents: readonly Incident[];
	readonly clusters: ReadonlyArray<Pick<ClusterHealth, 'name' | 'state'>>;
	readonly needsAttention: number;
	readonly failedInstalls: number;
	readonly failedTasks: number;
	readonly staleLocks: number;
	readonly now: number;
};

/** 0 well, 1 warning, 2 critical: the codes of a monitoring plugin. An incident that somebody acknowledged is only a warning. */
export const judgeSeverity = ({hasLeader, isOnHold, incidents, clusters, needsAttention, failedInstalls, failedTasks, staleLocks, now}: Signs): 0 | 1 | 2 => {
	const broken = clusters.filter(({state}) => ['unreachable', 'denied', 'no-quorum'].includes(state));
	const isCritical = !hasLeader
		|| incidents.some(incident => incident.severity === 'critical' && !isAcknowledged(incident, now))
		|| broken.some(({name}) => incidents.every(incident => !(incident.key.startsWith(`cluster:${name}:`) && isAcknowledged(incident, now))));
	if (isCritical) {
		return 2;
	}

	const isWell = !isOnHold && incidents.length === 0 && clusters.every(({state}) => state === 'ok' || state === 'observed')
		&& needsAttention + failedInstalls + failedTasks + staleLocks === 0;
	return isWell ? 0 : 1;
};
