import BetterSqlite from 'better-sqlite3';
import {systemClock} from '../../source/domain/clock.js';
import {openStore} from '../../source/store/open-store.js';

/** A database with so many ready VMs, each with a deploy and two lines of activity behind it. */
export const seed = async (database: string, count: number): Promise<void> => {
	const store = await openStore({path: database, clock: systemClock});
	await store.close();
	const raw = new BetterSqlite(database);
	raw.exec(`with recursive n (i) as (select 1 union all select i + 1 from n where i < ${count})
		insert into vms (reference, hostname, cluster, node, vmid, status, remote_status, package_name, package_json, template_json, client_name, client_email, user,
			ssh_keys_json, mail, suspended_json, order_json, created_at, version)
		select 'ref-' || i, 'h' || i || '.example.net', 'fra1', 'pve' || (i % 3 + 1), 20000 + i, 'ready', 'running', 'kvm-s', '{}', '{}', 'Ada', 'ada@example.org',
			'root', '[]', 1, '[]', '{}', 1, 1 from n`);
	raw.exec(`insert into operations (vm_id, kind, task, params_json, requested_by, requested_at, state, attempt)
		select id, 'create', 'process_vms', 'null', 'anna', 1, 'done', 0 from vms`);
	raw.exec(`insert into activity (at, level, actor, subject, vm_id, message) select 1, 'info', 'anna', hostname, id, 'ordered' from vms
		union all select 2, 'info', 'scheduler', hostname, id, 'deploy done' from vms`);
	raw.close();
};
