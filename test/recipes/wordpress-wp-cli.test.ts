import fs from 'node:fs';
import path from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {
	afterAll,
	beforeAll,
	describe,
	expect,
	test,
} from 'vitest';
import {createRecipeWorld, type RecipeWorld} from './recipe-world.js';
import {
	createWordpressWorld,
	hasAll,
	settingsFor,
	watchProcesses,
	type WordpressWorld,
} from './wordpress-world.js';

const patient = {timeout: 120_000};
const standIn = path.join(import.meta.dirname, 'fixtures/wp.php');

describe.skipIf(!hasAll())('the recipe of WordPress with wp-cli', () => {
	/** Without it. */
	let world: WordpressWorld;
	let withWp: RecipeWorld;

	beforeAll(async () => {
		world = await createWordpressWorld({isSlim: true});
		withWp = createRecipeWorld('wordpress', {...settingsFor(world.database, world.source), root: world.root, wp: standIn});
	}, 120_000);
	afterAll(async () => {
		await world.end();
		withWp.close();
	});

	/** What a site is, but for its name, its moments and what is drawn by lot. */
	const siteOf = async (account: string): Promise<readonly string[]> => {
		const rows = await world.database.ask(`
			select option_name, option_value from wp_${account}.wp_options where option_name not like '%transient%' and option_name not in ('cron', 'auth_key', 'auth_salt', 'logged_in_key', 'logged_in_salt', 'nonce_key', 'nonce_salt') order by 1;
			select ID, post_name, post_status, post_title, guid from wp_${account}.wp_posts order by 1;
			select user_login, user_email, display_name, length(user_pass) from wp_${account}.wp_users;
			select meta_key, meta_value from wp_${account}.wp_usermeta where meta_key <> 'session_tokens' order by 1;
			select table_name from information_schema.tables where table_schema = 'wp_${account}' order by 1;
		`);
		const files = fs.readdirSync(world.account(account), {recursive: true, encoding: 'utf8'}).toSorted();
		return [...rows, ...files].map(line => line.replaceAll(account, 'NAME').replaceAll(/\b1[789]\d{8}\b/g, 'MOMENT'));
	};

	test('a site made by wp-cli is the same as one made without it, and its password was seen by nobody', patient, async () => {
		for (const recipe of [world, withWp]) {
			const account = recipe === withWp ? 'clisite' : 'bysite';
			const site = {adminEmail: 'ada@example.org', url: `https://${account}.example.org:8443/`};
			await recipe.ask('create-account', {account});
			let isOver = false;
			const asked = recipe.ask('install', {account, site}).finally(() => {
				isOver = true;
			});
			const [told, seen] = await Promise.all([asked, watchProcesses(() => isOver)]);
			expect(told, told.log).toMatchObject({code: 0, answer: {changed: ['files', 'database', 'config', 'installed']}});
			expect(seen.includes('--prompt=admin_password')).toBe(recipe === withWp);
			expect(seen.includes(recipe.password)).toBe(false);
			expect(told.log).not.toContain(recipe.password);
			expect(recipe.list().filter(name => name.includes('.new-'))).toEqual([]);
			expect((await recipe.ask('install', {account, site})).answer.changed).toEqual([]);
		}

		expect(await siteOf('clisite')).toEqual(await siteOf('bysite'));
		expect(fs.existsSync(path.join(world.source, 'wp-content/uploads'))).toBe(false);
	});

	test('it answers and lets its administrator in, and may be asked again with wp-cli or without', patient, async () => {
		await withWp.ask('create-account');
		await withWp.ask('install');
		expect(await world.titleOf()).toBe('My shop &amp; I');
		expect((await world.ask('install')).answer.changed).toEqual([]);
		expect((await withWp.ask('install', {site: {adminPassword: 'another-one'}})).answer.changed).toEqual(['password']);
	});

	test('killed at any moment and asked again it ends as one working site', {timeout: 120_000}, async () => {
		await withWp.ask('create-account', {account: 'torn'});
		for (const [afterMs, isWholeGroup] of [[50, true], [300, false], [700, true]] as const) {
			const {child, told} = withWp.begin('install', {account: 'torn'});
			await new Promise<void>(resolve => {
				child.once('exit', () => {
					resolve();
				});
				child.stderr!.on('data', (part: Uint8Array) => {
					if (Buffer.from(part).includes('progress 60')) {
						resolve();
					}
				});
			});
			await sleep(afterMs);
			try {
				process.kill(isWholeGroup ? -child.pid! : child.pid!, 'SIGKILL');
			} catch {
				// It was faster.
			}

			await told;
		}

		expect(await withWp.insist('install', {account: 'torn'})).toMatchObject({code: 0, answer: {ok: true}});
		expect(await world.titleOf('torn')).toBe('My shop &amp; I');
		expect(await world.database.ask('select count(*) from wp_torn.wp_users')).toEqual(['1']);
	});

	test('a wp that fails, or is no wp-cli, is a reason to come back', patient, async () => {
		const broken = path.join(withWp.folder, 'broken.php');
		fs.writeFileSync(broken, '<?php fwrite(STDERR, "Error: no\n"); exit(1);');
		const failing = createRecipeWorld('wordpress', {...settingsFor(world.database, world.source), root: world.root, wp: broken});
		await failing.ask('create-account', {account: 'unlucky'});
		expect(await failing.ask('install', {account: 'unlucky'})).toMatchObject({code: 75, answer: {error: 'wp core install failed with 1'}, log: expect.stringContaining('Error: no')});
		fs.writeFileSync(broken, '<?php echo "Success";');
		expect(await failing.ask('install', {account: 'unlucky'})).toMatchObject({code: 75, answer: {ok: false}});
		fs.writeFileSync(broken, '#!/bin/sh\necho Success\n');
		expect(await failing.ask('install', {account: 'unlucky'})).toMatchObject({code: 75, answer: {error: `wp: ${broken} is no program in PHP, as wp-cli.phar is one`}});
		expect((await withWp.ask('install', {account: 'unlucky'})).code).toBe(0);
		expect(await world.titleOf('unlucky')).toBe('My shop &amp; I');
		failing.close();
	});
});
