import {type Level} from '../domain/activity.js';
import {type Tables} from '../store/store.js';
import {type Done, type IntentContext} from './intents.js';

/** What stands in the activity log of an intent. */
export type Entry = {
	readonly subject: string;
	readonly message: string;
	readonly vmId?: number;
	readonly installId?: number;
	readonly level?: Level;
};

/** Adds the activity row of an intent, by whoever asked for it. */
export const log = async (tables: Tables, {clock, actor}: IntentContext, {level = 'info', ...entry}: Entry): Promise<void> =>
	tables.activity.add({
		at: clock.now(), level, actor, ...entry,
	});

/** Writes an intent in one transaction and rings if anything changed. */
export const writeIntent = async <T extends {readonly changed: boolean}>({store}: IntentContext, change: (tables: Tables) => Promise<T>): Promise<T> => {
	const answer = await store.write(change);
	if (answer.changed) {
		await store.ring();
	}

	return answer;
};

export const changed = <T>(message: string, subject: T): Done<T> => ({changed: true, message, subject});

/** The wish was so already. */
export const alreadySo = <T>(message: string, subject: T): Done<T> => ({changed: false, message, subject});
