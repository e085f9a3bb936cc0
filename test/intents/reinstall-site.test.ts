import {expect, test} from 'vitest';
import {type Install} from '../../source/domain/install.js';
import {type InstallChange} from '../../source/store/installs.js';
import {
	createWorld,
	lastActivity,
	refusalOf,
	type World,
} from './world.js';

const installs = 'installs: {panels: {web1: {kind: command, command: [/bin/true]}}}\n';

const order = async ({intents}: World, name = 'shop'): Promise<Install> => {
	const {install} = await intents.addInstall({
		reference: `order-${name}`, panel: 'web1', application: 'wordpress', domain: `${name}.example.org`, account: name, client: {email: 'ada@example.org'}, title: 'My shop', adminUser: 'ada', adminEmail: 'ada@example.org',
	});
	return install;
};

const turn = async ({store}: World, {id}: Pick<Install, 'id'>, to: InstallChange): Promise<void> => {
	await store.write(async tables => tables.installs.change((await tables.installs.find(id))!, to, Date.now()));
};

const site = {url: 'https://shop.example.org/', adminUrl: 'https://shop.example.org/wp-admin/'};

test('a site is made anew as the next generation of its order, on the account that it has', async () => {
	const world = await createWorld(installs);
	const {intents, store} = world;
	const first = await order(world);
	await turn(world, first, {
		state: 'done', accountState: 'active', site, adminPassword: null, plan: 'pro',
	});
	const {changed, subject: next} = await intents.reinstallSite('order-shop');
	expect([changed, next]).toMatchObject([true, {
		reference: 'order-shop', generation: 2, kind: 'reinstall', position: 'account', state: 'pending', accountState: 'active', site, plan: 'pro', account: 'shop', title: 'My shop', foundBefore: null,
	}]);
	await expect(store.read.installs.passwordOf(next.id)).resolves.toMatch(/^\S{20}$/);
	await expect(lastActivity(store)).resolves.toBe(`warning anna shop.example.org: re-install wordpress on web1, account shop, after i${first.id}`);
	// Asked for again, by whatever name, it is the same one.
	for (const ref of ['order-shop', `${first.id}`, `i${next.id}`, 'SHOP.example.org']) {
		await expect(intents.reinstallSite(ref)).resolves.toMatchObject({changed: false, subject: {id: next.id}, message: 'the re-install of shop.example.org is pending already'});
	}

	// The same order again means the latest, and what is over is not tried again.
	await expect(order(world)).resolves.toMatchObject({id: next.id});
	await turn(world, first, {state: 'failed'});
	expect(await refusalOf(intents.retryInstall(first.id))).toMatchObject({code: 'not-allowed', message: `i${first.id} is over: i${next.id} came after it`});
});

test.each<readonly [InstallChange, string, string]>([
	[{state: 'pending'}, 'the install of shop.example.org is pending: there is nothing to make anew yet', 'install show'],
	[{state: 'running', accountState: 'active'}, 'the install of shop.example.org is running: there is nothing to make anew yet', 'install show'],
	[{state: 'failed'}, 'the account shop of shop.example.org was never made', 'install retry'],
	[{state: 'dropped', accountState: 'active'}, 'the install of shop.example.org is dropped', 'install undrop'],
	[{state: 'done', accountState: 'suspended'}, 'the account shop of shop.example.org is suspended', 'account unsuspend order-shop'],
	[{state: 'done', accountState: 'terminated'}, 'the account shop of shop.example.org was terminated', 'install add'],
])('with %j there is nothing to make anew', async (to, message, hint) => {
	const world = await createWorld(installs);
	await turn(world, await order(world), to);
	const refusal = await refusalOf(world.intents.reinstallSite('order-shop'));
	expect([refusal.code, refusal.message]).toEqual(['not-allowed', message]);
	expect(refusal.hint).toContain(hint);
});

test('an install is found by its number, reference or domain, and only where it is one', async () => {
	const world = await createWorld(installs);
	const {intents, store} = world;
	const shop = await order(world);
	const blog = await order(world, 'blog');
	for (const ref of [`${shop.id}`, `i${shop.id}`, `I${shop.id}`, 'order-shop', 'shop.example.org']) {
		await expect(intents.resolveInstall(ref)).resolves.toMatchObject({id: shop.id});
	}

	expect(await refusalOf(intents.resolveInstall('order-shopp'))).toMatchObject({code: 'unknown', message: 'there is no install order-shopp', hint: 'did you mean order-shop?'});
	expect(await refusalOf(intents.resolveInstall('99'))).toMatchObject({code: 'unknown', message: 'there is no install 99'});
	expect(await refusalOf(intents.resolveInstall(''))).toMatchObject({code: 'unknown'});
	// Another panel may have the same domain.
	await store.write(async tables => tables.installs.insert({
		reference: 'order-2', panel: 'web2', application: 'wordpress', domain: 'blog.example.org', account: 'blog', client: {name: '', email: 'ada@example.org'}, order: {}, createdAt: 1,
	}));
	expect(await refusalOf(intents.resolveInstall('blog.example.org'))).toMatchObject({code: 'ambiguous', message: expect.stringContaining(`i${blog.id} (order-blog, web1, pending), i3 (order-2, web2, pending)`)});
	await turn(world, blog, {accountState: 'terminated'});
	await expect(intents.resolveInstall('blog.example.org')).resolves.toMatchObject({reference: 'order-2'});
});

test('a running install is dropped at its next step\'s border, and may go on until then', async () => {
	const world = await createWorld(installs);
	const {intents, as, store} = world;
	const {id} = await order(world);
	await turn(world, {id}, {state: 'running', accountState: 'active'});
	await expect(as('ben').dropInstall(id)).resolves.toMatchObject({
		changed: true, message: 'the install of shop.example.org is running: it stops at its next step\'s border; the account shop stays', subject: {state: 'running', isDropAsked: true, droppedBy: 'ben'},
	});
	await expect(lastActivity(store)).resolves.toBe('info ben shop.example.org: drop the running install at its next step\'s border; the account shop stays');
	await expect(intents.dropInstall(id)).resolves.toMatchObject({changed: false, message: 'the install of shop.example.org stops at its next step\'s border already, as ben asked'});
	await expect(intents.undropInstall(id)).resolves.toMatchObject({changed: true, message: 'the install of shop.example.org goes on', subject: {isDropAsked: false, droppedBy: null, state: 'running'}});
	await expect(intents.undropInstall(id)).resolves.toMatchObject({changed: false});
});

test('what was installed on an account that has ended is not taken back', async () => {
	const world = await createWorld(installs);
	const {id} = await order(world);
	await turn(world, {id}, {state: 'dropped', droppedFrom: 'pending', accountState: 'terminated'});
	expect(await refusalOf(world.intents.undropInstall(id))).toMatchObject({code: 'not-allowed', message: 'the account shop of shop.example.org was terminated'});
});
