import {join} from 'node:path';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import BetterSqlite from 'better-sqlite3';
import {
	Kysely,
	type RawBuilder,
	sql,
} from 'kysely';
import {
	beforeAll,
	afterAll,
	expect,
	test,
} from 'vitest';
import {systemClock} from '../../source/domain/clock.js';
import {openStore} from '../../source/store/open-store.js';
import {type Schema} from '../../source/store/schema.js';
import {createDialect} from '../../source/store/sqlite/dialect.js';
import {openConnection} from '../../source/store/sqlite/open-connection.js';
import {type Store} from '../../source/store/store.js';
import {readyQuery} from '../../source/store/tables/ready-operations.js';
import {
	isNeedy,
	isRemoved,
	isSuspended,
	isUnready,
} from '../../source/store/tables/vm-conditions.js';
import {currentOperations} from '../../source/store/tables/vms-in-work.js';
import {cpuMs} from '../support/cpu-time.js';
import {newVm} from './support/temporary-store.js';

const vmCount = 10_000;
const operationCount = 500;
const folder = mkdtempSync(join(tmpdir(), 'cronsole-scale-'));
const path = join(folder, 'cronsole.db');
const filter = {
	now: 10_000, tasks: ['process_vms'], clusters: ['fra1'], nodesDown: ['fra1/pve9'], start: true, limit: 100,
} as const;

const opened: {store?: Store} = {};
const getStore = () => opened.store!;

/** Many ready VMs, each with a past; some in work, some that need a person, some removed. */
const fill = async () => {
	await getStore().write(async ({vms}) => vms.insert(newVm()));
	const raw = new BetterSqlite(path);
	raw.exec(`with recursive n (i) as (select 1 union all select i + 1 from n where i < ${vmCount})
		insert into vms (reference, hostname, cluster, node, vmid, status, remote_status, package_name, package_json, template_json, client_name, client_email, user,
			ssh_keys_json, mail, suspended_json, attention_reason, attention_since, attention_command, order_json, created_at, version)
		select 'ref-' || i, 'h' || i || '.example.net', 'fra1', 'pve' || (i % 9), 1000 + i, case when i % 100 = 7 then 'removed' else 'ready' end,
			'running', 'kvm-s', '{}', '{}', 'Ada', 'ada@example.org',
			'root', '[]', 1, '[]', case when i % 100 = 3 then 'r' end, case when i % 100 = 3 then i end, case when i % 100 = 3 then 'c' end, '{}', 1, 1 from n`);
	raw.exec(`insert into operations (vm_id, kind, task, params_json, requested_by, requested_at, state, attempt)
		select id, 'create', 'process_vms', 'null', 'anna', 1, 'done', 0 from vms where id > 101 union all
		select id, 'create', 'process_vms', 'null', 'anna', 1, 'done', 0 from vms where id > 101`);
	raw.exec(`insert into operations (vm_id, kind, task, params_json, requested_by, requested_at, state, attempt, slot_key, slot_limit)
		select id, 'create', 'process_vms', 'null', 'anna', 1, case when id % 2 = 0 then 'running' else 'waiting' end, 0,
			case when id % 4 = 0 then 'clone:fra1/pve1/local-lvm' end, 2 from vms where id between 102 and 101 + ${operationCount}`);
	raw.exec('insert into activity (at, level, actor, subject, vm_id, message) select 1, \'info\', \'anna\', hostname, id, \'m\' from vms');
	raw.close();
};

const fastest = async (work: () => Promise<unknown>): Promise<number> => {
	const times: number[] = [];

	for (let time = 0; time < 7; time++) {
		const start = cpuMs();
		await work();
		times.push(cpuMs() - start);
	}

	return Math.min(...times);
};

beforeAll(async () => {
	opened.store = await openStore({path, clock: systemClock});
	await fill();
});

afterAll(async () => {
	await getStore().close();
	rmSync(folder, {recursive: true});
});

/** How SQLite goes about it: one line for each look at a table. */
const explain = async (query: RawBuilder<unknown>): Promise<readonly string[]> => {
	const connection = await openConnection(path, {isReadOnly: true});
	const {sql: text, parameters} = query.compile(new Kysely<Schema>({dialect: createDialect(connection)}));
	const plan = connection.prepare(`explain query plan ${text}`).all(...parameters) as ReadonlyArray<{readonly detail: string}>;
	connection.close();
	return plan.map(({detail}) => detail).filter(line => /^(?:SCAN|SEARCH) (?:\w|operations|vms|remote_tasks) /.test(line)).toSorted();
};

test('what is ready is found through the partial indexes, never by looking at every operation or VM', async () => {
	expect(await explain(readyQuery(filter))).toEqual([
		'SCAN o USING INDEX operations_running',
		'SCAN o USING INDEX operations_waiting',
		'SEARCH operations USING INTEGER PRIMARY KEY (rowid=?)',
		'SEARCH p USING COVERING INDEX operations_waiting (vm_id=? AND id<?)',
		'SEARCH p USING INDEX operations_running (vm_id=?)',
		'SEARCH r USING INDEX remote_tasks_slot (slot_key=?)',
		'SEARCH v USING INTEGER PRIMARY KEY (rowid=?)',
		'SEARCH v USING INTEGER PRIMARY KEY (rowid=?)',
		'SEARCH w USING INTEGER PRIMARY KEY (rowid=?)',
	]);
});

test('what the first view lists and counts is found through the partial indexes too', async () => {
	const plan = await explain(currentOperations(50));
	expect(plan.filter(line => !line.includes('operations_') && !line.includes('PRIMARY KEY'))).toEqual([]);

	for (const [condition, index] of [[isRemoved, 'vms_removed'], [isNeedy, 'vms_attention'], [isSuspended, 'vms_suspended'], [isUnready, 'vms_unready']] as const) {
		const [line] = await explain(sql`select count(*) from vms where ${condition}`);
		expect(line).toContain(index);
	}
});

test('what is ready among 500 operations of 10,000 VMs is found in milliseconds', async () => {
	const ready = await getStore().read.operations.listReady({...filter, limit: 1000});
	// Half run, of them half wait for one of two slots; half wait to start; every VM that needs a person is left out.
	expect(ready.filter(({slot, state}) => state === 'running' && slot)).toHaveLength(2);
	expect(ready.length).toBeGreaterThan(300);
	expect(await fastest(async () => getStore().read.operations.listReady(filter))).toBeLessThan(50);
	expect(await fastest(async () => getStore().read.operations.nextMoment())).toBeLessThan(10);
});

test('the overview of 10,000 VMs is read in milliseconds, and its counts are true', async () => {
	const limit = {vms: 50, installs: 20, activity: 20};
	const overview = await getStore().overview(limit);
	const all = await getStore().read.vms.list();
	const {vmCounts} = overview;
	const states = ['removed', 'needsAttention', 'suspended', 'inWork'] as const;

	for (const state of states) {
		expect((await getStore().read.vms.list({state})).length, state).toBe(vmCounts[state]);
	}

	expect(vmCounts.ready + vmCounts.inWork + vmCounts.needsAttention + vmCounts.suspended + vmCounts.removed).toBe(all.length);
	expect(vmCounts).toMatchObject({removed: 100, needsAttention: 100});
	expect(overview.vmsInWork).toHaveLength(50);
	expect(overview.vmsInWork.every(({vm}) => vm.needsAttention)).toBe(true);
	expect(await fastest(async () => getStore().overview(limit))).toBeLessThan(100);
});

test('an address is reserved in milliseconds in a pool of thousands', async () => {
	const pool = {
		name: 'public', cluster: 'fra1', family: 4, bridge: 'vmbr0', vlan: 0, gateway: '10.0.0.1', prefix: 16, first: '10.0.0.0', last: '10.0.255.255', resolvers: [],
		alertBelow: 0, quarantineMs: 0, genericPtr: null,
	} as const;
	const taken = new Set(Array.from({length: 5000}, (_, index) => `10.0.${index >> 8}.${index % 256}`)); // eslint-disable-line no-bitwise
	const raw = new BetterSqlite(path);
	raw.exec(`with recursive n (i) as (select 2 union all select i + 1 from n where i < 30000)
		insert into addresses (cluster, key, address, vm_id, pool, prefix, gateway, bridge, vlan, resolvers_json)
		select 'fra1', printf('4%08x', 10 * 16777216 + i), printf('10.0.%d.%d', i / 256, i % 256), 200, 'public', 16, '10.0.0.1', 'vmbr0', 0, '[]' from n`);
	raw.close();
	const reserve = async () => getStore().write(async ({addresses}) => addresses.reserve(101, pool, taken, 1));
	expect(await reserve()).toMatchObject({address: '10.0.117.49'});
	expect(await fastest(reserve)).toBeLessThan(100);
});
