import {readdirSync} from 'node:fs';
import {join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import BetterSqlite from 'better-sqlite3';
import {expect, test} from 'vitest';
import {first} from '../../source/store/migrations/0001-first.js';
import {allMigrations} from '../../source/store/migrations/all-migrations.js';
import {createFile} from '../../source/store/sqlite/create-file.js';
import {migrate} from '../../source/store/sqlite/migrate.js';
import {StoreUnusable} from '../../source/store/store.js';
import {useChildren} from './support/child-process.js';
import {makeFolder, makeStore} from './support/temporary-store.js';

const latest = Object.keys(allMigrations).length;

const children = useChildren();
const versionOne = {'0001-first': first};

const vm = (reference: string, facts: Readonly<Record<string, string | number | null>>) => ({
	reference, hostname: `${reference}.example.net`, cluster: 'fra1', node: 'pve1', wanted_node: null, vmid: 5000, status: 'ready', remote_status: 'running', package_name: 'kvm-s',
	package_json: '{"cores":4,"vlan":0}', template_json: '{"name":"debian-12"}', client_name: 'Ada', client_email: 'ada@example.org', user: 'root', password: null,
	ssh_keys_json: '["ssh-ed25519 AAAA"]', backup_json: '{"mon":"02:30"}', timezone: 'Europe/Berlin', mail: 1, mac: 'BC:24:11:00:00:01', suspended_json: '[]',
	attention_reason: null, attention_since: null, attention_command: null, order_json: '{}', created_at: 1000, removed_at: null, version: 3, ...facts,
});

/** A database as the first version leaves it: orders with and without overrides, one deploy that waits for its clone. */
const makeOld = async (): Promise<string> => {
	const path = join(makeFolder(), 'cronsole.db');
	createFile(path);
	await migrate(path, versionOne);
	const raw = new BetterSqlite(path);
	const insert = (table: string, row: Readonly<Record<string, string | number | null>>) => {
		const names = Object.keys(row);
		raw.prepare(`insert into ${table} (${names.join(', ')}) values (${names.map(name => `@${name}`).join(', ')})`).run(row);
	};

	insert('meta', {key: 'installation', value: 'cafe0123'});
	insert('vms', vm('plain', {order_json: '{"reference":"plain"}'}));
	insert('vms', vm('wider', {order_json: '{"overrides":{"cores":4,"firewall":{"enable":true,"policyIn":"DROP"},"networkMbps":12.5}}'}));
	insert('vms', vm('null-overrides', {order_json: '{"overrides":null}'}));
	insert('vms', vm('no-order', {order_json: 'null'}));
	insert('vms', vm('in-work', {
		status: 'set_ip', attention_reason: 'r', attention_since: 5, attention_command: 'c', vmid: null,
	}));
	insert('operations', {
		vm_id: 105, kind: 'create', task: 'process_vms', params_json: '{}', requested_by: 'anna', requested_at: 1, state: 'running', started_at: 2, attempt: 3, step_since: 4,
		waiting_for: 'the clone', remote_task_id: 1,
	});
	insert('remote_tasks', {
		operation_id: 1, vm_id: 105, cluster: 'fra1', node: 'pve1', type: 'qmclone', task_vmid: 9000, step: 'clone', slot_key: 'clone:fra1/pve1/x', state: 'running',
		intent_at: 1, deadline_at: 2, upid: 'UPID:1', is_settled: 0,
	});
	insert('addresses', {
		cluster: 'fra1', key: '40a000001', address: '10.0.0.1', vm_id: 105, pool: 'p', prefix: 24, gateway: '10.0.0.254', bridge: 'vmbr0', vlan: 0, resolvers_json: '[]',
	});
	insert('clusters', {
		name: 'fra1', state: 'ok', since: 1, checked_at: 2, nodes_down_json: '[]',
	});
	insert('activity', {
		at: 1, level: 'info', actor: '{"name":"anna"}', subject: 'plain', message: 'ordered',
	});
	raw.close();
	return path;
};

test('what the first version wrote is all there, and each VM has the overrides of its order', async () => {
	const store = await makeStore({path: await makeOld()});
	expect(store.installation).toBe('cafe0123');
	const vms = await store.read.vms.list();
	expect(vms.map(({reference, overrides}) => [reference, overrides])).toEqual([
		['plain', {}],
		['wider', {cores: 4, firewall: {enable: true, policyIn: 'DROP'}, networkMbps: 12.5}],
		['null-overrides', {}],
		['no-order', {}],
		['in-work', {}],
	]);
	expect(vms[0]).toMatchObject({
		id: 101, status: 'ready', package: {cores: 4, vlan: 0}, backup: {mon: '02:30'}, timezone: 'Europe/Berlin', mac: 'BC:24:11:00:00:01', suspended: [], resumes: false, version: 3,
	});
	expect(vms[4]).toMatchObject({status: 'set_ip', needsAttention: {reason: 'r', since: 5, command: 'c'}});
	expect(await store.read.operations.listOpen(105)).toMatchObject([{
		kind: 'create', state: 'running', attempt: 3, waitingFor: 'the clone', remoteTaskId: 1, position: null, notes: {},
	}]);
	expect(await store.read.remoteTasks.listRunning()).toMatchObject([{upid: 'UPID:1', isSettled: false}]);
	expect(await store.read.addresses.listFor(105)).toMatchObject([{address: '10.0.0.1'}]);
	expect(await store.read.clusters.list()).toMatchObject([{name: 'fra1', state: 'ok'}]);
	expect(await store.read.activity.list({limit: 5})).toMatchObject([{message: 'ordered'}]);
});

test('what was under way goes on in the new version', async () => {
	const store = await makeStore({path: await makeOld()});
	await store.write(async ({vms, remoteTasks, operations}) => {
		await vms.setAttention(105, null);
		await remoteTasks.finish(1, 'OK', 10);
		await operations.note(1, {wasRunning: false});
		await vms.advance(await vms.get(105), 'clone', {
			operationId: 1, operation: 'create', outcome: 'done', reason: null, attempt: 4, startedAt: 4, durationMs: 6, upid: 'UPID:1', log: null,
		});
	});
	const ready = await store.read.operations.listReady({
		now: 20, tasks: ['process_vms'], clusters: ['fra1'], nodesDown: [], start: true, limit: 10,
	});
	expect(ready).toMatchObject([{id: 1, notes: {wasRunning: false}}]);
});

test('the database is copied as it was, and the copy opens in the first version', async () => {
	const path = await makeOld();
	await (await makeStore({path})).close();
	expect(readdirSync(join(path, '..')).filter(name => name.includes('.bak'))).toEqual(['cronsole.db.schema-1.bak']);
	await expect(migrate(`${path}.schema-1.bak`, versionOne)).resolves.toBeUndefined();
	const copy = new BetterSqlite(`${path}.schema-1.bak`, {readonly: true});
	expect(copy.prepare('select reference from vms order by id').pluck().all()).toEqual(['plain', 'wider', 'null-overrides', 'no-order', 'in-work']);
	expect(copy.prepare('select name from sqlite_schema where name = \'backups\'').all()).toEqual([]);
	copy.close();
});

test('the first version is refused afterwards, and told why', async () => {
	const path = await makeOld();
	await (await makeStore({path})).close();
	await expect(migrate(path, versionOne)).rejects.toThrow(`The database ${path} was written by a newer cronsole (schema ${latest}; this one knows 1).`);
	await expect(migrate(path, versionOne)).rejects.toBeInstanceOf(StoreUnusable);
});

test('a process that was there before the schema was changed writes nothing any more, and says why', async () => {
	const store = await makeStore();
	const newer = new BetterSqlite(store.place);
	newer.pragma(`user_version = ${latest + 1}`);
	newer.close();
	const write = store.write(async ({taskSettings}) => taskSettings.setInterval('process_vms', 7, 'anna'));
	await expect(write).rejects.toThrow(`The database ${store.place} was changed by a newer cronsole (schema ${latest + 1}; this one knows ${latest}).`);
	await expect(write).rejects.toMatchObject({hint: 'Start this cronsole anew, in its newer version.'});
	expect((await store.read.taskSettings.list(0))[0]).toMatchObject({task: 'process_vms', intervalSeconds: null});
});

test('who comes while another one changes the schema waits for it', async () => {
	const path = await makeOld();
	const guard = new BetterSqlite(`${path}.migrating`);
	guard.exec('begin exclusive');
	let isReleased = false;
	const opening = (async () => {
		const store = await makeStore({path});
		return {isReleased, count: (await store.read.vms.list()).length};
	})();
	await sleep(150);
	isReleased = true;
	guard.close();
	expect(await opening).toEqual({isReleased: true, count: 5});
});

test('of many processes that find the old schema one changes it, and all get the same database', async () => {
	const path = await makeOld();
	const started = Array.from({length: 4}, () => children.start());
	expect(await Promise.all(started.map(async child => child.ask<string>('open', path)))).toEqual(Array.from({length: 4}, () => 'cafe0123'));
	expect(readdirSync(join(path, '..')).filter(name => name.includes('.bak'))).toEqual(['cronsole.db.schema-1.bak']);
	const store = await makeStore({path});
	expect(await store.read.vms.list()).toHaveLength(5);
});
