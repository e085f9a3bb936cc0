import BetterSqlite from 'better-sqlite3';
import {type DaysWorld} from './days-world.js';

/** What no row may say once nothing is under way; each names the rows that say it. */
const forbidden: ReadonlyArray<readonly [what: string, query: string]> = [
	['a lease is left', 'select name, owner from leases where owner is not null'],
	['a remote task is unsettled', 'select id, vm_id, type, step, state, upid, exit_status from remote_tasks where is_settled = 0 or state <> \'finished\''],
	['an operation is open', 'select id, vm_id, kind, state, position, waiting_for from operations where state in (\'waiting\', \'running\')'],
	['a run never ended', 'select id, task, trigger, started_at from runs where finished_at is null'],
	['a mail stands twice in the outbox', 'select key, count(*) from outbox group by key having count(*) > 1'],
	['two mails for one thing', 'select vm_id, template, variables_json, created_at from outbox group by vm_id, template, created_at having count(*) > 1'],
	['an address has two owners', 'select address, count(*) from addresses where vm_id is not null group by cluster, address having count(*) > 1'],
	['a VMID was given twice', 'select cluster, vmid from vmids group by cluster, vmid having count(*) > 1'],
	['a day has two scheduled backups', 'select vm_id, local_date from backups where kind = \'scheduled\' group by vm_id, local_date having count(*) > 1'],
	['a scheduled day had more than three attempts', 'select vm_id, local_date, attempts from backups where attempts > 3'],
	['more operations than attempts for a scheduled day', 'select vm_id, params_json, count(*) from operations where kind = \'scheduled-backup\' and state <> \'cancelled\' group by vm_id, params_json having count(*) > 3'],
	['a backup is neither there nor given up', 'select id, vm_id, kind, state from backups where state in (\'waiting\', \'running\')'],
	['a removed VM needs somebody', 'select id, attention_reason from vms where status = \'removed\' and attention_since is not null'],
	['a password is kept though its mail is written', 'select v.id from vms v join outbox o on o.vm_id = v.id where o.state = \'sent\' and v.password is not null'],
	['a step failed for a reason that nobody foresaw', 'select vm_id, operation, to_status, reason from step_log where reason like \'unexpected: %\''],
	['an incident is open', 'select key, cause from incidents where closed_at is null and severity = \'error\' and key like \'attention%\''],
];

export const findBrokenRows = ({database}: Pick<DaysWorld, 'database'>): readonly string[] => {
	const db = new BetterSqlite(database, {readonly: true});
	try {
		return forbidden.flatMap(([what, query]) => db.prepare(query).all().map(row => `${what}: ${JSON.stringify(row)}`));
	} finally {
		db.close();
	}
};
