import {expect, test} from 'vitest';
import {
	createWorld,
	deploy,
	lastActivity,
	refusalOf,
	type World,
} from './world.js';

const removed = async (world: World, more: Readonly<Record<string, unknown>> = {}) => {
	const vm = await deploy(world, more);
	await world.store.write(async tables => {
		await tables.addresses.release(vm.id, '203.0.113.10', 3000, 0);
		await tables.vms.enter(vm, 'removed', 3000);
	});
	return vm;
};

const insertInstall = async ({store}: World) => store.write(async tables => tables.installs.insert({
	reference: 'whmcs-7', panel: 'web1', application: 'wordpress', domain: 'example.org', account: 'u7', client: {name: 'Ada', email: 'Ada@example.org'}, order: {}, createdAt: 1000,
}));

test('a client who has nothing any more is forgotten in every row, and no log says who it was', async () => {
	const world = await createWorld();
	const {intents, store} = world;
	const vm = await removed(world, {user: 'lovelace'});
	const done = await intents.forgetClient(' ADA@example.org');
	expect(done).toEqual({changed: true, subject: expect.any(Number), message: expect.stringMatching(/^ADA@example\.org is forgotten: \d+ rows?; references, addresses and their history stay$/)});
	expect(done.subject).toBeGreaterThan(0);
	await expect(lastActivity(store)).resolves.toMatch(/^warning anna client: a client was forgotten: \d+ rows?$/);
	const left = JSON.stringify([await store.read.vms.get(vm.id), await store.read.activity.list({limit: 100})]).toLowerCase();
	expect(left).not.toMatch(/ada@|"ada"|lovelace/);
	expect(left).toContain('whmcs-1');
	await expect(store.read.addresses.history('203.0.113.10')).resolves.toMatchObject([{vmId: vm.id, until: 3000}]);
	await expect(intents.forgetClient('ada@example.org')).resolves.toEqual({changed: false, subject: 0, message: 'nothing is known of ada@example.org'});
});

test('one who still has a VM or an open install is not, and the refusal names both', async () => {
	const world = await createWorld();
	const {intents, store} = world;
	const vm = await deploy(world);
	const install = await insertInstall(world);
	const refused = await refusalOf(intents.forgetClient('ada@example.org'));
	expect([refused.code, refused.message]).toEqual(['not-allowed', `ada@example.org still has v${vm.id} (whmcs-1, web1.example.net), install ${install.id} (whmcs-7, example.org)`]);
	await expect(store.read.vms.get(vm.id)).resolves.toMatchObject({client: {email: 'ada@example.org'}});
	await expect(lastActivity(store)).resolves.not.toContain('forgotten');
});

test('somebody else\'s rows stay as they are', async () => {
	const world = await createWorld();
	const {intents, store} = world;
	await removed(world);
	const other = await deploy(world, {reference: 'whmcs-2', hostname: 'web2.example.net', client: {name: 'Ben', email: 'ben@example.org'}});
	await intents.forgetClient('ada@example.org');
	await expect(store.read.vms.get(other.id)).resolves.toMatchObject({client: {name: 'Ben', email: 'ben@example.org'}});
});

test.each(['ada', '', 'ada@example.org, ben@example.org', 'ada@\u{1B}[31mexample.org'])('%j is no e-mail address', async email => {
	const {intents} = await createWorld();
	const refused = await refusalOf(intents.forgetClient(email));
	expect([refused.code, refused.message, refused.hint]).toEqual(['invalid', 'the client must be an e-mail address', 'write the e-mail address that stood in the orders']);
});
