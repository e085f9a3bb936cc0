import {execFileSync} from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import {
	afterAll,
	afterEach,
	beforeAll,
	beforeEach,
	describe,
	expect,
	test,
} from 'vitest';
import {hasPhp, startPhp, type WebServer} from '../support/php.js';
import {
	createRecipeWorld,
	modeOf,
	recipes,
	requestOf,
	snapshot,
	tell,
	urlOf,
	type RecipeWorld,
} from './recipe-world.js';

describe.skipIf(!hasPhp())('the recipe of a static site', () => {
	let world: RecipeWorld;

	beforeEach(() => {
		world = createRecipeWorld('static');
	});
	afterEach(() => {
		world.close();
	});

	test('a site is installed with its title, and asking again changes nothing', async () => {
		expect((await world.ask('inspect')).answer.state).toEqual({account: false, site: 'absent'});
		expect((await world.ask('create-account')).answer).toMatchObject({ok: true, changed: ['domain', 'account']});
		expect((await world.ask('inspect')).answer.state).toEqual({account: true, site: 'absent'});
		const installed = await world.ask('install');
		expect(installed).toMatchObject({
			code: 0, answer: {
				ok: true, changed: ['files'], site: {url: urlOf('shop.example.org'), adminUrl: null}, error: null,
			},
		});
		expect(installed.log).toContain('progress 100 ');
		expect(world.read('public/index.html')).toContain('<title>My shop &amp; I</title>');
		expect((await world.ask('inspect')).answer.state).toEqual({account: true, site: 'installed'});

		const before = snapshot(world.root);
		expect((await world.ask('create-account')).answer.changed).toEqual([]);
		expect((await world.ask('install')).answer.changed).toEqual([]);
		expect(snapshot(world.root)).toEqual(before);
	});

	test('another order does not overwrite a site, nor the files of somebody else', async () => {
		await world.ask('create-account');
		fs.writeFileSync(path.join(world.account(), 'public/theirs.html'), 'theirs');
		const before = snapshot(world.root);
		expect((await world.ask('inspect')).answer.state).toEqual({account: true, site: 'installed'});
		expect(await world.ask('install')).toMatchObject({code: 65, answer: {ok: false, error: 'not ours: the docroot of account shop is not empty; nothing was done'}});
		expect(await world.ask('remove-install')).toMatchObject({code: 65});
		expect(snapshot(world.root)).toEqual(before);

		fs.rmSync(path.join(world.account(), 'public/theirs.html'));
		await world.ask('install');
		expect(await world.ask('install', {job: 'i2'})).toMatchObject({code: 65, answer: {error: expect.stringContaining('there is a site already')}});
	});

	test('an account belongs to its domain, and a domain to its account', async () => {
		await world.ask('create-account');
		const before = world.list();
		for (const action of ['create-account', 'inspect', 'install', 'terminate', 'suspend']) {
			expect(await world.ask(action, {domain: 'other.example.org'})).toMatchObject({code: 65, answer: {error: 'account shop is there already, for shop.example.org'}});
			expect(await world.ask(action, {account: 'other', domain: 'shop.example.org'})).toMatchObject({code: 65, answer: {error: 'shop.example.org belongs to another account'}});
		}

		expect(world.list().filter(name => name !== 'locks/other.lock')).toEqual(before);
	});

	test('suspending leaves a marker, unsuspending takes it away, a package is written down', async () => {
		await world.ask('create-account');
		expect((await world.ask('suspend')).answer.changed).toEqual(['suspended']);
		expect((await world.ask('suspend')).answer.changed).toEqual([]);
		expect(modeOf(`${world.account()}/suspended`)).toBe('644');
		expect((await world.ask('unsuspend')).answer.changed).toEqual(['suspended']);
		expect((await world.ask('unsuspend')).answer.changed).toEqual([]);
		expect((await world.ask('package', {plan: 'business'})).answer.changed).toEqual(['plan']);
		expect((await world.ask('package', {plan: 'business'})).answer.changed).toEqual([]);
		expect(JSON.parse(world.read('account.json'))).toEqual({domain: 'shop.example.org', plan: 'business'});
		expect(await world.ask('suspend', {account: 'nobody'})).toMatchObject({code: 65, answer: {error: 'there is no account nobody here'}});
	});

	test('a site is archived once for each job, for seven days, and removed without its account', async () => {
		await world.ask('create-account');
		await world.ask('install');
		expect((await world.ask('archive', {job: 'i2'})).answer.changed).toEqual(['archive']);
		expect((await world.ask('archive', {job: 'i2'})).answer.changed).toEqual([]);
		const archives = path.join(world.root, 'archives/shop');
		const [name, ...more] = fs.readdirSync(archives);
		expect(more).toEqual([]);
		const archive = path.join(archives, name!);
		expect(modeOf(archive)).toBe('600');
		expect(execFileSync('tar', ['-xzOf', archive, './public/index.html'], {encoding: 'utf8'})).toContain('My shop &amp; I');

		expect((await world.ask('remove-install', {job: 'i2'})).answer.changed).toEqual(['removed']);
		expect((await world.ask('remove-install', {job: 'i2'})).answer.changed).toEqual([]);
		expect((await world.ask('inspect', {job: 'i2'})).answer.state).toEqual({account: true, site: 'absent'});
		expect((await world.ask('install', {job: 'i2'})).answer.changed).toEqual(['files']);

		const days = (count: number) => new Date(Date.now() - (count * 86_400_000));
		fs.utimesSync(archive, days(6), days(6));
		await world.ask('inspect');
		expect(fs.existsSync(archive)).toBe(true);
		fs.utimesSync(archive, days(8), days(8));
		await world.ask('inspect');
		expect(fs.existsSync(archive)).toBe(false);
	});

	test('terminating leaves nothing but archives, and may be asked again', async () => {
		await world.ask('create-account');
		await world.ask('install');
		expect((await world.ask('terminate')).answer.changed).toEqual(['removed', 'account', 'domain']);
		expect((await world.ask('terminate')).answer.changed).toEqual([]);
		expect(world.list()).toEqual(['accounts', 'archives', 'domains', 'locks', 'locks/shop.lock']);
	});

	test('nothing leads out of the web root', async () => {
		const outside = path.join(world.folder, 'outside');
		fs.mkdirSync(outside);
		fs.writeFileSync(path.join(outside, 'theirs'), 'theirs');
		await world.ask('create-account');
		await world.ask('install');
		const wishes = [
			...['..', '../x', 'a/b', '.', 'Shop', '-x', 'root\n', '', 'a'.repeat(29)].map(account => ({account, domain: 'x.example.org'})),
			...['..', '../shop.example.org', 'a/b.example', 'a..b', '-a.example', 'shop.example.org/', 'localhost', `${'a'.repeat(64)}.example`, 'a.example\n'].map(domain => ({account: 'x', domain})),
		];
		await Promise.all(wishes.map(async wish => {
			expect(await world.ask('terminate', wish), JSON.stringify(wish)).toMatchObject({code: 65});
		}));

		expect(await world.ask('archive', {job: '../../x'})).toMatchObject({code: 65});

		fs.rmSync(path.join(world.account(), 'public'), {recursive: true});
		fs.symlinkSync(outside, path.join(world.account(), 'public'));
		for (const action of ['install', 'archive', 'remove-install', 'terminate', 'inspect']) {
			expect(await world.ask(action)).toMatchObject({code: 65, answer: {error: expect.stringContaining('is a link; nothing was done')}});
		}

		fs.rmSync(world.account(), {recursive: true});
		fs.symlinkSync(outside, world.account());
		expect(await world.ask('terminate')).toMatchObject({code: 65});
		expect(snapshot(outside).size).toBe(1);
	});

	test('what is wrong in the request is refused for good, what is wrong with the server is not', async () => {
		const program = path.join(recipes, 'static/provision-static');
		const good = requestOf('static', 'x', 'install', {});
		for (const input of ['', 'null', '[]', '{}', JSON.stringify({...good, v: 2}), JSON.stringify({...good, action: 'destroy'}), JSON.stringify({...good, site: {...good.site, application: 'wordpress'}}), JSON.stringify({...good, site: {...good.site, domain: 'other.example.org'}})]) {
			expect(await tell([program], input).told, input).toMatchObject({code: 65, answer: {ok: false}});
		}

		for (const site of [{title: ''}, {title: 'a\nb'}, {title: 7}, {url: 'ftp://shop.example.org'}, {url: 'https://shop.example.org/"x'}]) {
			expect(await world.ask('install', {site}), JSON.stringify(site)).toMatchObject({code: 65});
		}

		expect(await tell([program, `--config=${world.folder}/none.ini`], JSON.stringify(good)).told).toMatchObject({code: 75, answer: {error: `no config file ${world.folder}/none.ini`}});
		fs.chmodSync(path.join(world.folder, 'recipe.ini'), 0o666);
		expect(await world.ask('inspect')).toMatchObject({code: 75, answer: {error: expect.stringContaining('may be written by others')}});
	});

	test('two runs at once: one of them is told to come back', async () => {
		await world.ask('create-account');
		const told = await Promise.all(Array.from({length: 6}, async () => world.ask('install')));
		expect(told.filter(({code}) => code === 0).length).toBeGreaterThan(0);
		for (const {code, answer} of told.filter(one => one.code !== 0)) {
			expect(code).toBe(75);
			expect(answer.error).toBe('locked: another run is at work on account shop');
		}

		expect((await world.ask('inspect')).answer.state?.site).toBe('installed');
	});
});

describe.skipIf(!hasPhp())('what lies around the recipes', () => {
	let world: RecipeWorld;
	let web: WebServer;

	beforeAll(async () => {
		world = createRecipeWorld('static');
		web = await startPhp(world.root);
	});
	afterAll(async () => {
		await web.close();
		world.close();
	});

	test('every script is sound', () => {
		const files = fs.readdirSync(recipes, {recursive: true, encoding: 'utf8'}).map(name => path.join(recipes, name)).filter(file => fs.statSync(file).isFile());
		for (const file of files) {
			if (file.endsWith('.php')) {
				execFileSync('php', ['-l', file], {stdio: 'pipe'});
			} else if (fs.readFileSync(file, 'utf8').startsWith('#!')) {
				execFileSync('bash', ['-n', file], {stdio: 'pipe'});
				expect(modeOf(file), file).toBe('755');
			}

			expect(fs.readFileSync(file, 'utf8').split('\n').length, file).toBeLessThanOrEqual(250);
		}

		expect(files.filter(file => file.endsWith('.php')).length).toBeGreaterThan(5);
	});

	test('a site answers, 503 while it is suspended', async () => {
		await world.ask('create-account');
		await world.ask('install');
		expect((await web.get('shop.example.org', '/')).text).toContain('<title>My shop &amp; I</title>');
		await world.ask('suspend');
		expect((await web.get('shop.example.org', '/')).status).toBe(503);
		await world.ask('unsuspend');
		expect((await web.get('shop.example.org', '/')).status).toBe(200);
	});

	test('a key behind the gate may run the recipes and nothing else', async () => {
		const gate = path.join(recipes, 'gate.sh');
		const ask = async (command: string | undefined, app: string) => tell([gate], JSON.stringify(requestOf(app, 'x', 'inspect', {})), {
			PATH: process.env.PATH, ...(command !== undefined && {SSH_ORIGINAL_COMMAND: command}),
		}).told;
		for (const command of [undefined, '', 'bash', 'provision-static; id', 'provision-static --config=/etc/passwd', '../gate.sh']) {
			expect(await ask(command, 'static')).toMatchObject({code: 65, answer: {error: expect.stringContaining('may only run')}});
		}

		// It gets as far as the config, which this machine lacks.
		for (const [command, app] of [['provision-static', 'static'], ['provision-wordpress', 'wordpress'], ['provision', 'static'], ['provision', 'wordpress']] as const) {
			expect(await ask(command, app)).toMatchObject({code: 75, answer: {error: `no config file /etc/cronsole/recipes/${app}.ini`}});
		}

		expect(await ask('provision', 'joomla')).toMatchObject({code: 65, answer: {error: expect.stringContaining('there is no recipe here')}});
		expect(await ask('provision', '../common')).toMatchObject({code: 65});
	});
});
