import {spawnSync} from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {
	afterAll,
	beforeAll,
	describe,
	expect,
	test,
} from 'vitest';
import {createRandom} from '../../source/simulation/random.js';
import {createRecipeWorld} from './recipe-world.js';
import {
	createWordpressWorld,
	hasAll,
	settingsFor,
	type WordpressWorld,
} from './wordpress-world.js';

describe.skipIf(!hasAll())('the recipe of WordPress under kill -9', () => {
	let world: WordpressWorld;

	beforeAll(async () => {
		world = await createWordpressWorld({isSlim: true});
	}, 120_000);
	afterAll(async () => {
		await world.end();
	});

	type Moment = {readonly afterMs: number; readonly isWholeGroup: boolean; readonly isSinceTables?: boolean};

	const kill = async (action: string, account: string, {afterMs, isWholeGroup, isSinceTables = false}: Moment): Promise<void> => {
		const {child, told} = world.begin(action, {account});
		if (isSinceTables) {
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
		}

		await sleep(afterMs);
		try {
			process.kill(isWholeGroup ? -child.pid! : child.pid!, 'SIGKILL');
		} catch {
			// It was faster.
		}

		await told;
	};

	test('killed at 30 moments and asked again it always ends as one working site, and removed it leaves nothing', {timeout: 300_000}, async () => {
		const since = Date.now();
		await world.ask('create-account', {account: 'first'});
		await world.ask('install', {account: 'first'});
		const durationMs = Date.now() - since;
		const fresh = await world.database.ask('select count(*) from wp_first.wp_users union all select count(*) from wp_first.wp_posts union all select 12');
		const found = new Set<string>();
		const live = async (account: string, seed: number): Promise<void> => {
			const {next: random} = createRandom(seed);
			await kill('create-account', account, {afterMs: random() * 200, isWholeGroup: true});
			expect((await world.insist('create-account', {account})).code).toBe(0);
			for (let times = 0; times < 3; times++) {
				// A group as cronsole kills it, or the recipe alone, whose children then live on for a while.
				await kill('install', account, {afterMs: random() * durationMs * 0.7, isWholeGroup: random() < 0.6, isSinceTables: times > 0});
			}

			found.add((await world.insist('inspect', {account})).answer.state!.site);
			const told = await world.insist('install', {account});
			expect(told, `seed ${seed}: ${told.log}`).toMatchObject({code: 0, answer: {ok: true}});
			expect(await world.titleOf(account), `seed ${seed}`).toBe('My shop &amp; I');
			expect(await world.database.ask(`
				select count(*) from wp_${account}.wp_users union all select count(*) from wp_${account}.wp_posts union all
				select count(*) from information_schema.tables where table_schema = 'wp_${account}'
			`)).toEqual(fresh);
			expect(fs.readdirSync(world.account(account)).toSorted()).toEqual(['account.json', 'public', 'site.json', 'wp-config.php']);

			await kill('remove-install', account, {afterMs: random() * 300, isWholeGroup: true});
			expect((await world.insist('remove-install', {account})).code).toBe(0);
			expect((await world.insist('inspect', {account})).answer.state).toEqual({account: true, site: 'absent'});
			expect(fs.readdirSync(world.account(account)).toSorted()).toEqual(['account.json', 'public']);
			await kill('terminate', account, {afterMs: random() * 300, isWholeGroup: true});
			expect((await world.insist('terminate', {account})).code).toBe(0);
			expect(fs.existsSync(world.account(account))).toBe(false);
		};

		const lives = Array.from({length: 10}, (_, index) => index);
		await Promise.all([0, 1].map(async lane => {
			for (const index of lives.filter(life => life % 2 === lane)) {
				await live(`life${index}`, 1000 + index);
			}
		}));
		expect(found).toContain('partial');
		expect(fs.readdirSync(`${world.root}/accounts`)).toEqual(['first']);
	});

	test('a full disk is a reason to come back and keeps nothing of what was begun; with room again it ends well', {timeout: 120_000}, async context => {
		const disk = fs.mkdtempSync(path.join(os.tmpdir(), 'cronsole-disk-'));
		if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=6m,mode=755', 'tmpfs', disk], {stdio: 'ignore'}).status !== 0) {
			fs.rmSync(disk, {recursive: true});
			context.skip('only root can mount a small disk');
		}

		const small = createRecipeWorld('wordpress', {...settingsFor(world.database), root: disk});
		try {
			await small.ask('create-account');
			const told = await small.ask('install');
			expect(told).toMatchObject({code: 75, answer: {ok: false, error: expect.stringMatching(/No space left|cannot write/)}});
			expect(fs.readdirSync(small.account()).toSorted()).toEqual(['account.json', 'public', 'site.json']);
			expect(await small.ask('inspect')).toMatchObject({code: 0, answer: {state: {account: true, site: 'partial'}}});

			spawnSync('mount', ['-o', 'remount,size=200m', disk]);
			expect((await small.ask('install')).code).toBe(0);
			expect(await small.ask('inspect')).toMatchObject({answer: {state: {site: 'installed'}}});
		} finally {
			spawnSync('umount', [disk]);
			fs.rmSync(disk, {recursive: true});
			small.close();
		}
	});
});
