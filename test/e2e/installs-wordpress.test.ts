import fs from 'node:fs';
import {
	describe,
	expect,
	onTestFinished,
	test,
} from 'vitest';
import {hasExim} from '../support/exim.js';
import {hasMariadb, startMariadb} from '../support/mariadb.js';
import {hasPhp, startPhp} from '../support/php.js';
import {canLogIn, findWordpress} from '../support/wordpress.js';
import {torment} from './installs-torment.js';
import {
	configureRecipe,
	createWorld,
	domainOf,
	mayServe,
	orderOf,
	passOn,
	startFront,
} from './installs-world.js';

const hasAll = [mayServe(), hasExim(), hasPhp(), hasMariadb()].every(Boolean) && findWordpress() !== undefined;

const wordpress = {application: 'wordpress'};

/** A real WordPress that asks nothing of the network, and a cronsole that installs it. */
const start = async () => {
	const mariadb = await startMariadb();
	onTestFinished(mariadb.close);
	const {root, command} = configureRecipe('wordpress', {
		source: findWordpress()!, adminFile: mariadb.adminFile, databasePrefix: 'wp_', 'define[WP_HTTP_BLOCK_EXTERNAL]': 'true', 'define[DISABLE_WP_CRON]': 'true',
	});
	const web = await startPhp(root);
	onTestFinished(web.close);
	const front = await startFront(passOn(web.port));
	const world = await createWorld({
		web1: {
			kind: 'command', command, address: front.address, timeout: '60s', controlPanelUrl: 'https://panel.example.net:2083/',
		},
	});
	return {
		...world, mariadb, root, front, web,
		/** Whether its administrator gets in. */
		letsIn: async (account: string, password: string) => canLogIn(web, domainOf(account), 'ada', password),
	};
};

describe.runIf(hasAll)('WordPress, as Debian has it', () => {
	test('its administrator logs in with the password of the letter; made anew it keeps its account, its old self as an archive, and writes again', async () => {
		const world = await start();
		const {run, json, work, list, letters, letsIn, front, root} = world;
		expect(await run(['install', 'add'], orderOf('shop', wordpress))).toMatchObject({code: 0, err: expect.not.stringContaining('Error')});
		expect(await list()).toMatchObject([{state: 'pending', position: 'account'}]);
		expect(await work()).toMatchObject({code: 0});
		expect(await list()).toMatchObject([{state: 'done', cause: null}]);
		expect(await front.get(domainOf('shop'))).toMatch(/<title>shop.{1,8}s shop .{1,8} more<\/title>/);
		const [first, ...more] = await letters(1);
		expect(more).toEqual([]);
		expect(first!.text).toContain(`http://${domainOf('shop')}/wp-admin/`);
		expect(first!.text).toContain('https://panel.example.net:2083/');
		expect(await letsIn('shop', first!.password!)).toBe(true);
		expect(await letsIn('shop', 'wrong')).toBe(false);

		expect(await json(['install', 'reinstall', 'order-shop'])).toMatchObject({
			changed: true, install: {
				kind: 'reinstall', generation: 2, accountState: 'active', state: 'pending',
			},
		});
		expect(await letsIn('shop', first!.password!)).toBe(true);
		expect(await work()).toMatchObject({code: 0});
		expect(await json(['install', 'show', 'order-shop'])).toMatchObject({state: 'done', generation: 2});
		expect(fs.readdirSync(`${root}/archives/shop`)).toHaveLength(1);
		const second = (await letters(2)).find(({raw}) => raw !== first!.raw);
		expect(await letters(2)).toHaveLength(2);
		expect(second!.password).not.toBe(first!.password);
		expect(await letsIn('shop', second!.password!)).toBe(true);
		expect(await letsIn('shop', first!.password!)).toBe(false);
		expect(await world.mariadb.ask('select count(*) from wp_shop.wp_users')).toEqual(['1']);

		expect(await work()).toMatchObject({code: 0});
		expect(await letters(2)).toHaveLength(2);
		for (const {password} of [first!, second!]) {
			expect(world.said().includes(password!), 'a password is somewhere').toBe(false);
		}
	}, 120_000);

	test('killed at seeded moments and run again it is one site that lets its administrator in, and one letter', async () => {
		const world = await start();
		await torment(world, {
			seed: 20_261_122, rounds: 6, prefix: 'wp', more: wordpress,
			async judge(account, letter) {
				expect(await world.front.get(domainOf(account)), account).toMatch(/<title>[^<]*s shop/);
				expect(await world.mariadb.ask(`select count(*) from wp_${account}.wp_users`)).toEqual(['1']);
				expect(await world.letsIn(account, letter.password!), account).toBe(true);
				expect(fs.readdirSync(`${world.root}/accounts/${account}`).toSorted()).toEqual(['account.json', 'public', 'site.json', 'wp-config.php']);
			},
		});
		expect(await world.mariadb.ask('select count(*) from information_schema.schemata where schema_name like "wp%"')).toEqual(['6']);
	}, 240_000);
});
