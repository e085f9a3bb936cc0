import {execFileSync} from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import {
	afterAll,
	beforeAll,
	describe,
	expect,
	test,
} from 'vitest';
import {canLogIn} from '../support/wordpress.js';
import {snapshot, urlOf} from './recipe-world.js';
import {
	createWordpressWorld,
	hasAll,
	watchProcesses,
	type WordpressWorld,
} from './wordpress-world.js';

const patient = {timeout: 120_000};

describe.skipIf(!hasAll())('the recipe of WordPress', () => {
	let world: WordpressWorld;

	beforeAll(async () => {
		world = await createWordpressWorld();
	}, 120_000);
	afterAll(async () => {
		await world.end();
	});

	const checksums = async () => world.database.ask('checksum table wp_shop.wp_options, wp_shop.wp_users, wp_shop.wp_posts, wp_shop.wp_usermeta');

	test('it installs a site that answers with its title and lets its admin in, no secret being seen meanwhile', patient, async () => {
		expect((await world.ask('inspect')).answer.state).toEqual({account: false, site: 'absent'});
		await world.ask('create-account');
		let isOver = false;
		const asked = world.ask('install').finally(() => {
			isOver = true;
		});
		const [told, seen] = await Promise.all([asked, watchProcesses(() => isOver)]);
		expect(told).toMatchObject({
			code: 0, answer: {
				ok: true, error: null, changed: ['files', 'database', 'config', 'installed'],
				site: {
					url: urlOf('shop.example.org'), adminUrl: `${urlOf('shop.example.org')}/wp-admin/`, adminUser: 'ada', adminPassword: world.password,
				},
			},
		});
		expect(await world.titleOf()).toBe('My shop &amp; I');
		expect(await canLogIn(world.web, 'shop.example.org', 'ada', 'a-wrong-one')).toBe(false);
		expect((await world.web.get('shop.example.org', '/wp-config.php')).status).toBe(404);
		expect((await world.ask('inspect')).answer).toMatchObject({state: {account: true, site: 'installed'}, site: {url: urlOf('shop.example.org'), adminPassword: null}});

		const config = world.read('wp-config.php');
		const secrets = [world.password, world.database.adminPassword, /'DB_PASSWORD', '([^']+)'/.exec(config)![1]!];
		expect(seen).toContain('install.php');
		for (const secret of secrets) {
			expect(seen.includes(secret)).toBe(false);
			expect(told.log).not.toContain(secret);
			for (const [name, content] of snapshot(world.root)) {
				expect(content.includes(secret) && !content.startsWith('100400 '), name).toBe(false);
			}
		}
	});

	test('asking again changes nothing, and another password is put right', patient, async () => {
		const before = [snapshot(world.root), await checksums()];
		expect((await world.ask('install')).answer).toMatchObject({ok: true, changed: []});
		expect((await world.ask('create-account')).answer.changed).toEqual([]);
		expect([snapshot(world.root), await checksums()]).toEqual(before);

		expect((await world.ask('install', {site: {adminPassword: 'another-one'}})).answer.changed).toEqual(['password']);
		expect(await canLogIn(world.web, 'shop.example.org', 'ada', 'another-one')).toBe(true);
		expect((await world.ask('install')).answer.changed).toEqual(['password']);
	});

	test('it refuses to install over a site, tables or a database user of somebody else', patient, async () => {
		await world.ask('create-account', {account: 'taken'});
		await world.database.ask('create database wp_taken; create table wp_taken.wp_options (theirs int); insert into wp_taken.wp_options values (7)');
		const before = [snapshot(world.account('taken')), await world.database.ask('checksum table wp_taken.wp_options')];
		expect((await world.ask('inspect', {account: 'taken'})).answer.state).toEqual({account: true, site: 'installed'});
		for (const action of ['install', 'remove-install']) {
			expect(await world.ask(action, {account: 'taken'})).toMatchObject({code: 65, answer: {error: expect.stringContaining('not ours: the database wp_taken has 1 tables')}});
		}

		expect([snapshot(world.account('taken')), await world.database.ask('checksum table wp_taken.wp_options')]).toEqual(before);

		expect((await world.ask('terminate', {account: 'taken'})).answer.changed).toEqual(['account', 'domain']);
		expect(await world.database.ask('checksum table wp_taken.wp_options')).toEqual(before[1]);
		await world.ask('create-account', {account: 'taken'});
		await world.database.ask('drop database wp_taken; create user wp_taken@localhost identified by \'theirs\'');
		expect(await world.ask('install', {account: 'taken'})).toMatchObject({code: 65, answer: {error: 'not ours: there is a database user wp_taken; nothing was done'}});
		expect(await world.ask('install', {job: 'i2'})).toMatchObject({code: 65, answer: {error: 'there is a site already, of another order; archive and remove it first'}});
		expect(await world.titleOf()).toBe('My shop &amp; I');
	});

	test('a password that WordPress would not know again is refused, and so is a site that lost its tables', patient, async () => {
		await world.ask('create-account', {account: 'lost'});
		for (const site of [{adminPassword: 'a"b'}, {adminPassword: String.raw`a\b`}, {adminPassword: ' a'}, {adminPassword: null}, {adminUser: 'a b'}, {adminEmail: 'nobody'}]) {
			expect(await world.ask('install', {account: 'lost', site}), JSON.stringify(site)).toMatchObject({code: 65});
		}

		expect((await world.ask('inspect', {account: 'lost'})).answer.state?.site).toBe('absent');
		await world.ask('install', {account: 'lost'});
		await world.database.ask('drop table wp_lost.wp_options');
		expect((await world.ask('inspect', {account: 'lost'})).answer.state?.site).toBe('partial');
		expect(await world.ask('install', {account: 'lost'})).toMatchObject({code: 65, answer: {error: expect.stringContaining('parts of it are missing')}});
		expect((await world.ask('terminate', {account: 'lost'})).answer.changed).toEqual(['removed', 'account', 'domain']);
		expect(await world.database.ask('select count(*) from mysql.user where user = \'wp_lost\' union all select count(*) from information_schema.schemata where schema_name = \'wp_lost\'')).toEqual(['0', '0']);
	});

	test('a site\'s database user gets into no other database, be its name ever so alike', patient, async () => {
		for (const account of ['a_b', 'axb']) {
			await world.ask('create-account', {account, domain: `${account.replace('_', '-')}.example.org`});
			expect((await world.ask('install', {account, domain: `${account.replace('_', '-')}.example.org`})).code).toBe(0);
		}

		const password = /'DB_PASSWORD', '([^']+)'/.exec(world.read('wp-config.php', 'a_b'))![1]!;
		const read = (database: string) => execFileSync('mariadb', ['--no-defaults', `--socket=${world.database.socket}`, '--user=wp_a_b', '--execute', `select count(*) from ${database}.wp_users`], {env: {...process.env, MYSQL_PWD: password}, stdio: 'pipe'});
		expect(String(read('wp_a_b'))).toContain('1');
		expect(() => read('wp_axb')).toThrow('denied');
	});

	test('an archive holds files and database; after it and the removal the site can be installed anew', patient, async () => {
		let isOver = false;
		const asked = world.ask('archive', {job: 'i3'}).finally(() => {
			isOver = true;
		});
		const [told, seen] = await Promise.all([asked, watchProcesses(() => isOver)]);
		expect(told.answer.changed).toEqual(['archive']);
		expect(seen.includes(world.database.adminPassword)).toBe(false);
		const [archive] = fs.readdirSync(path.join(world.root, 'archives/shop'));
		const folder = fs.mkdtempSync(path.join(world.folder, 'archive-'));
		execFileSync('tar', ['-xzf', path.join(world.root, 'archives/shop', archive!), '-C', folder, 'database.sql', './wp-config.php', './public/wp-includes/version.php']);
		expect(fs.readFileSync(path.join(folder, 'database.sql'), 'utf8')).toContain('My shop &amp; I');
		expect(fs.readFileSync(path.join(folder, 'wp-config.php'), 'utf8')).toContain('DB_PASSWORD');
		expect(fs.readFileSync(path.join(folder, 'public/wp-includes/version.php'), 'utf8')).toContain('$wp_version');

		expect((await world.ask('remove-install', {job: 'i3'})).answer.changed).toEqual(['removed']);
		expect((await world.ask('inspect', {job: 'i3'})).answer.state).toEqual({account: true, site: 'absent'});
		expect(fs.readdirSync(world.account()).toSorted()).toEqual(['account.json', 'public']);
		expect((await world.ask('install', {job: 'i3', site: {title: 'The second'}})).code).toBe(0);
		expect(await world.titleOf()).toBe('The second');
	});

	test('a database that is away or dies in the middle is a reason to come back, and coming back ends well', patient, async () => {
		await world.ask('create-account', {account: 'brave'});
		const dying = world.begin('install', {account: 'brave'});
		dying.child.stderr!.on('data', (part: Uint8Array) => {
			if (Buffer.from(part).includes('progress 60')) {
				void world.database.stop();
			}
		});
		expect(await dying.told).toMatchObject({code: 75, answer: {ok: false}});
		const away = await world.ask('install', {account: 'brave'});
		expect(away).toMatchObject({code: 75, answer: {ok: false}});
		expect(JSON.stringify(away)).not.toContain(world.database.adminPassword);
		expect(await world.ask('inspect', {account: 'brave'})).toMatchObject({code: 0, answer: {state: {site: 'partial'}}});

		await world.database.restart();
		expect((await world.insist('install', {account: 'brave'})).code).toBe(0);
		expect(await world.titleOf('brave')).toBe('My shop &amp; I');
	});
});
