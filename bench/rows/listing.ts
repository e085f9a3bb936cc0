import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import BetterSqlite from 'better-sqlite3';
import {systemClock} from '../../source/domain/clock.js';
import {openSqlite} from '../../source/store/sqlite.js';
import {createListings} from '../../source/store/tables/listings.js';
import {type Bench} from '../row.js';
import {measureInTurn} from '../support/in-turn.js';
import {seed} from '../support/seed.js';

const rounds = 15;
const count = 10_000;

/** An address of each family for every VM; one in ten has something to do, half of those a remote task under way. */
const putToWork = (database: string): void => {
	const raw = new BetterSqlite(database);
	raw.exec(`insert into addresses (cluster, key, address, vm_id, pool, prefix, gateway, bridge, vlan, resolvers_json)
		select 'fra1', printf('4%08x', 167772160 + id), printf('10.0.%d.%d', id / 256, id % 256), id, 'public', 16, '10.0.0.1', 'vmbr0', 0, '[]' from vms
		union all select 'fra1', printf('6%032x', id), printf('2001:db8::%x', id), id, 'six', 64, 'fe80::1', 'vmbr0', 0, '[]' from vms`);
	raw.exec(`insert into operations (vm_id, kind, task, params_json, requested_by, requested_at, state, started_at, attempt, waiting_for)
		select id, 'change', 'process_vms', '{"cores":4}', 'anna', 1, case when id % 20 = 0 then 'running' else 'waiting' end, 2, 0, 'the clone' from vms where id % 10 = 0`);
	raw.exec(`insert into remote_tasks (operation_id, vm_id, cluster, node, type, task_vmid, step, state, intent_at, deadline_at, upid, progress, is_settled)
		select id, vm_id, 'fra1', 'pve1', 'qmclone', 9000, 'clone', 'running', 1, 2, 'UPID:' || id, id % 100, 0 from operations where state = 'running'`);
	raw.exec('update operations set remote_task_id = (select t.id from remote_tasks as t where t.operation_id = operations.id) where state = \'running\'');
	raw.close();
};

/** The same rows as they lie in the file, not put together, not sorted. */
const createRaw = (database: string) => {
	const raw = new BetterSqlite(database, {readonly: true});
	const selects = [
		`select id, reference, hostname, cluster, node, vmid, status, remote_status, suspended_json, attention_reason, attention_since, attention_command, package_name,
			client_email, created_at, version from vms`,
		`select id, vm_id, kind, state, position, attempt, next_attempt_at, waiting_for, message, requested_at, started_at, step_since from operations
			where state in ('running', 'waiting')`,
		'select vm_id, address from addresses where key < \'5\'',
	].map(text => raw.prepare(text));
	return {
		read: () => selects.map(select => select.all().length),
		close: () => raw.close(),
	};
};

/** What the console's list of VMs is made of, from nothing and again after one of them changed, against better-sqlite3 alone on the same rows. */
export const listing: Bench = {
	name: 'listing',
	async run() {
		const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'cronsole-bench-'));
		const database = path.join(folder, 'cronsole.db');
		await seed(database, count);
		putToWork(database);
		const opened = await openSqlite(database);
		const kept = createListings(opened.snapshot, systemClock);
		const writing = new BetterSqlite(database);
		const change = writing.prepare('update vms set version = version + 1 where id = (select min(id) from vms)');
		const raw = createRaw(database);
		try {
			const fromNothing = async () => createListings(opened.snapshot, systemClock).vms(count);
			const again = async () => {
				change.run();
				return kept.vms(count);
			};

			const [ours, news, limit] = await measureInTurn([fromNothing, again, async () => raw.read()], {rounds, iterations: 2});
			return [
				{
					name: 'listing of 10,000 VMs', unit: 'ms', ours: ours!, limit: limit!, goal: {ratioAtMost: 2},
				},
				{
					name: 'listing of 10,000 VMs, one of them changed', unit: 'ms', ours: news!, limit: limit!, goal: {ratioAtMost: 1},
				},
			];
		} finally {
			raw.close();
			writing.close();
			await opened.close();
			fs.rmSync(folder, {recursive: true, force: true});
		}
	},
};
