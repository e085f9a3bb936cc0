import BetterSqlite from 'better-sqlite3';
import {fixedNow} from './fixed-overview.js';

const minute = 60_000;
const day = 86_400_000;

/** How much a large hoster has. */
export const bigHoster = {vms: 10_000, installs: 2000} as const;

const vms = `with recursive n (i) as (select 1 union all select i + 1 from n where i < ${bigHoster.vms})
	insert into vms (id, reference, hostname, cluster, node, vmid, status, remote_status, package_name, package_json, template_json, client_name, client_email, user,
		ssh_keys_json, mail, suspended_json, order_json, created_at, removed_at, version)
	select i, 'whmcs-' || (5000 + i), case i % 7 when 0 then 'db' when 1 then 'mail' else 'web' end || i || '.example.net', case i % 3 when 0 then 'ams1' else 'fra1' end,
		'pve' || (i % 5 + 1), 10000 + i, case when i % 100 = 0 then 'removed' else 'ready' end, case i % 20 when 3 then 'stopped' else 'running' end, 'kvm-' || substr('sml', i % 3 + 1, 1), '{"trafficGb": 1000}',
		'{"name": "debian-12", "vmid": 9000, "clone": "full", "storage": null}', 'Client ' || (i % 900), 'client' || (i % 900) || '@example.org', 'root', '[]', 1,
		case when i % 250 = 3 then '["overdue"]' else '[]' end, '{}', ${fixedNow} - (10001 - i) * ${30 * minute}, case when i % 100 = 0 then ${fixedNow} - i * ${minute} end, 3 from n`;

// Ten VMs deploy, two need a person.
const work = `with recursive n (i) as (select 9981 union all select i + 1 from n where i < 9992)
	insert into operations (vm_id, kind, task, params_json, requested_by, requested_at, state, started_at, attempt, step_since, waiting_for)
	select i, 'create', 'process_vms', '{}', 'whmcs', ${fixedNow} - (10000 - i) * ${minute}, case when i > 9988 then 'waiting' else 'running' end, ${fixedNow} - (10000 - i) * ${minute}, i % 2,
		${fixedNow} - (10000 - i) * 4000, case i % 3 when 0 then 'a free slot to clone on fra1/pve2' end from n`;

const statements: readonly string[] = [
	vms,
	work,
	'update vms set status = case when id < 9989 then \'ordered\' else \'cloned\' end, remote_status = \'unknown\' where id between 9981 and 9992',
	`insert into remote_tasks (operation_id, vm_id, cluster, node, type, task_vmid, step, state, intent_at, deadline_at, upid, progress, is_settled)
		select id, vm_id, 'fra1', 'pve1', 'qmclone', 9000, 'cloned', 'running', ${fixedNow}, ${fixedNow}, 'UPID:pve1:' || id, 12 + (vm_id - 9981) * 9, 0 from operations where state = 'running'`,
	'update operations set remote_task_id = (select id from remote_tasks where operation_id = operations.id)',
	`update vms set attention_reason = 'backup lock', attention_since = ${fixedNow} - ${180 * minute}, attention_command = 'qm unlock 14711' where id = 4711`,
	`update vms set attention_reason = 'the template 9000 is gone from pve3', attention_since = ${fixedNow} - ${12 * minute}, attention_command = 'cronsole vm retry v9984' where id = 9984`,
	`insert into addresses (cluster, key, address, vm_id, pool, prefix, gateway, bridge, vlan, resolvers_json)
		select cluster, printf('4:%010d', id), '10.20.' || (id / 250) || '.' || (id % 250 + 1), id, cluster || '-v4', 16, '10.20.0.1', 'vmbr0', 0, '[]' from vms where status <> 'removed'`,
	`with recursive n (i) as (select 1 union all select i + 1 from n where i < ${bigHoster.installs})
		insert into installs (id, reference, generation, panel, application, domain, account, client_name, client_email, order_json, state, cause, attempt, progress, doing, created_at, updated_at, next_attempt_at, version,
			title, admin_user, admin_email, position, account_state, step_since)
		select i, 'site-' || i, 1, 'web' || (i % 3 + 1), 'wordpress', case i % 4 when 0 then 'shop' else 'blog' end || i || '.example.org', 'u' || i, 'Client ' || (i % 900), 'client' || (i % 900) || '@example.org', '{}',
			case when i in (17, 900, 1500) then 'failed' when i in (3, 4) then 'running' when i < 60 then 'done' else 'pending' end,
			case i when 17 then 'the database refused the connection' when 900 then 'no space left on device' when 1500 then 'the panel says: quota exceeded' end, case when i in (17, 900, 1500) then 5 else 0 end,
			case when i in (3, 4) then i * 20 end, case when i in (3, 4) then 'copying files' end, ${fixedNow} - (2001 - i) * ${minute}, ${fixedNow} - (2001 - i) * 30000, null, 2,
			'My site', 'admin', 'client' || (i % 900) || '@example.org', case when i < 60 then 'done' else 'account' end, 'active', null from n`,
	'update installs set position = \'account\' where state in (\'failed\', \'running\')',
	`insert into backups (vm_id, kind, local_date, state, volid, storage, size_bytes, note, created_at, finished_at, cause, attempts)
		select id, case id % 2 when 0 then 'scheduled' else 'manual' end, case id % 2 when 0 then '2026-11-20' end, case when id = 9996 then 'failed' when id = 9999 then 'running' else 'done' end,
			case when id in (9996, 9999) then null else 'shared:backup/vzdump-qemu-' || vmid || '-2026_11_20.vma.zst' end, 'shared', case when id in (9996, 9999) then null else id * 1000000 end, case id % 50 when 1 then 'before the update' end,
			${fixedNow} - (10001 - id) * ${4 * minute}, case when id = 9999 then null else ${fixedNow} - (10001 - id) * ${4 * minute} + ${minute} end, case when id = 9996 then 'no space left on shared' end, 1 from vms where id % 5 = 1 or id in (9996, 9999)`,
	`insert into snapshots (vm_id, name, note, created_at, keep, ours) select id, 'before-update', 'asked for by the client', ${fixedNow} - ${day} - (10000 - id) * ${minute}, id % 40 = 0, 1 from vms where id % 20 = 0`,
	`with recursive d (n) as (select 1 union all select n + 1 from d where n < 21)
		insert into traffic (vm_id, unit, start, bytes_in, bytes_out, estimated_bytes, gap_seconds)
		select id, 'day', printf('2026-11-%02d', n), (id * 7919 + n * 104729) % 2000000000 + n % 7 * 100000000, case id % 101 when 4 then 58 when 9 then 44 else id % 23 end * 1000000000 + (id * 104729 + n * 7919) % 900000000, 0, case when n = 9 then 3600 else 0 end from vms, d where id % 4 = 1 and status <> 'removed'`,
	'insert into traffic (vm_id, unit, start, bytes_in, bytes_out, estimated_bytes, gap_seconds) select vm_id, \'month\', \'2026-11\', sum(bytes_in), sum(bytes_out), 0, sum(gap_seconds) from traffic where unit = \'day\' group by vm_id',
	`insert into traffic_marks (vm_id, watermark, counted_at) select vm_id, ${fixedNow / 1000} - 60, ${fixedNow} - ${minute} from traffic where unit = 'month'`,
	`with recursive n (i) as (select 1 union all select i + 1 from n where i < 5000)
		insert into activity (at, level, actor, address, subject, vm_id, message)
		select ${fixedNow} - (5001 - i) * 20000, case i % 97 when 0 then 'error' when 1 then 'warning' else 'info' end, case i % 11 when 0 then 'anna' else 'scheduler' end, case i % 11 when 0 then '198.51.100.7' end,
			'web' || (5000 + i) || '.example.net', 5000 + i, case i % 97 when 0 then 'clone failed: no space left on local-lvm' when 1 then 'clone waits for a slot' else 'deploy: the step ' || (i % 14 + 1) || ' of 14 is done' end from n`,
	`insert into clusters (name, state, version, since, checked_at, nodes_down_json) values ('fra1', 'ok', '9.2.11', ${fixedNow - day}, ${fixedNow}, '[]'), ('ams1', 'degraded', '8.4.1', ${fixedNow - day}, ${fixedNow}, '["pve4"]')`,
	`insert into incidents (key, severity, cause, command, since, affects) values ('cluster:ams1:degraded', 'warning', 'ams1: the node pve4 does not answer', 'cronsole maintenance on ams1/pve4', ${fixedNow} - ${40 * minute}, 1)`,
	`with recursive n (i) as (select 1 union all select i + 1 from n where i < 8)
		insert into runs (task, trigger, by, started_at, finished_at, result, processed, errors, waiting, needs_attention)
		select 'process_vms', 'schedule', 'scheduler', ${fixedNow} - (9 - i) * ${minute}, ${fixedNow} - (9 - i) * ${minute} + 1000 * i, 'ok', i, i % 3 = 0, 3, 1 from n`,
];

/** Fills a new database with what a large hoster has in the middle of a day, as it stands at `fixedNow`. */
export const fillBigHoster = (database: string): void => {
	const raw = new BetterSqlite(database);
	raw.transaction(() => {
		for (const statement of statements) {
			raw.exec(statement);
		}
	})();
	raw.close();
};
