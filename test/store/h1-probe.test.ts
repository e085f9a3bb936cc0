import {join} from 'node:path';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import BetterSqlite from 'better-sqlite3';
import {type CompiledQuery, Kysely} from 'kysely';
import {test} from 'vitest';
import {systemClock} from '../../source/domain/clock.js';
import {createTables} from '../../source/store/create-tables.js';
import {openStore} from '../../source/store/open-store.js';
import {type Schema} from '../../source/store/schema.js';
import {createDialect} from '../../source/store/sqlite/dialect.js';
import {openConnection} from '../../source/store/sqlite/open-connection.js';

test('probe', async () => {
	const folder = mkdtempSync(join(tmpdir(), 'h1-'));
	const path = join(folder, 'c.db');
	const store = await openStore({path, clock: systemClock});
	await store.close();
	const raw = new BetterSqlite(path);
	raw.pragma('synchronous=off');
	const t0 = performance.now();
	raw.exec(`with recursive n (i) as (select 1 union all select i + 1 from n where i < 10000)
		insert into vms (reference, hostname, cluster, node, vmid, status, remote_status, package_name, package_json, template_json, client_name, client_email, user,
			ssh_keys_json, mail, suspended_json, order_json, created_at, removed_at, version)
		select 'ref-' || i, 'h' || i || '.example.net', 'fra1', 'pve' || (i % 9), 1000 + i, case when i % 100 = 7 then 'removed' else 'ready' end,
			'running', 'kvm-s', '{}', '{}', 'Ada', 'ada@example.org', 'root', '[]', 1, '[]', '{}', 1, case when i % 100 = 7 then i end, 1 from n`);
	raw.exec(`with recursive n (i) as (select 1 union all select i + 1 from n where i < 60)
		insert into operations (vm_id, kind, task, params_json, requested_by, requested_at, state, finished_at, attempt)
		select id, 'start', 'process_vms', 'null', 'anna', 1, 'done', 5, 0 from n, vms where n.i < 10 or id % 10 = 0`);
	raw.exec(`insert into remote_tasks (operation_id, vm_id, cluster, node, type, task_vmid, step, state, intent_at, deadline_at, upid, exit_status, is_settled)
		select id, vm_id, 'fra1', 'pve1', case id % 7 when 0 then 'qmdestroy' else 'qmstart' end, 100, 'done', 'finished', id, 1, 'UPID:' || id, 'OK', id % 50 <> 1 from operations`);
	raw.exec(`with recursive n (i) as (select 1 union all select i + 1 from n where i < 60)
		insert into backups (vm_id, kind, local_date, state, volid, storage, size_bytes, created_at, finished_at, attempts)
		select id, 'scheduled', date(1700000000 + i * 86400, 'unixepoch'), case when i > 53 then (case when (id + i) % 50 = 0 then 'failed' else 'done' end) else 'removed' end, 'v' || id || '-' || i, 'shared', 7, i * 86400000, i * 86400000 + 5, 1 from n, vms`);
	raw.exec(`with recursive n (i) as (select 1 union all select i + 1 from n where i < 3)
		insert into snapshots (vm_id, name, created_at, keep, ours) select id, 's' || i, i * 1000, i % 2, i < 3 from n, vms`);
	raw.exec(`with recursive n (i) as (select 1 union all select i + 1 from n where i < 100)
		insert into traffic select id, 'hour', strftime('%Y-%m-%dT%HZ', 1700000000 + i * 3600, 'unixepoch'), 5, 6, 0, 0 from n, vms`);
	raw.exec(`with recursive n (i) as (select 1 union all select i + 1 from n where i < 13)
		insert into traffic select id, 'month', strftime('%Y-%m', 1700000000 + i * 30 * 86400, 'unixepoch'), 5, 6, 0, 0 from n, vms`);
	raw.exec('insert into traffic_marks select id, 1, 1 from vms');
	raw.close();
	console.log('fill', performance.now() - t0);
	const connection = await openConnection(path);
	const captured: CompiledQuery[] = [];
	const db = new Kysely<Schema>({dialect: createDialect(connection), log: event => captured.push(event.query)});
	const t = createTables(db);
	const one = {operationId: 5, vmId: 200, cluster: 'fra1', node: 'pve1', type: 'qmdestroy', taskVmid: 1, step: 's', intentAt: 1, deadlineAt: 1};
	const calls: Record<string, () => Promise<unknown>> = {
		lastFailed: async () => t.backups.listLastFailed(),
		unprotected: async () => t.backups.listUnprotected({goodAfter: 57 * 86400000, begunBefore: 57 * 86400000}),
		lastGood: async () => t.backups.listLastGood(),
		days: async () => t.backups.listDays('2024-01-10'),
		known: async () => t.backups.listKnown('fra1', 'shared'),
		orphaned: async () => t.backups.listOrphaned(),
		running: async () => t.backups.listRunning(),
		ofRemoved: async () => t.backups.listOfRemoved(5e12),
		byOperation: async () => t.backups.findByOperation(5),
		ofDay: async () => t.backups.findOfDay(200, 'x'),
		list: async () => t.backups.list(200),
		bsync: async () => t.backups.sync(200, 'shared', [{volid: 'v200-60', sizeBytes: 1, createdAt: 1, note: null}], 1),
		badd: async () => t.backups.add({vmId: 200, kind: 'scheduled', localDate: '2099-01-01', storage: 's', note: null, createdAt: 1, operationId: 7}),
		bprune: async () => t.backups.prune(100000),
		mortal: async () => t.snapshots.listMortal(),
		slist: async () => t.snapshots.list(200),
		sfind: async () => t.snapshots.find(200, 's1'),
		scount: async () => t.snapshots.count(200),
		ssync: async () => t.snapshots.sync(200, [{name: 's1', note: null, createdAt: 1}]),
		left: async () => t.remoteTasks.listLeft(200, 5),
		since: async () => t.remoteTasks.countSince('fra1', 'qmdestroy', 0),
		intend: async () => t.remoteTasks.intend(one, {key: 'k', limit: 2}, {limit: 2, withinMs: 9}),
		trange: async () => t.traffic.list({unit: 'month', from: '2024-01', to: '2024-02'}),
		tvm: async () => t.traffic.list({unit: 'hour', from: '2023', to: '2025', vmId: 200}),
		tprune: async () => t.traffic.prune('hour', '2023-11-16'),
		marks: async () => t.traffic.listMarks(),
		sprune: async () => t.stepLog.prune(10),
		sprune2: async () => t.stepLog.prune(10),
		opadd: async () => t.operations.add(200, {kind: 'change', params: {}, requestedBy: 'a', now: 1}),
		cancel: async () => t.operations.cancelOpen(200, 1, 'x'),
		open: async () => t.operations.listOpen(200),
		underway: async () => t.operations.listUnderWay(['schedule_backup']),
		overview: async () => {
			const o = await openStore({path, clock: systemClock});
			const s = performance.now();
			await o.overview({vms: 50, installs: 10, activity: 10});
			console.log('overview', performance.now() - s);
			await o.close();
		},
	};
	for (const [name, call] of Object.entries(calls)) {
		captured.length = 0;
		await call();
		const list = [...captured];
		const s = performance.now();
		await call().catch(error => console.log(String(error)));
		const ms = performance.now() - s;
		console.log(`== ${name} ${ms.toFixed(1)} ms`);
		for (const query of list) {
			const plan = connection.prepare(`explain query plan ${query.sql}`).all(...query.parameters) as ReadonlyArray<{readonly detail: string}>;
			console.log('   ' + query.sql.slice(0, 40).replaceAll(/\s+/g, ' ') + ' => ' + plan.map(({detail}) => detail).join(' | '));
		}
	}
	connection.close();
	rmSync(folder, {recursive: true});
}, 120_000);
