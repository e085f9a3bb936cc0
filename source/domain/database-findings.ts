import {type Finding} from './incident.js';
import {acceptCommand} from './restored.js';

/** What is wrong with the database itself. */
export type DatabaseTroubles = {
	/** Why it is an older one than it should be; null: it is not. */
	readonly restored: string | null;
	/** Why the last daily copy was not made; null: it was. */
	readonly copy: string | null;
};

/** The database as a cause of its own. */
export const findDatabaseFindings = ({restored, copy}: DatabaseTroubles): readonly Finding[] => [
	...(restored === null
		? []
		: [{
			key: 'database:restored', severity: 'critical' as const, cause: `${restored}: nothing is worked on until it was compared with the clusters`, command: acceptCommand, affects: 1,
		}]),
	...(copy === null
		? []
		: [{
			key: 'database:copy', severity: 'warning' as const, cause: `the daily copy of the database was not made: ${copy}`, command: 'cronsole db check', affects: 1,
		}]),
];
