import {
	type Kysely,
	type Selectable,
	type SqlBool,
	sql,
} from 'kysely';
import {type Package} from '../../domain/package.js';
import {type TrafficRow} from '../../domain/traffic.js';
import {gigabyte} from '../../domain/usage.js';
import {type TrafficTable} from '../schema-rows.js';
import {type Schema} from '../schema.js';
import {type Traffic} from '../traffic.js';
import {createFixedQuery} from './fixed-query.js';
import {mostAtOnce} from './most-at-once.js';

const toRow = (row: Selectable<TrafficTable>): TrafficRow => ({
	vmId: row.vm_id,
	unit: row.unit as TrafficRow['unit'],
	start: row.start,
	bytesIn: row.bytes_in,
	bytesOut: row.bytes_out,
	estimatedBytes: row.estimated_bytes,
	gapSeconds: row.gap_seconds,
});

type Ledger = {
	readonly vmId: number; readonly unit: string; readonly start: string;
	readonly bytesIn: number; readonly bytesOut: number; readonly estimatedBytes: number; readonly gapSeconds: number;
};

const addRow = createFixedQuery<Ledger>((db, row) => db.insertInto('traffic').values({
	vm_id: row.vmId, unit: row.unit, start: row.start, bytes_in: row.bytesIn, bytes_out: row.bytesOut, estimated_bytes: row.estimatedBytes, gap_seconds: row.gapSeconds,
}).onConflict(conflict => conflict.columns(['unit', 'start', 'vm_id']).doUpdateSet({
	bytes_in: sql`bytes_in + excluded.bytes_in`, bytes_out: sql`bytes_out + excluded.bytes_out`,
	estimated_bytes: sql`estimated_bytes + excluded.estimated_bytes`, gap_seconds: sql`gap_seconds + excluded.gap_seconds`,
})));

type Move = {readonly vmId: number; readonly from: number; readonly to: number; readonly now: number};

const setMark = createFixedQuery<Omit<Move, 'from'>>((db, {vmId, to, now}) => db.insertInto('traffic_marks').values({vm_id: vmId, watermark: to, counted_at: now})
	.onConflict(conflict => conflict.doNothing()));

const moveMark = createFixedQuery<Move>((db, {vmId, from, to, now}) => db.updateTable('traffic_marks').set({watermark: to, counted_at: now})
	.where('vm_id', '=', vmId).where('watermark', '=', from));

/** The ledger of bytes; `tables.traffic`. */
export const createTraffic = (db: Kysely<Schema>): Traffic => ({
	async findMark(vmId) {
		const row = await db.selectFrom('traffic_marks').selectAll().where('vm_id', '=', vmId).executeTakeFirst();
		return row && {vmId, watermark: row.watermark, countedAt: row.counted_at};
	},
	async list({unit, from, to, vmId}) {
		const rows = await db.selectFrom('traffic').selectAll().where('unit', '=', unit).where('start', '>=', from).where('start', '<', to)
			.$if(vmId !== undefined, query => query.where('vm_id', '=', vmId!)).orderBy('vm_id').orderBy('start').execute();
		return rows.map(row => toRow(row));
	},
	async listMarks() {
		const rows = await db.selectFrom('traffic_marks').selectAll().orderBy('vm_id').execute();
		return rows.map(row => ({vmId: row.vm_id, watermark: row.watermark, countedAt: row.counted_at}));
	},
	async listHeavy(months, share) {
		const rows = await db.selectFrom('traffic').innerJoin('vms', 'vms.id', 'traffic.vm_id')
			.select(['vms.id', 'hostname', 'timezone', 'package_json', 'start', 'bytes_in', 'bytes_out'])
			.where('unit', '=', 'month').where('start', 'in', months).where('status', '<>', 'removed')
			.where(sql<SqlBool>`json_extract(package_json, '$.trafficGb') > 0 and bytes_in + bytes_out >= ${share * gigabyte} * json_extract(package_json, '$.trafficGb')`)
			.orderBy('vms.id').execute();
		return rows.map(({id, hostname, timezone, package_json: packageJson, start: month, bytes_in: bytesIn, bytes_out: bytesOut}) => ({
			vm: {
				id, hostname, timezone, package: JSON.parse(packageJson) as Package,
			}, month, bytesIn, bytesOut,
		}));
	},
	async add({vmId, from, to, rows, now}) {
		const mark = {vmId, to, now};
		const {numAffectedRows} = from === null ? await setMark(db, mark) : await moveMark(db, {...mark, from});
		if (numAffectedRows !== 1n) {
			return false;
		}

		for (const row of rows) {
			await addRow(db, row);
		}

		return true;
	},
	async prune(unit, before, limit = mostAtOnce) {
		const {numAffectedRows: numberAffectedRows = 0n} = await sql`
			delete from traffic where (vm_id, unit, start) in
						(select vm_id, unit, start from traffic where unit = ${unit} and start < ${before} limit ${limit})
		`.execute(db);
		return Number(numberAffectedRows);
	},
});
