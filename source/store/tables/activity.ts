import {type Kysely, type Selectable} from 'kysely';
import {type Activity, type Level} from '../../domain/activity.js';
import {type ActivityLog} from '../activity.js';
import {type ActivityTable} from '../schema-rows.js';
import {type Schema} from '../schema.js';
import {createFixedQuery} from './fixed-query.js';
import {mostAtOnce} from './most-at-once.js';

const levels: readonly Level[] = ['debug', 'info', 'warning', 'error'];

/** That level and worse. */
export const levelsFrom = (level: Level): readonly Level[] => levels.slice(levels.indexOf(level));

/** A row as the product knows it. */
export const toActivity = (row: Selectable<ActivityTable>): Activity => ({
	id: row.id,
	at: row.at,
	level: row.level as Level,
	actor: row.actor,
	address: row.address,
	subject: row.subject,
	vmId: row.vm_id,
	installId: row.install_id,
	message: row.message,
});

/** The VMs that a subject may mean: `v101`, or every VM that had that reference. */
const listVmIds = async (db: Kysely<Schema>, about: string): Promise<readonly number[]> => {
	const id = /^v(\d{1,15})$/i.exec(about)?.[1];
	const rows = await db.selectFrom('vms').select('id').where('reference', '=', about).execute();
	return [...(id === undefined ? [] : [Number(id)]), ...rows.map(row => row.id)];
};

const listInstallIds = async (db: Kysely<Schema>, about: string): Promise<readonly number[]> => {
	const rows = await db.selectFrom('installs').select('id').where('reference', '=', about).execute();
	return rows.map(row => row.id);
};

const insertRow = createFixedQuery<Omit<Selectable<ActivityTable>, 'id'>>((db, {at, level, actor, address, subject, vm_id, install_id, message}) => db.insertInto('activity').values({
	at, level, actor, address, subject, vm_id, install_id, message,
}));

/** The append-only log; `tables.activity`. */
export const createActivity = (db: Kysely<Schema>): ActivityLog => ({
	async find(id) {
		const row = await db.selectFrom('activity').selectAll().where('id', '=', id).executeTakeFirst();
		return row && toActivity(row);
	},
	async list({after, since, level, about, limit}) {
		const vmIds = about === undefined ? [] : await listVmIds(db, about);
		const installIds = about === undefined ? [] : await listInstallIds(db, about);
		const rows = await db.selectFrom('activity').selectAll()
			.$if(after !== undefined, query => query.where('id', '>', after!))
			.$if(since !== undefined, query => query.where('at', '>=', since!))
			.$if(level !== undefined, query => query.where('level', 'in', levelsFrom(level!)))
			.$if(about !== undefined, query => query.where(eb => eb.or([
				eb('subject', '=', about!),
				...(vmIds.length > 0 ? [eb('vm_id', 'in', vmIds)] : []),
				...(installIds.length > 0 ? [eb('install_id', 'in', installIds)] : []),
			])))
			.orderBy('id', 'desc').limit(limit).execute();
		return rows.map(row => toActivity(row)).toReversed();
	},
	async add({at, level, actor, subject, message, vmId, installId}) {
		await insertRow(db, {
			at, level, actor: actor.name, address: actor.address, subject, vm_id: vmId ?? null, install_id: installId ?? null, message,
		});
	},
	async prune(level, before, limit = mostAtOnce) {
		const old = db.selectFrom('activity').select('id').where('level', '=', level).where('at', '<', before).limit(limit);
		const {numDeletedRows} = await db.deleteFrom('activity').where('id', 'in', old).executeTakeFirst();
		return Number(numDeletedRows);
	},
});
