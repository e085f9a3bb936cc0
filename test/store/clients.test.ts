import fs from 'node:fs';
import BetterSqlite from 'better-sqlite3';
import {expect, test} from 'vitest';
import {type Tables} from '../../source/store/store.js';
import {type NewVm} from '../../source/store/vms.js';
import {makeStore, newVm} from './support/temporary-store.js';

const ada = {name: 'Ada Lovelace', email: 'Ada@Example.org'};
const key = 'ssh-ed25519 AAAA ada@laptop';

const order = (reference: string, facts: Partial<NewVm> = {}) => newVm({
	reference, hostname: `${reference}.example.net`, client: ada, user: 'lovelace', sshKeys: [key],
	order: {
		reference, client: ada, user: 'lovelace', password: 'ada-s3cret', sshKeys: [key], package: 'kvm-s', overrides: {cores: 4},
	},
	overrides: {cores: 4},
	...facts,
});

const addRemoved = async ({vms}: Tables, vm: NewVm, removedAt: number): Promise<number> => {
	const {id} = await vms.insert(vm);
	await vms.enter(await vms.get(id), 'removed', removedAt);
	return id;
};

const addInstall = async ({installs}: Tables, reference: string, client: {readonly name: string; readonly email: string}) => installs.insert({
	reference, panel: 'cpanel', application: 'wordpress', domain: 'example.net', account: 'ada1', client, order: {client, application: 'wordpress', password: 'p'}, createdAt: 1000,
});

const addMail = async ({outbox}: Tables, mail: {readonly key: string; readonly to: string; readonly vmId?: number; readonly installId?: number}) => outbox.add({
	template: 'vm-ready', variables: {client: ada.name}, vmId: null, installId: null, createdAt: 1000, ...mail,
});

/** Ada: two VMs that are gone, one dropped install, mails in every state. Ben: one that lives. */
const start = async () => {
	const store = await makeStore();
	const ids = await store.write(async tables => {
		const gone = await addRemoved(tables, order('gone'), 5000);
		const other = await addRemoved(tables, order('other', {client: {name: 'A. Lovelace', email: 'ada@example.ORG'}, order: null}), 6000);
		const {id: ben} = await tables.vms.insert(newVm({reference: 'ben', hostname: 'ben.example.net', client: {name: 'Ben', email: 'ben@example.org'}}));
		const install = await addInstall(tables, 'site', ada);
		await tables.installs.change(install, {
			state: 'dropped', droppedFrom: 'pending', droppedBy: 'anna', droppedAt: 4000,
		}, 4000);
		await addMail(tables, {key: 'sent', to: ada.email, vmId: gone});
		await addMail(tables, {key: 'old-address', to: 'countess@example.org', vmId: gone});
		await addMail(tables, {key: 'pending', to: ada.email, vmId: gone});
		await addMail(tables, {key: 'sending', to: ada.email, installId: install.id});
		await addMail(tables, {key: 'no-vm', to: 'ADA@example.org'});
		await addMail(tables, {key: 'no-vm-yet', to: ada.email});
		await addMail(tables, {key: 'ben', to: 'ben@example.org', vmId: ben});
		return {
			gone, other, ben, install: install.id,
		};
	});
	const raw = new BetterSqlite(store.place);
	const mark = raw.prepare('update outbox set state = ? where key = ?');
	for (const [mail, state] of [['sent', 'sent'], ['old-address', 'failed'], ['no-vm', 'unknown'], ['sending', 'sending'], ['ben', 'sent']]) {
		mark.run(state, mail);
	}

	raw.close();
	return {
		store, ...ids, trace: async (email: string) => store.read.clients.trace(email), forget: async (email: string) => store.write(async ({clients}) => clients.forget(email)),
		forgetOlder: async (before: number) => store.write(async ({clients}) => clients.forgetOlder(before)),
	};
};

test('a client is known by address in whatever case, by what lives, what is open and what is remembered', async () => {
	const {store, ben, trace} = await start();
	// Two VMs, an install, three mails that are over and two about what is over.
	expect(await trace('ADA@EXAMPLE.ORG')).toEqual({livingVms: [], openInstalls: [], remembered: 8});
	expect(await trace('ben@example.org')).toEqual({livingVms: [ben], openInstalls: [], remembered: 1});
	expect(await trace('nobody@example.org')).toEqual({livingVms: [], openInstalls: [], remembered: 0});
	expect(await trace('')).toEqual({livingVms: [], openInstalls: [], remembered: 0});
	const install = await store.write(async tables => addInstall(tables, 'site-2', ada));
	expect(await trace(ada.email)).toMatchObject({openInstalls: [install.id]});
});

test('a client who is forgotten stands nowhere any more; reference, hostname, package and addresses stay', async () => {
	const {store, gone, other, trace, forget} = await start();
	expect(await forget('ada@example.org')).toBe(8);
	expect(await store.read.vms.get(gone)).toMatchObject({
		reference: 'gone', hostname: 'gone.example.net', client: {name: '', email: ''}, user: '', password: null, sshKeys: [], overrides: {cores: 4},
		order: {reference: 'gone', package: 'kvm-s', overrides: {cores: 4}}, version: 3,
	});
	expect(await store.read.vms.get(other)).toMatchObject({client: {name: '', email: ''}, order: null});
	expect(await store.read.installs.list()).toMatchObject([{
		reference: 'site', account: 'ada1', client: {name: '', email: ''}, order: {application: 'wordpress'}, state: 'dropped',
	}]);
	expect((await store.read.outbox.list()).map(({to, variables, state}) => [to, variables, state])).toEqual([
		['', {}, 'sent'],
		['', {}, 'failed'],
		['', {}, 'unknown'],
		// Of nothing that is over, and not sent yet.
		[ada.email, {client: ada.name}, 'pending'],
		['ben@example.org', {client: ada.name}, 'sent'],
	]);
	expect(await trace(ada.email)).toEqual({livingVms: [], openInstalls: [], remembered: 0});
	expect(await forget(ada.email)).toBe(0);
});

test('nothing of the client is left in any table', async () => {
	const {store, forget} = await start();
	const raw = new BetterSqlite(store.place);
	raw.exec('delete from outbox where key in (\'no-vm-yet\', \'ben\')');
	const tables = raw.prepare('select name from sqlite_schema where type = \'table\'').pluck().all() as string[];
	const dump = () => JSON.stringify(tables.map(name => raw.prepare(`select * from "${name}"`).all())).toLowerCase();
	const traces = ['lovelace', 'ada@', 'countess', 'ada-s3cret'];
	expect(traces.filter(text => dump().includes(text))).toEqual(traces);
	await forget(ada.email);
	expect(traces.filter(text => dump().includes(text))).toEqual([]);
	raw.close();
});

test('what lives is not touched, whoever is forgotten', async () => {
	const {store, ben, forget} = await start();
	const before = await store.read.vms.get(ben);
	// Only a mail that was sent is over.
	expect(await forget('BEN@example.org')).toBe(1);
	expect(await store.read.vms.get(ben)).toEqual(before);
	expect(await forget('')).toBe(0);
	expect(await store.read.vms.list({client: ada.email})).toHaveLength(1);
});

test('with time those are forgotten whose last VM and last install ended before that moment', async () => {
	const {store, gone, ben, trace, forgetOlder} = await start();
	expect(await forgetOlder(6000)).toBe(0);
	const install = await store.write(async tables => addInstall(tables, 'open', {name: 'Ada', email: 'ada@EXAMPLE.org'}));
	expect(await forgetOlder(7000)).toBe(0);
	await store.write(async ({installs}) => installs.change(install, {state: 'done'}, 8000));
	expect(await forgetOlder(8000)).toBe(0);
	expect(await forgetOlder(8001)).toBe(9);
	expect(await store.read.vms.get(gone)).toMatchObject({client: {name: '', email: ''}});
	expect(await store.read.vms.get(ben)).toMatchObject({client: {name: 'Ben'}});
	expect(await trace(ada.email)).toMatchObject({remembered: 0});
	expect(await forgetOlder(9000)).toBe(0);
});

test('of very many at once the next ones are forgotten the next time', async () => {
	const {store, forgetOlder} = await start();
	await store.write(async tables => {
		for (let index = 0; index < 250; index++) {
			await addRemoved(tables, order(`n${index}`, {client: {name: 'N', email: `n${index}@example.org`}, order: null}), 3000);
		}
	});
	const first = await forgetOlder(5000);
	expect(first).toBe(200);
	expect(await forgetOlder(5000)).toBe(50);
	expect(await forgetOlder(5000)).toBe(0);
});

test('of a client who is forgotten nothing is left in the file either', async () => {
	const store = await makeStore();
	const bytes = (): string => fs.readFileSync(store.place, 'latin1').toLowerCase();
	await store.write(async tables => {
		const gone = await addRemoved(tables, order('gone'), 5000);
		await addMail(tables, {key: 'pending', to: ada.email, vmId: gone});
		await tables.clients.forget(ada.email);
	});
	await store.close();
	for (const trace of ['ada@example.org', 'lovelace', 'ada-s3cret', 'ada@laptop']) {
		expect(bytes().includes(trace), trace).toBe(false);
	}

	expect(bytes().includes('gone.example.net')).toBe(true);
});
