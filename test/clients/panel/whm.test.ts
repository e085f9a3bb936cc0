import {describe, expect, test} from 'vitest';
import {createListener, password, requestOf} from './listener.js';
import {openWhm, serveWhm} from './whm-fixture.js';
import {type WhmServer} from './whm-server.js';

const start = async (more: Parameters<typeof openWhm>[1] = {}) => {
	const server = await serveWhm();
	return {server, panel: openWhm(server, more)};
};

const ours = async () => {
	const {server, panel} = await start();
	await panel.ask(requestOf('create-account'), createListener());
	server.asked.length = 0;
	return {server, panel};
};

const bodyOf = (server: WhmServer, name: string) => Object.fromEntries(new URLSearchParams(server.requests.findLast(({url, body}) => url.includes(`/${name}?`) || body.includes(`cpanel.function=${name}`))!.body));

describe('accounts', () => {
	test('an account is made with a password that nobody knows, of its own each time, and that nobody is shown', async () => {
		const {server, panel} = await start();
		const listener = createListener();
		await panel.ask(requestOf('create-account'), listener);
		const first = bodyOf(server, 'createacct');
		expect(first).toEqual({
			username: 'shop', domain: 'shop.example.org', plan: 'starter', contactemail: 'ada@example.org', password: expect.stringMatching(/^.{20}$/) as string, showpass: 'n', ip: 'n',
		});
		await panel.ask(requestOf('create-account', 'other'), listener);
		expect(bodyOf(server, 'createacct').password).not.toBe(first.password);
		expect(listener.text()).not.toContain(first.password);
	});

	test('where createacct gave no answer, nobody knows; asked again, it is found', async () => {
		const {server, panel} = await start();
		server.faults.push({on: 'createacct', answer: 'done-then-cut'});
		await expect(panel.ask(requestOf('create-account'), createListener())).rejects.toMatchObject({kind: 'unknown-outcome', scope: 'item', peer: 'web3'});
		await expect(panel.ask(requestOf('inspect'), createListener())).resolves.toMatchObject({state: {account: true, site: 'absent'}});
		await expect(panel.ask(requestOf('create-account'), createListener())).resolves.toMatchObject({changed: []});
		expect(server.asked.filter(name => name === 'createacct')).toHaveLength(1);
	});

	test('an account that was made between our look and our call is ours where its domain is', async () => {
		const {server, panel} = await start();
		const makeIt = (domain: string) => () => {
			server.world.users.set('shop', {
				user: 'shop', domain, plan: 'starter', suspended: 0, sites: [], archives: 0,
			});
		};

		server.faults.push({on: 'createacct', before: makeIt('shop.example.org')});
		await expect(panel.ask(requestOf('create-account'), createListener())).resolves.toMatchObject({changed: []});
		server.world.users.clear();
		server.faults.push({on: 'createacct', before: makeIt('other.example.org')});
		await expect(panel.ask(requestOf('create-account'), createListener())).rejects.toMatchObject({kind: 'rejected', message: 'the account shop is there already, for other.example.org: choose another name'});
	});

	test.each(['suspend', 'terminate', 'package', 'install', 'archive', 'remove-install', 'inspect'] as const)('%s touches no account of that name that belongs to another domain', async action => {
		const {server, panel} = await start();
		server.world.users.set('shop', {
			user: 'shop', domain: 'other.example.org', plan: 'starter', suspended: 0, sites: [], archives: 0,
		});
		await expect(panel.ask(requestOf(action), createListener())).rejects.toMatchObject({kind: 'rejected'});
		expect(server.countChanges()).toBe(0);
	});

	test('what WHM refuses is refused for good, in its words', async () => {
		const {panel} = await start();
		await expect(panel.ask(requestOf('create-account', 'test1'), createListener())).rejects.toMatchObject({kind: 'rejected', scope: 'item', message: 'createacct: Sorry, “test1” is not a valid username.'});
		await expect(panel.ask(requestOf('suspend'), createListener())).rejects.toMatchObject({kind: 'rejected', message: 'there is no account shop on the panel'});
	});

	test.each([
		['Could not obtain a lock on /etc/passwd; try again later.', 'transient'],
		['You do not have permission to create accounts.', 'denied'],
		['Invalid domain.', 'rejected'],
	])('“%s” is %s', async (reason, kind) => {
		const {server, panel} = await start();
		server.faults.push({on: 'createacct', answer: {status: 200, body: JSON.stringify({metadata: {result: 0, reason, version: 1}})}});
		await expect(panel.ask(requestOf('create-account'), createListener())).rejects.toMatchObject({kind, scope: 'item'});
	});
});

describe('sites', () => {
	test('WordPress is installed by its domain and title, and the administrator that it made gets our password, in no URL', async () => {
		const {server, panel} = await ours();
		const listener = createListener();
		const {changed, site} = await panel.ask(requestOf('install'), listener);
		const [made] = server.world.users.get('shop')!.sites;
		expect(changed).toEqual(['files', 'database', 'installed']);
		expect(site).toEqual({
			url: 'https://shop.example.org', adminUrl: 'https://shop.example.org/wp-login.php', adminUser: made!.login, adminPassword: null,
		});
		expect(made).toMatchObject({title: 'My shop', password});
		expect(listener.progress).toEqual([40, 80, 100]);
		expect(listener.lines).toEqual(['Installing WordPress', 'Installing WordPress', 'Done']);
		expect(server.requests.every(({url}) => /^\/json-api\/\w+\?api\.version=1$/.test(url))).toBe(true);
	});

	test('a site of another title is somebody else\'s, and is not overwritten', async () => {
		const {server, panel} = await ours();
		await panel.ask(requestOf('install'), createListener());
		const [made] = server.world.users.get('shop')!.sites;
		made!.title = 'Ada&#039;s own';
		made!.password = 'hers';
		await expect(panel.ask(requestOf('install'), createListener())).rejects.toMatchObject({kind: 'rejected', message: expect.stringContaining('it is not overwritten') as string});
		expect(made!.password).toBe('hers');
	});

	test('a WordPress in a folder of the domain is neither ours nor overwritten', async () => {
		const {server, panel} = await ours();
		server.world.users.get('shop')!.sites.push({
			id: 5, domain: 'shop.example.org', url: 'https://shop.example.org/blog', title: 'My shop', broken: 0, login: 'x', password: 'x', lag: 0,
		});
		await expect(panel.ask(requestOf('inspect'), createListener())).resolves.toMatchObject({state: {account: true, site: 'absent'}});
		await expect(panel.ask(requestOf('install'), createListener())).rejects.toMatchObject({kind: 'rejected', message: 'there is a WordPress on shop.example.org already, at https://shop.example.org/blog: it is not overwritten'});
	});

	test('a broken one is seen as half there, is not used, and can be taken away', async () => {
		const {server, panel} = await ours();
		await panel.ask(requestOf('install'), createListener());
		server.world.users.get('shop')!.sites[0]!.broken = 1;
		await expect(panel.ask(requestOf('inspect'), createListener())).resolves.toMatchObject({state: {site: 'partial'}});
		await expect(panel.ask(requestOf('install'), createListener())).rejects.toMatchObject({kind: 'rejected'});
		await expect(panel.ask(requestOf('remove-install'), createListener())).resolves.toMatchObject({changed: ['files', 'database']});
	});

	test('an install that fails over there says why and may go better later', async () => {
		const {server, panel} = await ours();
		server.world.nextFails = 'The database could not be created.';
		await expect(panel.ask(requestOf('install'), createListener())).rejects.toMatchObject({kind: 'transient', message: 'WordPress was not installed: The database could not be created.'});
		await expect(panel.ask(requestOf('install'), createListener())).resolves.toMatchObject({changed: ['files', 'database', 'installed']});
	});

	test('a look that fails meanwhile does not lose the install', async () => {
		const {server, panel} = await ours();
		server.faults.push({on: 'WPX/get_task_progress', answer: 'cut'}, {on: 'WPX/get_task_progress', answer: {status: 503, body: 'busy'}}, {on: 'WPX/list_websites'}, {on: 'WPX/list_websites', answer: 'cut'});
		await expect(panel.ask(requestOf('install'), createListener())).resolves.toMatchObject({changed: ['files', 'database', 'installed']});
	});

	test('nobody knows what became of an install whose token was taken away in its middle; asked again, the same one is waited for', async () => {
		const {server, panel} = await ours();
		server.faults.push({on: 'WPX/get_task_progress', answer: {status: 401, body: ''}});
		await expect(panel.ask(requestOf('install'), createListener())).rejects.toMatchObject({kind: 'unknown-outcome'});
		await expect(panel.ask(requestOf('inspect'), createListener())).resolves.toMatchObject({state: {site: 'partial'}});
		await panel.ask(requestOf('install'), createListener());
		expect(server.asked.filter(name => name === 'WPX/create_website')).toHaveLength(1);
		expect(server.world.users.get('shop')!.sites).toMatchObject([{password}]);
	});

	test('whoever comes after a crash finds the site and gives it the password', async () => {
		const {server, panel} = await ours();
		server.faults.push({on: 'WPX/change_admin_password', answer: 'cut'});
		await expect(panel.ask(requestOf('install'), createListener())).rejects.toMatchObject({kind: 'unknown-outcome'});
		const next = openWhm(server);
		await expect(next.ask(requestOf('install'), createListener())).resolves.toMatchObject({changed: []});
		expect(server.world.users.get('shop')!.sites).toMatchObject([{password}]);
	});

	test('what it cannot do is refused before anything is asked', async () => {
		const {server, panel} = await ours();
		const {site, ...request} = requestOf('install');
		for (const [change, words] of [
			[{application: 'static'}, /installs WordPress, and no static/],
			[{url: 'https://web3.example.net/~shop/'}, /installs on the domain itself/],
			[{adminPassword: null}, /no password/],
		] as const) {
			await expect(panel.ask({...request, site: {...site, ...change}}, createListener())).rejects.toMatchObject({kind: 'rejected', message: expect.stringMatching(words) as string});
		}

		expect(server.asked).toEqual([]);
	});

	test('an archive is of the whole account, and where it lies is said', async () => {
		const {server, panel} = await ours();
		const listener = createListener();
		await expect(panel.ask(requestOf('archive'), listener)).resolves.toMatchObject({changed: ['archive']});
		expect(server.world.users.get('shop')!.archives).toBe(1);
		expect(listener.lines.at(-1)).toContain('cpmove-shop.tar.gz');
		server.world.nextFails = 'x';
		await expect(panel.ask(requestOf('archive'), createListener())).rejects.toMatchObject({kind: 'transient', message: expect.stringContaining('not packed') as string});
	});

	test('a refusal that quotes the password is shown without it', async () => {
		const {server, panel} = await ours();
		server.faults.push({
			on: 'WPX/change_admin_password',
			before() {
				server.world.users.get('shop')!.sites[0]!.login = 'another';
			},
		});
		await expect(panel.ask(requestOf('install'), createListener())).rejects.toMatchObject({kind: 'rejected', message: expect.stringMatching(/the password was “••••”/) as string});
	});
});
