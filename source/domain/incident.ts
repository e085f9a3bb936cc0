/** A cause that is wrong now (or was): one per cause, with what hangs on it. */
export type Incident = {
	readonly id: number;
	/** What makes it the same incident: `cluster:fra1:unreachable`, `vm:101:attention`, `task:process_vms:overdue`. */
	readonly key: string;
	readonly severity: 'warning' | 'critical';
	/** One line for people. */
	readonly cause: string;
	/** The command that helps, or null. */
	readonly command: string | null;
	readonly since: number;
	readonly closedAt: number | null;
	/** How many VMs, installs or tasks hang on it. */
	readonly affects: number;
	readonly acknowledged: null | {readonly by: string; readonly at: number; readonly note: string | null; readonly until: number | null};
};

/** An incident as it should be open now, by the pure function over the overview. */
export type Finding = Pick<Incident, 'key' | 'severity' | 'cause' | 'command' | 'affects'>;

/** Whether somebody has taken notice of it, and not for a time that is over. */
export const isAcknowledged = ({acknowledged}: Pick<Incident, 'acknowledged'>, now: number): boolean => acknowledged !== null && (acknowledged.until === null || acknowledged.until > now);
