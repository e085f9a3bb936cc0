import {
	accessSync,
	constants,
	lstatSync,
	statSync,
} from 'node:fs';
import path from 'node:path';
import {type Actor} from '../domain/activity.js';
import {type Clock} from '../domain/clock.js';
import {safeText} from '../domain/safe-text.js';
import {Refused} from '../intents/refused.js';
import {type DatabaseHealth} from '../store/sqlite/check-database.js';
import {type DatabaseCopy} from '../store/sqlite/copy-database.js';
import {type Store} from '../store/store.js';
import {type Restored} from '../store/upkeep.js';
import {type Comparison} from './compare-with-clusters.js';

/** What may be asked about the database itself. */
export type DatabaseCare = {
	/** Into a new file; throws `Refused` where there is one, and `CopyFailed`. */
	readonly copyTo: (file: string) => Promise<DatabaseCopy>;
	readonly look: () => Promise<DatabaseHealth & {readonly restored: Restored | null}>;
	/** What this older database does not know; throws `Refused` where it is none. */
	readonly compare: () => Promise<Comparison>;
	/** Goes on with it, as it was compared; throws `Refused` where not all could be seen. */
	readonly accept: (comparison: Comparison) => Promise<void>;
};

export type DatabaseCareDeps = {
	readonly store: Store;
	readonly clock: Clock;
	readonly actor: Actor;
	readonly isReadOnly: boolean;
	readonly compareSince: (asOf: number) => Promise<Comparison>;
};

/** What a file system takes for a name, less what the unfinished copy has behind it. */
const longestNameBytes = 255 - 64;

const anotherFile = 'name a new file in a folder that this account may write to';

/** Refuses a place where no copy can be made, before anything is done. */
const checkPlace = (file: string): void => {
	const {dir, base} = path.parse(file);
	if (Buffer.byteLength(base) > longestNameBytes) {
		throw new Refused('invalid', `the name ${safeText(base, 60)} is too long: at most ${longestNameBytes} bytes`, 'name a shorter one');
	}

	try {
		const present = lstatSync(file, {throwIfNoEntry: false});
		if (present) {
			throw new Refused('conflict', `${safeText(file, 300)} is there already${present.isDirectory() ? ', and a folder' : ''}: it was not overwritten`, 'name another file');
		}

		if (statSync(dir, {throwIfNoEntry: false})?.isDirectory() !== true) {
			throw new Refused('invalid', `there is no folder ${safeText(dir, 300)}`, 'make it first, or name another file');
		}

		// eslint-disable-next-line no-bitwise
		accessSync(dir, constants.W_OK | constants.X_OK);
	} catch (error) {
		if (error instanceof Refused) {
			throw error;
		}

		throw new Refused('invalid', `${safeText(file, 300)} cannot be written (${String((error as NodeJS.ErrnoException).code)})`, anotherFile);
	}
};

/** The database's own verbs, for commands. */
export const createDatabaseCare = ({store, clock, actor, isReadOnly, compareSince}: DatabaseCareDeps): DatabaseCare => ({
	async copyTo(file) {
		const target = path.resolve(file);
		checkPlace(target);
		return store.copyTo(target);
	},
	async look() {
		return {...await store.look(), restored: await store.read.upkeep.findRestored()};
	},
	async compare() {
		const restored = await store.read.upkeep.findRestored();
		if (restored === null) {
			throw new Refused('not-allowed', 'this database is not known to be an older one: nothing waits for it', '`cronsole db check` says how it is');
		}

		return compareSince(restored.asOf);
	},
	async accept(comparison) {
		if (isReadOnly) {
			throw new Refused('read-only', 'this session is read-only', 'nothing was changed; start it without --read-only');
		}

		const {problems, lines, ...found} = comparison;
		if (problems.length > 0) {
			throw new Refused('not-allowed', `not all of the clusters could be seen: ${problems.join('; ')}`, 'see to that first, or take a cluster that is no more out of the config; nothing was changed');
		}

		const now = clock.now();
		await store.write(async ({upkeep, activity}) => {
			await upkeep.accept(found, now);
			await activity.add({
				at: now, level: 'warning', actor, subject: 'database', message: `an older database was compared with the clusters and goes on; ${lines.length} differences`,
			});
		});
		await store.ring();
	},
});
