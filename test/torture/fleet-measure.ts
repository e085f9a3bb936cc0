import {readdirSync, readlinkSync, statSync} from 'node:fs';
import process from 'node:process';
import {setImmediate} from 'node:timers/promises';
import {setFlagsFromString} from 'node:v8';
import {runInNewContext} from 'node:vm';
import BetterSqlite from 'better-sqlite3';
import {type FleetWorld} from './fleet-world.js';

/** How much of everything there is. */
export type Sample = {
	/** What JavaScript holds, buffers too, after a forced collection. */
	readonly heapBytes: number;
	readonly rssBytes: number;
	/** Open descriptors that are no sockets, and those that are. */
	readonly files: number;
	readonly sockets: number;
	readonly timers: number;
	readonly databaseBytes: number;
	readonly walBytes: number;
	readonly rows: Readonly<Record<string, number>>;
};

/** Some, with turns of the loop between: what one frees may hold what only the next one finds. */
const collect = async (): Promise<void> => {
	setFlagsFromString('--expose-gc');
	const gc = runInNewContext('gc') as () => void;
	for (let time = 0; time < 3; time++) {
		await setImmediate();
		gc();
	}
};

const countRows = (file: string): Sample['rows'] => {
	const raw = new BetterSqlite(file, {readonly: true});
	const tables = raw.prepare('select name from sqlite_schema where type = \'table\' and name not like \'sqlite_%\' order by name').pluck().all() as string[];
	const rows = Object.fromEntries(tables.map(name => [name, raw.prepare(`select count(*) from ${name}`).pluck().get() as number]));
	raw.close();
	return rows;
};

/** What the descriptors of this process lead to. */
const listDescriptors = (): readonly string[] => readdirSync('/proc/self/fd').flatMap(name => {
	try {
		return [readlinkSync(`/proc/self/fd/${name}`)];
	} catch {
		return []; // That of the look itself.
	}
});

export const takeSample = async ({settings: {database}, timers}: FleetWorld): Promise<Sample> => {
	await collect();
	const {heapUsed, external, rss} = process.memoryUsage();
	const descriptors = listDescriptors();
	const sockets = descriptors.filter(target => target.startsWith('socket:')).length;
	return {
		heapBytes: heapUsed + external, rssBytes: rss, files: descriptors.length - sockets, sockets, timers: timers(),
		databaseBytes: statSync(database).size, walBytes: statSync(`${database}-wal`, {throwIfNoEntry: false})?.size ?? 0, rows: countRows(database),
	};
};

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;

/** The middle of the first third of the samples and that of the last. */
export const thirds = (samples: readonly Sample[], of: (sample: Sample) => number): {readonly first: number; readonly last: number} => {
	const length = Math.max(1, Math.floor(samples.length / 3));
	return {first: median(samples.slice(0, length).map(sample => of(sample))), last: median(samples.slice(-length).map(sample => of(sample)))};
};

const mib = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(1)} MiB`;

/** One line for people. */
export const describeSample = ({heapBytes, rssBytes, files, sockets, timers, databaseBytes, walBytes, rows}: Sample): string =>
	`heap ${mib(heapBytes)}, rss ${mib(rssBytes)}, ${files} files, ${sockets} sockets, ${timers} timers, database ${mib(databaseBytes)}, wal ${mib(walBytes)}, rows ${Object.entries(rows)
		.filter(([, count]) => count > 0).map(([table, count]) => `${table} ${count}`).join(' ')}`;
