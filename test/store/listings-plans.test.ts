import {join} from 'node:path';
import BetterSqlite from 'better-sqlite3';
import {type CompiledQuery, Kysely} from 'kysely';
import {expect, onTestFinished, test} from 'vitest';
import {systemClock} from '../../source/domain/clock.js';
import {type ListingReads} from '../../source/domain/listing.js';
import {allMigrations} from '../../source/store/migrations/all-migrations.js';
import {type Schema} from '../../source/store/schema.js';
import {createFile} from '../../source/store/sqlite/create-file.js';
import {createDialect} from '../../source/store/sqlite/dialect.js';
import {migrate} from '../../source/store/sqlite/migrate.js';
import {openConnection} from '../../source/store/sqlite/open-connection.js';
import {createListings} from '../../source/store/tables/listings.js';
import {makeFolder, makeStore} from './support/temporary-store.js';

/** How SQLite goes about what a list asks: `SCAN`, `SEARCH` and `USE TEMP B-TREE`, a line each. */
const explain = async (list: (listings: ListingReads) => Promise<unknown>): Promise<readonly string[]> => {
	const store = await makeStore();
	await store.write(async ({activity}) => activity.add({
		at: 1, level: 'error', actor: {name: 'anna', address: null}, subject: 'h', message: 'a b',
	}));
	const connection = await openConnection(store.place, {isReadOnly: true});
	onTestFinished(() => {
		connection.close();
	});
	const asked: CompiledQuery[] = [];
	const db = new Kysely<Schema>({
		dialect: createDialect(connection), log({query}) {
			asked.push(query);
		},
	});
	await list(createListings(async look => look(db), systemClock));
	const plans = asked.flatMap(({sql, parameters}) => connection.prepare(`explain query plan ${sql}`).all(...parameters) as ReadonlyArray<{readonly detail: string}>);
	return plans.map(({detail}) => detail).filter(detail => /^(?:SCAN|SEARCH|USE) /.test(detail));
};

/** Of operations only those that are open are looked at, by their index. */
const isOfWork = (line: string): boolean => / operations_(?:running|waiting)\b|^SEARCH [or] USING (?:INTEGER PRIMARY KEY|INDEX operations)/.test(line);

const counts = ['SCAN changes', 'SCAN vms USING COVERING INDEX vms_stamp'];

test('the list of VMs goes once through the VMs and once through their addresses, in slices; operations are found by the few that are open', async () => {
	const plan = await explain(async ({vms}) => vms(10));
	expect(plan.filter(line => !isOfWork(line))).toEqual([
		...counts,
		'SEARCH vms USING INTEGER PRIMARY KEY (rowid>?)',
		'SCAN vms USING INDEX vms_removed',
		'SEARCH addresses USING INTEGER PRIMARY KEY (rowid>?)',
	]);
});

test('the list of VMs again is made of those that changed since', async () => {
	const plan = await explain(async ({vms}) => {
		await vms(10);
		await vms(10);
	});
	expect(plan.filter(line => !isOfWork(line)).slice(-3)).toEqual([...counts, 'SEARCH vms USING INDEX vms_stamp (stamp>?)']);
});

test('the newest backups and installs are found by an index; nothing is sorted', async () => {
	expect(await explain(async ({backups}) => backups(10))).toEqual([
		'SEARCH vms USING INTEGER PRIMARY KEY (rowid>?)',
		'SEARCH backups USING INDEX backups_newest (created_at<?)',
		'SCAN backups USING COVERING INDEX backups_newest',
	]);
	const installs = await explain(async listings => listings.installs(10));
	expect(new Set(installs.slice(0, -1))).toEqual(new Set(['SEARCH installs USING INDEX installs_state (state=? AND created_at<?)']));
});

test('a search of the activity goes from the newest row to the oldest, once; without a text its rows are counted by an index alone', async () => {
	expect(await explain(async ({activity}) => activity({text: 'a', level: 'warning', limit: 1}))).toEqual(['SCAN activity', 'SEARCH activity USING INTEGER PRIMARY KEY (rowid<?)']);
	const [rows, counted, ...more] = await explain(async ({activity}) => activity({text: '', level: 'warning', limit: 1}));
	expect([rows, counted, more]).toEqual(['SCAN activity', 'SEARCH activity USING COVERING INDEX activity_level (level=?)', []]);
});

test('a database of the fourth version keeps its backups and lists them', async () => {
	const path = join(makeFolder(), 'cronsole.db');
	createFile(path);
	await migrate(path, Object.fromEntries(Object.entries(allMigrations).slice(0, 4)));
	const raw = new BetterSqlite(path);
	expect(raw.pragma('user_version', {simple: true})).toBe(4);
	raw.exec(`insert into vms (reference, hostname, cluster, status, remote_status, package_name, package_json, template_json, client_name, client_email, user, ssh_keys_json, mail,
			suspended_json, order_json, created_at, version)
		values ('web', 'web.example.net', 'fra1', 'ready', 'running', 'kvm-s', '{}', '{}', 'Ada', 'ada@example.org', 'root', '[]', 1, '[]', '{}', 1, 1)`);
	raw.exec('insert into backups (vm_id, kind, state, storage, created_at, attempts) values (101, \'manual\', \'done\', \'shared\', 1, 1), (101, \'manual\', \'removed\', \'shared\', 2, 1)');
	raw.close();
	const store = await makeStore({path});
	expect(await store.read.listings.backups(9)).toMatchObject({rows: [{id: 1, reference: 'web', state: 'done'}], total: 1});
});
