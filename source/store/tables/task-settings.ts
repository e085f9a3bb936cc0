import {type Insertable, type Kysely} from 'kysely';
import {holdOfRestored} from '../../domain/restored.js';
import {taskNames} from '../../domain/task.js';
import {type TaskSettingTable} from '../schema-rows.js';
import {type Schema} from '../schema.js';
import {type TaskSetting, type TaskSettings} from '../task-settings.js';
import {createFixedQuery} from './fixed-query.js';
import {findRestored} from './upkeep.js';

const isOver = (until: number | null, now: number): boolean => until !== null && until <= now;

const findHeld = createFixedQuery(db => db.selectFrom('holds').selectAll());

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
			const restored = await findRestored(db);
			if (restored !== null) {
				return holdOfRestored(restored);
			}

			const {rows} = await findHeld(db, {});
			const row = rows[0] as Schema['holds'] | undefined;
			return row && !isOver(row.until, now)
				? {
					by: row.by, reason: row.reason, since: row.since, until: row.until,
				}
				: null;
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
