import {
	type Kysely,
	type RawBuilder,
	type Selectable,
	sql,
} from 'kysely';
import {type Clock} from '../../domain/clock.js';
import {type InstallState} from '../../domain/install.js';
import {
	type BackupLine,
	type InstallLine,
	type Lines,
	type ListingReads,
	type OfVm,
	type SnapshotLine,
	type TrafficLine,
} from '../../domain/listing.js';
import {billableBytes} from '../../domain/usage.js';
import {type InstallTable} from '../schema-rows.js';
import {type Schema} from '../schema.js';
import {type Database} from '../sqlite.js';
import {searchActivity} from './activity-search.js';
import {toBackup} from './backups.js';
import {readInSlices} from './in-slices.js';
import {toInstall} from './installs.js';
import {createKeptVms} from './kept-vms.js';
import {toSnapshot} from './snapshots.js';

const count = async (db: Kysely<Schema>, table: 'installs' | 'snapshots'): Promise<number> => {
	const {total} = await db.selectFrom(table).select(eb => eb.fn.countAll<number>().as('total')).executeTakeFirstOrThrow();
	return total;
};

type Aged = {readonly created_at: number; readonly id: number};

/** Newest first, each slice from where the one before ended. */
const listNewest = async <Row extends Aged>(limit: number, page: (isOlder: RawBuilder<boolean>, limit: number) => Promise<readonly Row[]>): Promise<readonly Row[]> =>
	readInSlices<Row>(limit, async (last, wanted) => page(sql<boolean>`(created_at, id) < (${last?.created_at ?? Number.MAX_VALUE}, ${last?.id ?? 0})`, wanted));

const listInstallsIn = async (db: Kysely<Schema>, state: InstallState, most: number): Promise<ReadonlyArray<Selectable<InstallTable>>> =>
	listNewest(most, async (isOlder, limit) => db.selectFrom('installs').selectAll().where('state', '=', state).where(isOlder)
		.orderBy('created_at', 'desc').orderBy('id', 'desc').limit(limit).execute());

const listInstalls = async (db: Kysely<Schema>, limit: number): Promise<Lines<InstallLine>> => {
	const rows: Array<Selectable<InstallTable>> = [];

	for (const states of [['failed'], ['running'], ['pending'], ['done', 'dropped']] as const) {
		const left = limit - rows.length;
		const found = await Promise.all(states.map(async state => listInstallsIn(db, state, left)));
		rows.push(...found.flat().toSorted((a, b) => b.created_at - a.created_at).slice(0, left));
	}

	return {rows: rows.map(row => toInstall(row)), total: await count(db, 'installs')};
};

type Named = OfVm & {readonly id: number};

/** Of every VM, found by its id: many rows have the same one. */
const listNames = async (db: Kysely<Schema>): Promise<ReadonlyMap<number, OfVm>> => {
	const rows = await readInSlices<Named>(Infinity, async (last, limit) => {
		const page = await sql<Named>`select id, hostname, reference, cluster from vms not indexed where id > ${last?.id ?? 0} order by id limit ${limit}`.execute(db);
		return page.rows;
	});
	return new Map(rows.map(({id, hostname, reference, cluster}) => [id, {hostname, reference, cluster}]));
};

const listBackups = async (db: Kysely<Schema>, most: number): Promise<Lines<BackupLine>> => {
	const names = await listNames(db);
	const all = () => db.selectFrom('backups').where(sql<boolean>`state <> 'removed'`);
	const rows = await listNewest(most, async (isOlder, limit) => all().selectAll().where(isOlder).orderBy('created_at', 'desc').orderBy('id', 'desc').limit(limit).execute());
	const {total} = await all().select(eb => eb.fn.countAll<number>().as('total')).executeTakeFirstOrThrow();
	return {rows: rows.map(row => ({...toBackup(row), ...names.get(row.vm_id)!})), total};
};

const listSnapshots = async (db: Kysely<Schema>, most: number): Promise<Lines<SnapshotLine>> => {
	const names = await listNames(db);
	const rows = await listNewest(most, async (isOlder, limit) => db.selectFrom('snapshots').selectAll().where(isOlder).orderBy('created_at', 'desc').orderBy('id', 'desc').limit(limit).execute());
	return {rows: rows.map(row => ({...toSnapshot(row), ...names.get(row.vm_id)!})), total: await count(db, 'snapshots')};
};

type TrafficRow = OfVm & {
	readonly id: number;
	readonly bytes_in: number | null;
	readonly bytes_out: number | null;
	readonly estimated_bytes: number | null;
	readonly gap_seconds: number | null;
	readonly gb: number | null;
	readonly counted: NonNullable<TrafficLine['traffic']>['count'] | null;
	readonly counted_at: number | null;
};

const toTrafficLine = (row: TrafficRow): TrafficLine => ({
	vmId: row.id,
	hostname: row.hostname,
	reference: row.reference,
	cluster: row.cluster,
	bytesIn: row.bytes_in ?? 0,
	bytesOut: row.bytes_out ?? 0,
	estimatedBytes: row.estimated_bytes ?? 0,
	gapSeconds: row.gap_seconds ?? 0,
	trafficGb: row.gb,
	traffic: row.counted === null ? null : {count: row.counted},
	countedAt: row.counted_at,
});

const billableOf = (line: TrafficLine): number => billableBytes({traffic: line.traffic ?? undefined}, line);

const listTraffic = async (db: Kysely<Schema>, month: string, limit: number): Promise<Lines<TrafficLine>> => {
	const rows = await readInSlices<TrafficRow>(Infinity, async (last, wanted) => {
		const page = await sql<TrafficRow>`
			select v.id, v.hostname, v.reference, v.cluster, t.bytes_in, t.bytes_out, t.estimated_bytes, t.gap_seconds, nullif(m.counted_at, 0) as counted_at,
				json_extract(v.package_json, '$.trafficGb') as gb, json_extract(v.package_json, '$.traffic.count') as counted
			from vms as v not indexed
				left join traffic as t on t.vm_id = v.id and t.unit = 'month' and t.start = ${month}
				left join traffic_marks as m on m.vm_id = v.id
			where v.id > ${last?.id ?? 0} and v.status <> 'removed' order by v.id limit ${wanted}
		`.execute(db);
		return page.rows;
	});
	const lines = rows.map(row => toTrafficLine(row)).toSorted((a, b) => billableOf(b) - billableOf(a));
	return {rows: lines.slice(0, limit), total: lines.length};
};

/** What the views of the console are made of; each list is of one moment. */
export const createListings = (snapshot: Database['snapshot'], clock: Clock): ListingReads => {
	const listVms = createKeptVms(clock);
	return {
		vms: async limit => snapshot(async db => listVms(db, limit)),
		installs: async limit => snapshot(async db => listInstalls(db, limit)),
		backups: async limit => snapshot(async db => listBackups(db, limit)),
		snapshots: async limit => snapshot(async db => listSnapshots(db, limit)),
		traffic: async (month, limit) => snapshot(async db => listTraffic(db, month, limit)),
		activity: async search => snapshot(async db => searchActivity(db, search)),
	};
};
