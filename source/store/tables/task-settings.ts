import {type Insertable, type Kysely, sql} from 'kysely';
import {holdOfRestored} from '../../domain/restored.js';
import {taskNames} from '../../domain/task.js';
import {type TaskSettingTable} from '../schema-rows.js';
import {type Schema} from '../schema.js';
import {restoredKey} from '../sqlite/restored-row.js';
import {type TaskSetting, type TaskSettings} from '../task-settings.js';
import {type Restored} from '../upkeep.js';
import {createFixedQuery} from './fixed-query.js';

const isOver = (until: number | null, now: number): boolean => until !== null && until <= now;

/** Both in one query, as each step asks for them. */
const findHeld = createFixedQuery<{readonly key: string}>((db, {key}) => db.selectFrom(sql`(select 1)`.as('one')).leftJoin('holds', join => join.onTrue()).selectAll('holds')
	.select(eb => eb.selectFrom('meta').select('value').where('key', '=', key).as('restored')));

/** What people set for tasks, and the hold; `tables.taskSettings`. */
export const createTaskSettings = (db: Kysely<Schema>): TaskSettings => {
	const put = async (task: string, columns: Omit<Insertable<TaskSettingTable>, 'task'>) => {
		await db.insertInto('task_settings').values({task, ...columns}).onConflict(conflict => conflict.column('task').doUpdateSet(columns)).execute();
	};

	return {
		async list(now) {
			const rows = await db.selectFrom('task_settings').selectAll().execute();
			const byTask = new Map(rows.map(row => [row.task, row]));

			return taskNames.map((task): TaskSetting => {
				const row = byTask.get(task);
				return {
					task,
					intervalSeconds: row?.interval_seconds ?? null,
					intervalSetBy: row?.interval_set_by ?? null,
					paused: typeof row?.paused_by !== 'string' || isOver(row.paused_until, now)
						? null
						: {
							by: row.paused_by, reason: row.paused_reason, since: row.paused_since!, until: row.paused_until,
						},
				};
			});
		},
		async findHold(now) {
			const {rows} = await findHeld(db, {key: restoredKey});
			const {restored, only, by, reason, since, until} = rows[0] as Schema['holds'] & {readonly only: number | null; readonly restored: string | null};
			if (restored !== null) {
				return holdOfRestored(JSON.parse(restored) as Restored);
			}

			return only === null || isOver(until, now)
				? null
				: {
					by, reason, since, until,
				};
		},
		async setInterval(task, seconds, by) {
			await put(task, {interval_seconds: seconds, interval_set_by: seconds === null ? null : by});
		},
		async setPaused(task, paused) {
			await put(task, {
				paused_by: paused?.by ?? null, paused_reason: paused?.reason ?? null, paused_since: paused?.since ?? null, paused_until: paused?.until ?? null,
			});
		},
		async setHold(hold) {
			await db.deleteFrom('holds').execute();

			if (hold) {
				await db.insertInto('holds').values({only: 1, ...hold}).execute();
			}
		},
	};
};
