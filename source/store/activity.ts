import {type Activity, type Actor, type Level} from '../domain/activity.js';

export type ActivityFilter = {
	/** Only rows after this id. */
	readonly after?: number;
	/** Only rows at or after this moment. */
	readonly since?: number;
	/** That level and worse. */
	readonly level?: Level;
	/** A subject, a reference or `v101`. */
	readonly about?: string;
	readonly limit: number;
};

export type ActivityReads = {
	readonly find: (id: number) => Promise<Activity | undefined>;
	/** The newest `limit` rows that fit, oldest first. */
	readonly list: (filter: ActivityFilter) => Promise<readonly Activity[]>;
};

export type ActivityWrites = {
	readonly add: (row: {
		readonly at: number; readonly level: Level; readonly actor: Actor; readonly subject: string; readonly message: string;
		readonly vmId?: number; readonly installId?: number;
	}) => Promise<void>;
	/** Some of those before that moment; answers how many. */
	readonly prune: (level: Level, before: number, limit?: number) => Promise<number>;
};

export type ActivityLog = ActivityReads & ActivityWrites;
