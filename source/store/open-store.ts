import {accessSync, constants, readFileSync} from 'node:fs';
import {hostname} from 'node:os';
import {dirname, join, resolve} from 'node:path';
import {type Clock} from '../domain/clock.js';
import {connect} from './connect.js';
import {createTables} from './create-tables.js';
import {type Database} from './sqlite.js';
import {createBell} from './sqlite/bell.js';
import {checkDatabase} from './sqlite/check-database.js';
import {copyDatabase} from './sqlite/copy-database.js';
import {createFolder} from './sqlite/create-file.js';
import {refuseNetworkFileSystem} from './sqlite/file-system.js';
import {isBehindMark, keepMark} from './sqlite/mark.js';
import {toUnusable} from './sqlite/to-unusable.js';
import {createWitnesses} from './sqlite/witnesses.js';
import {type Reads, type Store, type Tables} from './store.js';
import {createBacklog} from './tables/backlog.js';
import {checkLease, createLeases} from './tables/leases.js';
import {createListings} from './tables/listings.js';
import {createOverview} from './tables/overview.js';
import {createSessions, type Here} from './tables/sessions.js';
import {createUpkeep} from './tables/upkeep.js';

/** Where the database lies and what tells the time; `runDirectory` holds witnesses and bells, by default `run` beside the file. */
export type StorePlace = {
	readonly path: string;
	readonly clock: Clock;
	readonly runDirectory?: string;
	/** How long a write waits for that of somebody else, by default 15 s. */
	readonly waitMs?: number;
};

const prepareFolder = (folder: string): void => {
	try {
		refuseNetworkFileSystem(folder);
		createFolder(folder);
		// eslint-disable-next-line no-bitwise
		accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
	} catch (error) {
		throw toUnusable(error, folder);
	}
};

const look = (): Here => ({
	host: hostname(),
	pid: process.pid,
	bootId: readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(),
	createId: () => crypto.randomUUID(),
});

/** The name of this database in every stamp: whoever opens it first gives it. */
const findInstallation = async ({reader, write}: Database): Promise<string> => {
	const find = async (db: Database['reader']) => db.selectFrom('meta').select('value').where('key', '=', 'installation').executeTakeFirst();
	const known = await find(reader);

	if (known) {
		return known.value;
	}

	return write(async db => {
		const name = Buffer.from(crypto.getRandomValues(new Uint8Array(4))).toString('hex');
		await db.insertInto('meta').values({key: 'installation', value: name}).onConflict(conflict => conflict.doNothing()).execute();
		const {value} = (await find(db))!;
		return value;
	});
};

/** An older database than the mark beside it, as after a file was put in its place: nothing goes on before a person has looked. */
const pauseWhereBehind = async (database: Database, path: string, installation: string, clock: Clock): Promise<void> => {
	if (isBehindMark(path, database.mark(installation))) {
		await database.write(async db => createUpkeep(db).pauseRestored('this database is older than what was done with it', clock.now()));
	}
};

/** Opens the database of an installation; makes it where there is none. Throws `StoreUnusable` or `UnsupportedDatabase`. */
export const openStore = async ({path, clock, runDirectory, waitMs}: StorePlace): Promise<Store> => {
	const database = await connect(path, waitMs);

	try {
		const folder = runDirectory ?? join(dirname(resolve(path)), 'run');
		prepareFolder(folder);
		const installation = await findInstallation(database);
		await pauseWhereBehind(database, path, installation, clock);
		const bell = createBell(folder);
		const witnesses = createWitnesses(folder, clock);
		const world = {here: look(), witnesses, clock};
		const read: Reads = {...createTables(database.reader), listings: createListings(database.snapshot, clock), backlog: createBacklog(database.reader)};
		const tables = createTables(database.writer);
		const deaf = new Set<() => Promise<void>>();

		return {
			installation,
			place: path,
			read,
			overview: createOverview(database, world),
			write: async change => database.write(async () => change(tables)),
			fencedBy: lease => ({
				read,
				lease,
				write: async <T>(change: (tables: Tables) => Promise<T>) => database.write(async db => {
					await checkLease(db, lease);
					return change(tables);
				}),
			}),
			leases: createLeases(database, world),
			sessions: createSessions(database, world),
			ring: bell.ring,
			async onRing(heard) {
				const stop = await bell.onRing(heard);
				deaf.add(stop);
				return async () => {
					deaf.delete(stop);
					await stop();
				};
			},
			dataVersion: database.dataVersion,
			findDamage: database.findDamage,
			checkpoint: database.checkpoint,
			keepMark() {
				keepMark(path, database.mark(installation));
			},
			copyTo: async file => copyDatabase(path, file, clock.now()),
			look: async () => checkDatabase(path),
			async close() {
				await Promise.all([...deaf].map(async stop => stop()));
				witnesses.endAll();
				await database.close();
			},
		};
	} catch (error) {
		await database.close();
		throw error;
	}
};
