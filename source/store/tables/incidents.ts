import {
	type Kysely,
	type Selectable,
	sql,
	type SqlBool,
} from 'kysely';
import {type Incident} from '../../domain/incident.js';
import {type Incidents} from '../incidents.js';
import {type IncidentTable} from '../schema-rows.js';
import {type Schema} from '../schema.js';
import {mostAtOnce} from './most-at-once.js';

const toIncident = (row: Selectable<IncidentTable>): Incident => ({
	id: row.id,
	key: row.key,
	severity: row.severity as Incident['severity'],
	cause: row.cause,
	command: row.command,
	since: row.since,
	closedAt: row.closed_at,
	affects: row.affects,
	acknowledged: row.acknowledged_at === null
		? null
		: {
			by: row.acknowledged_by!, at: row.acknowledged_at, note: row.acknowledged_note, until: row.acknowledged_until,
		},
});

const isOpen = sql<SqlBool>`closed_at is null`;
/** By a sum, so that the open ones are found by their index and sorted, and not picked from all that ever were in the order of their ids. */
const inOrder = sql`+id`;

/** What is wrong, and was; `tables.incidents`. */
export const createIncidents = (db: Kysely<Schema>): Incidents => {
	const listOpen = async () => {
		const rows = await db.selectFrom('incidents').selectAll().where(isOpen).orderBy(inOrder).execute();
		return rows.map(row => toIncident(row));
	};

	return {
		listOpen,
		async find(id) {
			const row = await db.selectFrom('incidents').selectAll().where('id', '=', id).executeTakeFirst();
			return row && toIncident(row);
		},
		async reconcile(findings, now) {
			const before = await listOpen();
			const open = new Map(before.map(incident => [incident.key, incident]));
			const found = new Map(findings.map(finding => [finding.key, finding]));
			const opened: Incident[] = [];
			const closed: Incident[] = [];

			for (const finding of found.values()) {
				const {key, severity, cause, command, affects} = finding;
				const known = open.get(key);

				if (!known) {
					const row = await db.insertInto('incidents').values({
						key, severity, cause, command, affects, since: now, closed_at: null, acknowledged_by: null, acknowledged_at: null, acknowledged_note: null, acknowledged_until: null,
					}).returningAll().executeTakeFirstOrThrow();
					opened.push(toIncident(row));
				} else if (known.severity !== severity || known.cause !== cause || known.command !== command || known.affects !== affects) {
					await db.updateTable('incidents').set({
						severity, cause, command, affects,
					}).where('id', '=', known.id).execute();
				}
			}

			for (const incident of open.values()) {
				if (found.has(incident.key)) {
					continue;
				}

				await db.updateTable('incidents').set({closed_at: now}).where('id', '=', incident.id).execute();
				closed.push({...incident, closedAt: now});
			}

			return {opened, closed};
		},
		async prune(before, limit = mostAtOnce) {
			const old = db.selectFrom('incidents').select('id').where('closed_at', '<', before).orderBy('id').limit(limit);
			const {numDeletedRows} = await db.deleteFrom('incidents').where('id', 'in', old).executeTakeFirst();
			return Number(numDeletedRows);
		},
		async acknowledge(id, {by, at, note, until}) {
			await db.updateTable('incidents').set({
				acknowledged_by: by, acknowledged_at: at, acknowledged_note: note, acknowledged_until: until,
			}).where('id', '=', id).execute();
		},
	};
};
