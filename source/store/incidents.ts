import {type Finding, type Incident} from '../domain/incident.js';

export type IncidentReads = {
	readonly listOpen: () => Promise<readonly Incident[]>;
	readonly find: (id: number) => Promise<Incident | undefined>;
};

export type IncidentWrites = {
	/** Opens what is new, updates what goes on, closes what is over; answers what was opened and closed. */
	readonly reconcile: (findings: readonly Finding[], now: number) => Promise<{readonly opened: readonly Incident[]; readonly closed: readonly Incident[]}>;
	/** Removes some of those that were over before that moment; answers how many. */
	readonly prune: (before: number, limit?: number) => Promise<number>;
	readonly acknowledge: (id: number, acknowledged: NonNullable<Incident['acknowledged']>) => Promise<void>;
};

export type Incidents = IncidentReads & IncidentWrites;
