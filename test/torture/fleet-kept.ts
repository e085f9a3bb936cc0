import BetterSqlite from 'better-sqlite3';
import {keptFrom} from '../../source/domain/traffic-periods.js';
import {keptMs} from './fleet-settings.js';
import {type FleetWorld} from './fleet-world.js';

const minute = 60_000;
/** Pruning comes once an hour. */
const lateMs = 65 * minute;

type Moments = {readonly old: number; readonly veryOld: number; readonly lately: number; readonly hour: string};

/** What should be gone by now: each counts rows, and has to find none. */
const leftovers: Readonly<Record<string, string>> = {
	activity: 'select count(*) from activity where at < :old',
	outbox: 'select count(*) from outbox where created_at < :old',
	runs: 'select count(*) from runs as r where finished_at < :old and id < (select max(id) from runs where task = r.task)',
	'run requests': 'select count(*) from run_requests where requested_at < :old',
	incidents: 'select count(*) from incidents where closed_at < :old',
	'steps of installs': 'select count(*) from install_steps join installs on installs.id = install_id where state = \'done\' and started_at < :old',
	'backups that are gone': 'select count(*) from backups where state = \'removed\' and finished_at < :veryOld',
	'hours of traffic': 'select count(*) from traffic where unit = \'hour\' and start < :hour',
	'VMs with more than their last 50 operations': 'select count(*) from (select 1 from operations where requested_at < :lately group by vm_id having count(*) > 50)',
	'steps without their operation': 'select count(*) from step_log where operation_id not in (select id from operations)',
	'remote tasks without their operation': 'select count(*) from remote_tasks where operation_id not in (select id from operations)',
	'operations nobody ended': 'select count(*) from operations where state in (\'waiting\', \'running\') and requested_at < :old',
};

/** Names what is there though it should have been forgotten, or ended. */
export const findLeftovers = ({settings: {database}, time}: FleetWorld): readonly string[] => {
	const now = time.clock.now();
	const moments: Moments = {
		old: now - keptMs - lateMs, veryOld: now - (400 * 24 * 60 * minute) - lateMs, lately: now - lateMs, hour: keptFrom(now - lateMs).hour,
	};
	const raw = new BetterSqlite(database, {readonly: true});
	const found = Object.entries(leftovers).map(([what, text]) => ({what, count: raw.prepare(text).pluck().get(Object.fromEntries(Object.entries(moments).filter(([name]) => text.includes(`:${name}`)))) as number}));
	raw.close();
	return found.filter(({count}) => count > 0).map(({what, count}) => `${what}: ${count}`);
};

/** Tables that only the work lets grow: how many rows an order, an install or a backup brings at most. */
const ledgers: Readonly<Record<string, number>> = {
	vms: 1, vmids: 1, addresses: 1, address_history: 1, dns_records: 2, traffic_marks: 1, installs: 1, backups: 1,
	// A lease has a number that only rises: its row stays. Many VMs are worked on for the first time.
	leases: 1,
};

/** Tables through which rows flow. */
const flows = new Set(['activity', 'outbox', 'runs', 'run_requests', 'incidents', 'install_steps', 'snapshots', 'operations', 'step_log', 'remote_tasks', 'traffic', 'skips']);

/** Names the tables that grew more from one moment to a later one than what was asked for meanwhile explains. */
export const findGrown = (before: Readonly<Record<string, number>>, after: Readonly<Record<string, number>>, asked: number): readonly string[] => Object.entries(after).filter(([table, rows]) => {
	const first = before[table] ?? 0;
	const allowed = flows.has(table) ? (first * 0.1) + 100 : asked * (ledgers[table] ?? 0);
	return rows - first > allowed;
}).map(([table, rows]) => `${table}: ${before[table]} → ${rows}`);
