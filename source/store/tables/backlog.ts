import {type Kysely, sql} from 'kysely';
import {type Backlog, type BacklogReads} from '../backlog.js';
import {type Schema} from '../schema.js';

/** Each condition is a partial index's word for word, or SQLite would read the whole table. */
export const createBacklog = (db: Kysely<Schema>): BacklogReads => ({
	async count() {
		const [operations, remoteTasks, dnsDebts, outbox] = await Promise.all([
			sql<Backlog['operations'][number]>`
				select 'running' as state, count(*) as count from operations where state = 'running'
				union all select 'waiting', count(*) from operations where state = 'waiting'
			`.execute(db),
			sql<Backlog['remoteTasks'][number]>`select cluster, count(*) as count from remote_tasks where state = 'running' group by cluster`.execute(db),
			sql<Backlog['dnsDebts'][number]>`select state, count(*) as count from dns_records where state <> 'done' group by state`.execute(db),
			sql<Backlog['outbox'][number]>`
				select state, count(*) as count from outbox where state in ('pending', 'sending') group by state
				union all select state, count(*) from outbox where state in ('unknown', 'failed') group by state
			`.execute(db),
		]);
		return {
			operations: operations.rows, remoteTasks: remoteTasks.rows, dnsDebts: dnsDebts.rows, outbox: outbox.rows,
		};
	},
});
