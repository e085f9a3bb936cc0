import {expect, test} from 'vitest';
import {type Install} from '../../source/domain/install.js';
import {type InstallChange} from '../../source/store/installs.js';
import {
	createWorld,
	lastActivity,
	refusalOf,
	type World,
} from './world.js';

const installs = `installs:
  panels:
    web1: {kind: command, command: [/bin/true]}
    web2: {kind: command, command: [/bin/true]}
    cpanel: {kind: whm, url: "https://web3.example.net:2087", user: root, token: secret}
  applications:
    wordpress: {blogName: Our site, url: temporary}
`;

/** An order with nothing wrong. */
const site = (more: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> => ({
	reference: 'whmcs-901', panel: 'web1', application: 'wordpress', domain: 'shop.example.org', account: 'shop', plan: 'starter',
	client: {name: 'Ada', email: 'ada@example.org'}, title: 'My shop', adminUser: 'ada', adminEmail: 'ada@example.org', url: 'domain', ...more,
});

const without = (key: string): Readonly<Record<string, unknown>> => Object.fromEntries(Object.entries(site()).filter(([name]) => name !== key));

const refusalFor = async ({intents}: Pick<World, 'intents'>, order: unknown) => refusalOf(intents.addInstall(order));

const turn = async ({store}: World, {id}: Pick<Install, 'id'>, to: InstallChange): Promise<void> => {
	await store.write(async tables => tables.installs.change((await tables.installs.find(id))!, to, Date.now()));
};

test('an order becomes a row with a password of its own, and one line of activity', async () => {
	const {store, intents} = await createWorld(installs);
	const {install, created} = await intents.addInstall(site());
	expect(created).toBe(true);
	expect(install).toMatchObject({
		reference: 'whmcs-901', generation: 1, kind: 'install', panel: 'web1', application: 'wordpress', domain: 'shop.example.org', account: 'shop', plan: 'starter',
		client: {name: 'Ada', email: 'ada@example.org'}, title: 'My shop', adminUser: 'ada', adminEmail: 'ada@example.org', url: 'domain', state: 'pending', position: 'ordered', accountState: 'none',
	});
	const password = await store.read.installs.passwordOf(install.id);
	expect(password).toMatch(/^\S{20}$/);
	expect(JSON.stringify(install)).not.toContain(password);
	await expect(lastActivity(store)).resolves.toBe('info anna shop.example.org: ordered: wordpress on web1, account shop, reference whmcs-901');
	const other = await intents.addInstall(site({reference: 'whmcs-902', account: 'blog', domain: 'blog.example.org'}));
	await expect(store.read.installs.passwordOf(other.install.id)).resolves.not.toBe(password);
});

test('what an order leaves out is as its application has it', async () => {
	const {intents} = await createWorld(installs);
	const {install} = await intents.addInstall({
		...without('plan'), title: '', url: undefined, client: {email: 'ada@example.org'}, domain: 'SHOP.example.org',
	});
	expect(install).toMatchObject({
		title: 'Our site', url: 'temporary', plan: null, client: {name: '', email: 'ada@example.org'}, domain: 'shop.example.org',
	});
	const other = await intents.addInstall(site({
		reference: 'whmcs-902', account: 'blog', domain: 'blog.example.org', application: 'static', title: null,
	}));
	expect(other.install.title).toBe('My site');
});

test.each(['reference', 'panel', 'application', 'domain', 'account', 'client', 'title', 'adminUser', 'adminEmail'])('an order without %s is refused', async key => {
	const {intents, store} = await createWorld(installs);
	expect(await refusalFor({intents}, without(key))).toMatchObject({code: 'invalid', message: `${key}: is missing`, hint: 'mend the order and send it again; nothing was ordered'});
	await expect(store.read.installs.list()).resolves.toEqual([]);
});

test.each<readonly [Readonly<Record<string, unknown>>, string]>([
	[{client: {name: 'Ada'}}, 'client.email: is missing'],
	[{client: {name: 'Ada', email: 'ada@example.org\r\nBcc: x@example.org'}}, 'client.email: must be an e-mail address'],
	[{adminEmail: 'ada'}, 'adminEmail: must be an e-mail address'],
	[{account: 'Shop'}, 'account: must be a login name'],
	[{account: '1shop'}, 'account: must be a login name'],
	[{account: 'shop.1'}, 'account: must be a login name'],
	[{account: '-shop'}, 'account: must be a login name'],
	[{account: 'a'.repeat(33)}, 'account: must be a login name'],
	[{panel: 'cpanel', account: 'shop-1'}, 'account: shop-1 is no name for a cPanel account'],
	[{panel: 'cpanel', account: 'a'.repeat(17)}, 'is no name for a cPanel account'],
	[{account: ''}, 'account: must be a login name'],
	[{domain: 'shop_example.org'}, 'domain: must be a DNS name'],
	[{domain: '../shop'}, 'domain: must be a DNS name'],
	[{reference: '901'}, 'reference: must be one word'],
	[{reference: 'i12'}, 'reference: must not be like i12'],
	[{adminUser: '--help'}, 'adminUser: must be a login name'],
	[{title: 'a\nb'}, 'title: must be one line'],
	[{plan: ''}, 'plan: must not be empty'],
	[{url: 'https://x'}, 'url: must be one of domain, temporary'],
	[{titel: 'My shop'}, 'titel: unknown key, did you mean title?'],
	[{client: {email: 'ada@example.org', phone: '1'}}, 'client.phone: unknown key'],
])('an order with %j is refused', async (more, message) => {
	const {intents} = await createWorld(installs);
	const refusal = await refusalOf(intents.addInstall(site(more)));
	expect(refusal.code).toBe('invalid');
	expect(refusal.message).toContain(message);
});

test.each(['shop-1', 'shop_1', 'a'.repeat(32)])('an account may be named %s where the panel is a program of the operator', async account => {
	const {intents} = await createWorld(installs);
	expect((await intents.addInstall(site({account}))).install).toMatchObject({account});
});

test('every problem of an order is told at once', async () => {
	const {intents} = await createWorld(installs);
	expect((await refusalFor({intents}, {account: 'X'})).message.split('; ')).toHaveLength(9);
	expect((await refusalFor({intents}, [])).message).toBe('the order must be a map of keys');
});

test('an unknown panel or application is refused with the one that was probably meant', async () => {
	const {intents} = await createWorld(installs);
	expect(await refusalFor({intents}, site({panel: 'web3', application: 'wordpres'}))).toMatchObject({
		code: 'unknown', message: 'panel: there is no web3; application: there is no wordpres', hint: 'did you mean web1?; did you mean wordpress?',
	});
	expect(await refusalFor({intents}, site({panel: 'constructor'}))).toMatchObject({code: 'unknown', message: 'panel: there is no constructor'});
	expect(await refusalFor(await createWorld(), site())).toMatchObject({hint: 'the config has no panels'});
});

test('the same order again is the same install, however its defaults are spelled', async () => {
	const world = await createWorld(installs);
	const {intents, as, store} = world;
	const {install} = await intents.addInstall({...without('url'), title: ''});
	for (const again of [{...without('url'), title: ''}, site({url: null, title: null}), site({url: null, title: '', domain: 'Shop.Example.org'})]) {
		await expect(as('ben').addInstall(again)).resolves.toMatchObject({created: false, install: {id: install.id, generation: 1}});
	}

	await turn(world, install, {state: 'done', accountState: 'active'});
	await expect(intents.addInstall(site({url: null, title: null}))).resolves.toMatchObject({created: false, install: {id: install.id}});
	await expect(store.read.installs.list()).resolves.toHaveLength(1);
	await expect(store.read.activity.list({limit: 10})).resolves.toHaveLength(1);
});

test('another order under the same reference is refused with the difference', async () => {
	const world = await createWorld(installs);
	const {intents} = world;
	const {install} = await intents.addInstall(site());
	const other = site({title: 'His shop', client: {name: 'Ada', email: 'bob@example.org'}});
	expect(await refusalFor({intents}, other)).toMatchObject({
		code: 'conflict',
		message: `the reference whmcs-901 belongs to i${install.id} shop.example.org, which was ordered differently: client.email: "ada@example.org" before, "bob@example.org" now; title: "My shop" before, "His shop" now`,
		hint: `send the order as it was, or drop that install first: cronsole install drop ${install.id}`,
	});
	// Dropped before there was an account, it is in nobody's way.
	await intents.dropInstall(install.id);
	await expect(intents.addInstall(site())).resolves.toMatchObject({created: false, install: {id: install.id, state: 'dropped'}});
	const {install: next} = await intents.addInstall(other);
	expect(next).toMatchObject({generation: 2, title: 'His shop'});
	expect(await refusalOf(intents.undropInstall(install.id))).toMatchObject({code: 'not-allowed', message: `i${install.id} is over: i${next.id} came after it`});
});

test('an order whose account has ended is a new install', async () => {
	const world = await createWorld(installs);
	const {intents} = world;
	const {install} = await intents.addInstall(site());
	await turn(world, install, {state: 'done', accountState: 'terminated'});
	await expect(intents.addInstall(site())).resolves.toMatchObject({
		created: true, install: {
			generation: 2, accountState: 'none', position: 'ordered', state: 'pending',
		},
	});
});

test('an account or domain belongs to one order on a panel', async () => {
	const world = await createWorld(installs);
	const {intents} = world;
	const {install} = await intents.addInstall(site());
	const theirs = site({reference: 'whmcs-902', domain: 'blog.example.org'});
	expect(await refusalFor({intents}, theirs)).toMatchObject({
		code: 'conflict', message: `account: shop on web1 belongs to i${install.id} (reference whmcs-901)`, hint: `choose another, or drop that install first: cronsole install drop ${install.id}`,
	});
	await turn(world, install, {state: 'done', accountState: 'active'});
	expect(await refusalFor({intents}, site({reference: 'whmcs-902', account: 'blog', domain: 'SHOP.example.org'}))).toMatchObject({
		code: 'conflict', message: `domain: shop.example.org on web1 belongs to i${install.id} (reference whmcs-901)`,
		hint: 'choose another, or end its account first: cronsole account terminate whmcs-901',
	});
	await expect(intents.addInstall(site({reference: 'whmcs-903', panel: 'web2'}))).resolves.toMatchObject({created: true});
	await turn(world, install, {accountState: 'terminated'});
	await expect(intents.addInstall(theirs)).resolves.toMatchObject({created: true});
});

test('what was dropped is not taken back where somebody else has its account by now', async () => {
	const {intents} = await createWorld(installs);
	const {install} = await intents.addInstall(site());
	await intents.dropInstall(install.id);
	await intents.addInstall(site({reference: 'whmcs-902'}));
	expect(await refusalOf(intents.undropInstall(install.id))).toMatchObject({code: 'conflict', message: expect.stringContaining('account: shop on web1 belongs to')});
});

test('a read-only session orders nothing', async () => {
	const {as} = await createWorld(installs);
	expect(await refusalFor({intents: as('anna', true)}, site())).toMatchObject({code: 'read-only'});
});
