import {setTimeout as sleep} from 'node:timers/promises';
import {expect, test} from 'vitest';
import {
	createInstallWorld,
	outcomes,
	password,
	staticSite,
} from './install-world.js';

test('an install goes its way: the account, the site, a look at it, and the welcome mail, every step in the log', async () => {
	const {order, move, row, steps, host, store} = await createInstallWorld();
	const install = await order();
	expect(await move(install)).toEqual({outcome: 'done', steps: 4, line: 'i1 shop.example.org: verified → done, done'});
	expect(outcomes(await steps(install))).toEqual([
		'account done', 'installed done', 'verified done', 'done done',
	]);
	expect(await steps(install)).toMatchObject([{from: 'ordered', attempt: 1}, {from: 'account', log: 'copying the files'}, {}, {}]);
	expect(await row(install)).toMatchObject({
		state: 'done', position: 'done', accountState: 'active', foundBefore: 'absent', inFlight: null, cause: null, attempt: 0, progress: null, doing: null, nextAttemptAt: null,
		site: {url: host.url, adminUrl: `${host.url}?admin`},
	});
	expect(host.asked()).toEqual(['create-account', 'inspect', 'install']);
	expect(host.visits()).toBeGreaterThan(0);
	expect(host.request('install')).toMatchObject({
		job: 'i1', attempt: 1,
		account: {
			name: 'shop', domain: 'shop.example.org', plan: 'starter', email: 'ada@example.org',
		},
		site: {title: 'My shop', adminUser: 'ada', adminPassword: password},
	});
	expect(host.request('create-account').site.adminPassword).toBeNull();
	expect(await store.read.outbox.list()).toMatchObject([{
		template: 'site-welcome', to: 'ada@example.org', state: 'pending', installId: 1, channel: 'mail',
		variables: {
			url: host.url, adminUser: 'ada', password, title: 'My shop', domain: 'shop.example.org', controlPanelUrl: 'https://panel.example.net/',
		},
	}]);
	// It lives until the letter is sent.
	expect(await store.read.installs.passwordOf(1)).toBe(password);
	expect((await store.read.activity.list({limit: 10})).map(({message}) => message)).toEqual(['the install is done after 0s']);
	expect(await move(install)).toMatchObject({outcome: 'done', steps: 0});
	expect(host.asked()).toEqual([]);
});

test('asked for the account alone it stops there, pending, and the rest follows from there', async () => {
	const {order, move, row, host} = await createInstallWorld();
	const install = await order();
	expect(await move(install, {}, 'account')).toEqual({outcome: 'done', steps: 1, line: 'i1 shop.example.org: account, so far'});
	expect(await row(install)).toMatchObject({
		state: 'pending', position: 'account', accountState: 'active', nextAttemptAt: null,
	});
	expect(await move(install, {}, 'account')).toMatchObject({outcome: 'done', steps: 0});
	expect(host.asked()).toEqual(['create-account']);
	expect(await move(install)).toMatchObject({outcome: 'done', steps: 3});
	expect(host.asked()).toEqual(['inspect', 'install']);
});

test.each([
	['no mail is configured', {mail: null}, 'done skipped: no mail configured'],
	['its application sends none', {welcomeEmail: false}, 'done skipped: static sends no welcome mail'],
])('where %s, nobody is written to and the password is erased at once', async (_, {mail, welcomeEmail = true}: {mail?: null; welcomeEmail?: boolean}, last) => {
	const world = await createInstallWorld(mail === null ? {mail} : {});
	const settings = {...world.settings, installs: {...world.settings.installs, applications: {static: {...staticSite, welcomeEmail}}}};
	const install = await world.order();
	expect(await world.move(install, {settings})).toMatchObject({outcome: 'done'});
	expect(outcomes(await world.steps(install)).at(-1)).toBe(last);
	expect(await world.store.read.outbox.list()).toEqual([]);
	expect(await world.store.read.installs.passwordOf(install.id)).toBeNull();
});

test('where the link to the control panel is not to be shown, the mail does not have it', async () => {
	const world = await createInstallWorld();
	const settings = {...world.settings, installs: {...world.settings.installs, applications: {static: {...staticSite, controlPanelLogin: false}}}};
	await world.move(await world.order(), {settings});
	expect((await world.store.read.outbox.list())[0]!.variables).toMatchObject({controlPanelUrl: null});
});

test('as long as the site does not answer as it was ordered, nobody is written to; then once', async () => {
	const {order, move, row, steps, host, store, pass} = await createInstallWorld();
	const install = await order();
	host.play('after-install', 'echo partial > site');
	expect(await move(install)).toMatchObject({outcome: 'waiting'});
	const {state, position, cause, attempt, nextAttemptAt} = await row(install);
	expect({state, position, attempt}).toEqual({state: 'pending', position: 'installed', attempt: 1});
	expect(cause).toMatch(/404|title|answer/i);
	expect(nextAttemptAt).toBeGreaterThan(Date.now());
	expect(await store.read.outbox.list()).toEqual([]);
	host.setSite('installed');
	pass(60_000);
	expect(await move(install)).toMatchObject({outcome: 'done', steps: 2});
	expect(await store.read.outbox.list()).toHaveLength(1);
	expect(outcomes(await steps(install)).slice(2)).toEqual([`verified failed: ${cause}`, 'verified done', 'done done']);
	expect(host.asked()).toEqual(['create-account', 'inspect', 'install']);
});

test('while it runs one sees how far it is and what it does; the newest word wins, at most once a second', async () => {
	const {order, move, row, host} = await createInstallWorld();
	const install = await order();
	host.play('in-install', String.raw`echo "progress 10 files" >&2; echo "progress 20 tables" >&2; echo "progress 40 $(printf '\033[31m')the database" >&2; sleep 1.4`);
	const going = move(install);
	const seen = new Set<string>();
	for (let moment = 0; !seen.has('running installing null') && moment < 200; moment++) {
		const {state, doing, progress} = await row(install);
		seen.add(`${state} ${doing} ${progress}`);
		await sleep(5);
	}

	let shown = '';
	for (let moment = 0; shown !== 'the database 40' && moment < 300; moment++) {
		const {doing, progress} = await row(install);
		shown = `${doing} ${progress}`;
		await sleep(5);
	}

	expect(seen).toContain('running installing null');
	expect(shown).toBe('the database 40');
	expect(await going).toMatchObject({outcome: 'done'});
	expect(await row(install)).toMatchObject({progress: null, doing: null});
});

test('a password and a user that the panel made itself are kept and sent', async () => {
	const {order, move, row, store, panel, context} = await createInstallWorld();
	const install = await order();
	const own = {
		...panel, async ask(...given: Parameters<typeof panel.ask>) {
			const answer = await panel.ask(...given);
			return {
				...answer, site: answer.site && {
					...answer.site, adminUser: 'admin7', adminPassword: 'made-by-the-panel', adminUrl: 'data:text/html,evil',
				},
			};
		},
	};
	const {panels} = await context(install);
	await move(install, {panels: {...panels, find: () => own}});
	expect(await store.read.installs.passwordOf(install.id)).toBe('made-by-the-panel');
	expect((await store.read.outbox.list())[0]!.variables).toMatchObject({adminUser: 'admin7', password: 'made-by-the-panel', adminUrl: null});
	expect((await row(install)).adminUser).toBe('admin7');
});

test('a site without a way in is looked at all the same, and its letter names nobody who could log in', async () => {
	const {order, move, row, store, host} = await createInstallWorld();
	const install = await order();
	host.play('after-install', String.raw`answer="{\"ok\":true,\"changed\":[],\"site\":{\"url\":\"$url\",\"adminUrl\":null,\"adminUser\":null,\"adminPassword\":null}}"`);
	expect(await move(install)).toMatchObject({outcome: 'done'});
	expect(host.request('install').site.adminPassword).toBe(password);
	expect(await row(install)).toMatchObject({site: {url: host.url, adminUrl: null}});
	const [letter] = await store.read.outbox.list();
	expect(letter!.variables).toMatchObject({url: host.url, adminUrl: null, password: null});
	expect(await store.read.installs.passwordOf(1)).toBeNull();
});
