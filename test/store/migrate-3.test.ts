import {readdirSync} from 'node:fs';
import {join} from 'node:path';
import BetterSqlite from 'better-sqlite3';
import {expect, test} from 'vitest';
import {first} from '../../source/store/migrations/0001-first.js';
import {allVmWork} from '../../source/store/migrations/0002-all-vm-work.js';
import {allMigrations} from '../../source/store/migrations/all-migrations.js';
import {createFile} from '../../source/store/sqlite/create-file.js';
import {migrate} from '../../source/store/sqlite/migrate.js';
import {smallPool} from './support/address-pool.js';
import {wantedSet} from './support/dns-rows.js';
import {makeFolder, makeStore} from './support/temporary-store.js';

const versionTwo = {'0001-first': first, '0002-all-vm-work': allVmWork};

type Row = Readonly<Record<string, string | number | null>>;

const vm = (reference: string, facts: Row): Row => ({
	reference, hostname: `${reference}.example.net`, cluster: 'fra1', node: 'pve1', vmid: 5000, status: 'ready', remote_status: 'running', package_name: 'kvm-s', package_json: '{}',
	template_json: '{"name":"debian-12"}', client_name: 'Ada', client_email: 'Ada@example.org', user: 'root', ssh_keys_json: '[]', mail: 1, suspended_json: '[]',
	order_json: '{"client":{"name":"Ada"},"package":"kvm-s"}', created_at: 1000, version: 3, overrides_json: '{"cores":4}', ...facts,
});

/** A database as the second version leaves it: a VM with two addresses, one that is removed, an address in quarantine. */
const makeOld = async (): Promise<string> => {
	const path = join(makeFolder(), 'cronsole.db');
	createFile(path);
	await migrate(path, versionTwo);
	const raw = new BetterSqlite(path);
	const insert = (table: string, row: Row) => {
		const names = Object.keys(row);
		raw.prepare(`insert into ${table} (${names.join(', ')}) values (${names.map(name => `@${name}`).join(', ')})`).run(row);
	};

	insert('vms', vm('web', {}));
	insert('vms', vm('gone', {status: 'removed', removed_at: 5000, vmid: 5001}));
	insert('snapshots', {
		vm_id: 101, name: 'before', created_at: 1, keep: 1, ours: 1,
	});
	for (const [digit, facts] of [[2, {vm_id: 101}], [3, {vm_id: 101}], [4, {vm_id: null, released_at: 4000, quarantine_until: 9000}]] as ReadonlyArray<readonly [number, Row]>) {
		insert('addresses', {
			cluster: 'fra1', key: `4c000020${digit}`, address: `192.0.2.${digit}`, pool: 'public', prefix: 29, gateway: '192.0.2.1', bridge: 'vmbr0', vlan: 0, resolvers_json: '[]', ...facts,
		});
		insert('address_history', {
			cluster: 'fra1', address: `192.0.2.${digit}`, vm_id: digit === 4 ? 102 : 101, since: 1000, until: digit === 4 ? 4000 : null,
		});
	}

	insert('outbox', {
		key: 'vm-ready:1', template: 'vm-ready', recipient: 'ada@example.org', variables_json: '{"client":"Ada"}', state: 'pending', vm_id: 102, created_at: 1,
	});
	raw.close();
	return path;
};

test('what the second version wrote is all there: no address is held or named, nothing is owed in DNS', async () => {
	const store = await makeStore({path: await makeOld()});
	expect(await store.read.vms.list()).toMatchObject([{id: 101, reference: 'web', overrides: {cores: 4}}, {id: 102, reference: 'gone', status: 'removed'}]);
	expect(await store.read.snapshots.list(101)).toMatchObject([{name: 'before', keep: true}]);
	expect(await store.read.addresses.listFor(101)).toMatchObject([{address: '192.0.2.2', ptr: null}, {address: '192.0.2.3', ptr: null}]);
	expect(await store.read.addresses.listKnown()).toMatchObject([
		{address: '192.0.2.2', vmId: 101, hold: null},
		{address: '192.0.2.3', vmId: 101, hold: null},
		{
			address: '192.0.2.4', vmId: null, releasedAt: 4000, quarantineUntil: 9000, hold: null,
		},
	]);
	expect(await store.read.addresses.use([smallPool], 5000)).toMatchObject([{
		used: 2, quarantined: 1, held: 0, free: 2,
	}]);
	expect(await store.read.addresses.history('192.0.2.4')).toEqual([{
		cluster: 'fra1', vmId: 102, since: 1000, until: 4000,
	}]);
	expect(await store.read.dnsRecords.listDebts(9)).toEqual([]);
	expect(await store.read.clients.trace('ada@example.org')).toEqual({livingVms: [101], openInstalls: [], remembered: 2});
});

test('everything new works on old rows', async () => {
	const store = await makeStore({path: await makeOld()});
	await store.write(async ({addresses, dnsRecords, clients}) => {
		await addresses.setPtr(101, '192.0.2.2', 'mail.example.net');
		await addresses.hold(smallPool, '192.0.2.4', {
			since: 5000, until: null, by: 'anna', reason: null, reference: 'web',
		});
		expect(await addresses.reserve(101, smallPool, new Set(), 6000)).toMatchObject({address: '192.0.2.4'});
		expect(await dnsRecords.want(101, [wantedSet()], 6000)).toBe(true);
		expect(await clients.forget('ada@example.org')).toBe(2);
	});
	expect(await store.read.dnsRecords.listDue({now: 6000, limit: 9})).toMatchObject([{vmId: 101, state: 'owed'}]);
	expect(await store.read.vms.get(102)).toMatchObject({client: {name: '', email: ''}, order: {package: 'kvm-s'}});
});

test('the database is copied as it was before anything is changed', async () => {
	const path = await makeOld();
	await (await makeStore({path})).close();
	expect(readdirSync(join(path, '..')).filter(name => name.includes('.bak'))).toEqual(['cronsole.db.schema-2.bak']);
	await expect(migrate(`${path}.schema-2.bak`, versionTwo)).resolves.toBeUndefined();
	await expect(migrate(path, versionTwo)).rejects.toThrow(`The database ${path} was written by a newer cronsole (schema ${Object.keys(allMigrations).length}; this one knows 2).`);
});
