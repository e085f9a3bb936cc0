import {type Kysely, type Selectable} from 'kysely';
import {type Run} from '../../domain/run.js';
import {type TaskName, taskNames} from '../../domain/task.js';
import {type Runs} from '../runs.js';
import {type RunTable} from '../schema-rows.js';
import {type Schema} from '../schema.js';
import {createFixedQuery} from './fixed-query.js';
import {mostAtOnce} from './most-at-once.js';

const toRun = (row: Selectable<RunTable>): Run => ({
	id: row.id,
	task: row.task as Run['task'],
	trigger: row.trigger as Run['trigger'],
	by: row.by,
	startedAt: row.started_at,
	finishedAt: row.finished_at,
	result: row.result as Run['result'],
	processed: row.processed,
	errors: row.errors,
	waiting: row.waiting,
	needsAttention: row.needs_attention,
	message: row.message,
});

const findRecent = createFixedQuery<{readonly task: TaskName; readonly count: number}>((db, {task, count}) =>
	db.selectFrom('runs').selectAll().where('task', '=', task).orderBy('id', 'desc').limit(count));

const listRecent = async (db: Kysely<Schema>, count: number): Promise<readonly Run[]> => {
	const runs: Run[] = [];

	for (const task of taskNames) {
		const {rows} = await findRecent(db, {task, count});
		runs.push(...rows.map(row => toRun(row as Selectable<RunTable>)));
	}

	return runs;
};

const interrupt = async (db: Kysely<Schema>, task: TaskName, now: number): Promise<void> => {
	await db.updateTable('runs').set({result: 'interrupted', finished_at: now, message: 'its process died'})
		.where('task', '=', task).where('finished_at', 'is', null).execute();
};

/** Passes of tasks; `tables.runs`. */
export const createRuns = (db: Kysely<Schema>): Runs => ({
	async find(id) {
		const row = await db.selectFrom('runs').selectAll().where('id', '=', id).executeTakeFirst();
		return row && toRun(row);
	},
	listLast: async () => listRecent(db, 1),
	listRecent: async count => listRecent(db, count),
	async listSkips() {
		const rows = await db.selectFrom('skips').selectAll().orderBy('task').execute();
		return rows.map(row => ({task: row.task as TaskName, count: row.count, lastAt: row.last_at}));
	},
	async start({task, trigger, by, startedAt}) {
		await interrupt(db, task, startedAt);
		await db.deleteFrom('skips').where('task', '=', task).execute();
		const row = await db.insertInto('runs').values({
			task, trigger, by, started_at: startedAt, finished_at: null, result: null, processed: 0, errors: 0, waiting: 0, needs_attention: 0, message: null,
		}).returningAll().executeTakeFirstOrThrow();
		return toRun(row);
	},
	async finish(id, result, {processed, errors, waiting, needsAttention, message}, finishedAt) {
		await db.updateTable('runs').set({
			result, processed, errors, waiting, needs_attention: needsAttention, message, finished_at: finishedAt,
		}).where('id', '=', id).where('finished_at', 'is', null).execute();
	},
	interrupt: async (task, now) => interrupt(db, task, now),
	async skip(task, dueAt, now) {
		await db.insertInto('skips').values({
			task, count: 1, due_at: dueAt, last_at: now,
		}).onConflict(conflict => conflict.column('task')
			.doUpdateSet(eb => ({count: eb('skips.count', '+', 1), due_at: dueAt, last_at: now}))
			.where('skips.due_at', '<>', dueAt)).execute();
	},
	async prune(before, limit = mostAtOnce) {
		let count = 0;
		for (const task of taskNames) {
			const last = await db.selectFrom('runs').select('id').where('task', '=', task).orderBy('id', 'desc').limit(1).executeTakeFirst();
			const old = db.selectFrom('runs').select('id').where('task', '=', task).where('id', '<', last?.id ?? 0).where('finished_at', '<', before).orderBy('id').limit(limit - count);
			const {numDeletedRows} = await db.deleteFrom('runs').where('id', 'in', old).executeTakeFirst();
			count += Number(numDeletedRows);
		}

		return count;
	},
});
