import {expect, test} from 'vitest';
import {type Install} from '../../source/domain/install.js';
import {type Store} from '../../source/store/store.js';
import {createWorld, lastActivity, refusalOf} from './world.js';

const insert = async (store: Store): Promise<Install> => store.write(async tables => tables.installs.insert({
	reference: 'whmcs-901', panel: 'web1', application: 'wordpress', domain: 'shop.example.org', account: 'shop', client: {name: 'Ada', email: 'ada@example.org'}, order: {}, createdAt: Date.now(),
}));

const turn = async (store: Store, install: Install, to: Partial<Pick<Install, 'state' | 'cause' | 'attempt'>>): Promise<Install> => {
	await store.write(async tables => tables.installs.change(install, to, Date.now()));
	return (await store.read.installs.find(install.id))!;
};

test('a pending install is dropped and taken back as what it was', async () => {
	const {store, intents, as} = await createWorld();
	const {id} = await insert(store);
	await expect(intents.dropInstall(id)).resolves.toMatchObject({
		changed: true,
		subject: {state: 'dropped', droppedFrom: 'pending', droppedBy: 'anna'},
		message: 'the install of shop.example.org is dropped; the account shop stays, and no mail goes out',
	});
	await expect(as('ben').dropInstall(id)).resolves.toMatchObject({changed: false, message: expect.stringMatching(/^the install of shop\.example\.org was already dropped by anna \ds ago$/)});
	await expect(as('ben').undropInstall(id)).resolves.toMatchObject({
		changed: true, subject: {
			state: 'pending', droppedFrom: null, droppedBy: null, droppedAt: null,
		},
	});
	await expect(lastActivity(store)).resolves.toBe('info ben shop.example.org: took the install back; anna had dropped it');
	await expect(intents.undropInstall(id)).resolves.toMatchObject({changed: false});
});

test('whoever acts on an older row is told who was first', async () => {
	const {store, intents, as} = await createWorld();
	const {id, version} = await insert(store);
	await intents.dropInstall(id, version);
	const refusal = await refusalOf(as('ben').dropInstall(id, version));
	expect(refusal.code).toBe('conflict');
	expect(refusal.message).toMatch(/^the install of shop\.example\.org was already dropped by anna \ds ago$/);
	expect(await refusalOf(as('ben').retryInstall(id, version))).toMatchObject({code: 'conflict'});
});

test('a finished install is not dropped', async () => {
	const {store, intents} = await createWorld();
	const running = await turn(store, await insert(store), {state: 'running'});
	const done = await turn(store, running, {state: 'done'});
	expect(await refusalOf(intents.dropInstall(done.id))).toMatchObject({code: 'not-allowed'});
	expect(await refusalOf(intents.retryInstall(done.id))).toMatchObject({code: 'not-allowed'});
	expect(await refusalOf(intents.dropInstall(done.id + 1))).toMatchObject({code: 'unknown'});
});

test('a failed install is tried again with its count reset, or dropped and taken back as failed', async () => {
	const {store, intents} = await createWorld();
	const failed = await turn(store, await insert(store), {state: 'failed', cause: 'the database refused the connection', attempt: 3});
	await intents.dropInstall(failed.id);
	expect(await refusalOf(intents.retryInstall(failed.id))).toMatchObject({code: 'not-allowed', hint: `take it back first: cronsole install undrop ${failed.id}`});
	await expect(intents.undropInstall(failed.id)).resolves.toMatchObject({subject: {state: 'failed', cause: 'the database refused the connection'}});
	await expect(intents.retryInstall(failed.id)).resolves.toMatchObject({
		changed: true, subject: {
			state: 'pending', attempt: 0, cause: null, nextAttemptAt: null,
		},
	});
	await expect(intents.retryInstall(failed.id)).resolves.toMatchObject({changed: false});
});
