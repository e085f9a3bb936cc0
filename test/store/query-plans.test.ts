import {join} from 'node:path';
import BetterSqlite from 'better-sqlite3';
import {expect, test} from 'vitest';
import {bigHoster, fillBigHoster} from '../tui/support/big-hoster.js';
import {makeFolder, openStoreIn} from '../scheduler/world.js';
import {collectStatements} from './support/steady-state.js';

/** Tables that are as small for 10,000 VMs as for ten, or hold only what is under way. */
const small: Readonly<Record<string, string>> = {
	changes: 'one row a table',
	clusters: 'one row a cluster',
	holds: 'one row',
	leases: 'what is under way: the sweep forgets those that nobody holds',
	maintenance: 'what a person put under maintenance',
	meta: 'a few words about the database itself',
	sessions: 'those of a day',
	skips: 'one row a task',
	task_settings: 'one row a task',
	kysely_migration: 'one row a version',
};

/** Partial indexes that hold what is under way or needs a person, and nothing of the past. */
const ofWork: ReadonlySet<string> = new Set([
	'operations_running',
	'operations_waiting',
	'operations_moment',
	'remote_tasks_running',
	'remote_tasks_slot',
	'remote_tasks_left',
	'backups_running',
	'backups_waiting',
	'outbox_open',
	'intake_orders_open',
	'outbox_stuck',
	'dns_records_debts',
	'dns_records_due',
	'vms_attention',
	'vms_suspended',
	'vms_unready',
	'run_requests_open',
	'incidents_open',
	'sessions_open',
	'snapshots_mortal',
]);

type Known = {readonly statement: RegExp; readonly reason: string};

/** Statements that go through a whole table or index all the same. */
const known: readonly Known[] = [
	{statement: /^select count\(\*\) from "\w+"$/, reason: 'once a day, of the copy, so that it is known to be whole'},
	{statement: /^select count\(\*\) as "(?:count|total)" from "(?:vms|installs|snapshots|backups)"(?: where (?:vms\.status = 'removed'|state <> 'removed'))?$/, reason: 'a count alone, from an index: 0.01 ms for 10,000 VMs'},
	{statement: /^select "state", count\(\*\) as "count" from "installs" group by "state"$/, reason: 'a count alone, from an index: 0.2 ms for 2,000 installs'},
	{statement: /sqlite_sequence/, reason: 'one row a table'},
	{statement: /^insert into "vms" /, reason: 'a foreign key\'s look for rows that waited for this one: it is skipped while none does, and none ever does'},
	{statement: /^delete from "(?:incidents|run_requests)" /, reason: 'once an hour; what people asked for, and what was wrong'},
	{statement: /^select v\.id, .+ as last_good from vms as v /, reason: 'VMs without a good backup, every ten seconds at most: who has none is found by who is there'},
	{statement: /^select b\.vm_id as vmId, /, reason: 'failed backups, beside the last: as many as failed and were kept'},
	{statement: /^select "id", "hostname", "cluster", "timezone", "vmid", "node" from "vms" where "status" <> \? and "vmid" is not null and "node" is not null order by "id"$/, reason: 'a run of collect_statistics counts every VM'},
	{statement: /^select \* from "traffic_marks" order by "vm_id"$/, reason: 'a run of collect_statistics begins where it ended, for every VM'},
	{statement: /^select "vm_id", max\("backups"\."created_at"\) /, reason: 'a run of schedule_backup asks when each VM was backed up last'},
	{statement: /^select "id", "reference", .+ from vms where status = 'removed' order by removed_at desc, id desc limit \? offset \?$/, reason: 'the last removed, in the order of their index: it stops when the page is full'},
];

type Look = {readonly statement: string; readonly detail: string};

const isOfData = (text: string): boolean => /^\s*(?:select|insert|update|delete|with)\b/i.test(text);

/** Reads the newest or oldest rows in the order of their ids, and stops when the page is full. */
const isPage = ({statement, detail}: Look): boolean => /^SCAN \w+$/.test(detail) && /^select \* from "\w+" order by "id" (?:desc )?limit \?$/.test(statement);

const isOfWork = ({detail}: Look): boolean => ofWork.has(/ INDEX (\w+)/.exec(detail)?.[1] ?? '');

/** Every table of the schema by its name, and by the names of its indexes. */
const tablesOf = (database: BetterSqlite.Database): ReadonlyMap<string, string> => {
	const rows = database.prepare('select name, tbl_name from sqlite_master where type in (\'table\', \'index\')').all() as ReadonlyArray<{readonly name: string; readonly tbl_name: string}>;
	return new Map(rows.map(row => [row.name, row.tbl_name]));
};

/** The tables that a look may mean, by its index or by the names that the statement gives them; none: it is at a subquery, whose own looks the plan has besides. */
const meantBy = ({statement, detail}: Look, tables: ReadonlyMap<string, string>): readonly string[] => {
	const name = /^SCAN (\S+)/.exec(detail)![1]!;
	const index = / INDEX (\w+)/.exec(detail)?.[1] ?? '';
	const table = tables.get(index) ?? tables.get(name);
	return table === undefined
		? statement.matchAll(new RegExp(String.raw`"?(\w+)"?(?: as)? "?${RegExp.escape(name)}"?(?![\w."])`, 'gi')).map(([, word]) => word!).filter(word => tables.has(word)).toArray()
		: [table];
};

/** Every look that a statement takes at all of something. */
const scansOf = (database: BetterSqlite.Database, statement: string): readonly Look[] => {
	const parameters = Array.from(statement.matchAll(/\?/g), () => null);
	const plan = database.prepare(`explain query plan ${statement}`).all(...parameters) as ReadonlyArray<{readonly detail: string}>;
	return plan.map(({detail}) => ({statement: statement.replaceAll(/\s+/g, ' ').replaceAll('+?', '?').trim(), detail})).filter(({detail}) => detail.startsWith('SCAN '));
};

test(`in steady state nothing goes through a table that grows with the fleet, with ${bigHoster.vms} VMs stored`, async () => {
	const folder = makeFolder();
	await openStoreIn(folder);
	const path = join(folder, 'cronsole.db');
	fillBigHoster(path);
	const statements = [...await collectStatements()].filter(text => isOfData(text));
	const database = new BetterSqlite(path, {readonly: true});
	const tables = tablesOf(database);
	const scans = statements.flatMap(statement => scansOf(database, statement)).filter(look => !isPage(look) && !isOfWork(look) && meantBy(look, tables).some(table => !Object.hasOwn(small, table)));
	database.close();
	expect(statements.length).toBeGreaterThan(200);
	expect(scans.filter(({statement}) => known.every(each => !each.statement.test(statement))).map(l => `${l.detail} <<< ${l.statement.replaceAll(/\s+/g, ' ')}`)).toEqual([]);
	expect(known.filter(each => scans.every(({statement}) => !each.statement.test(statement))).map(({reason}) => reason), 'these go through nothing any more: take them out').toEqual([]);
}, 300_000);
