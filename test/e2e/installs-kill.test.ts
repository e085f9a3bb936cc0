import fs from 'node:fs';
import {describe, expect, test} from 'vitest';
import {hasExim} from '../support/exim.js';
import {hasPhp} from '../support/php.js';
import {until} from '../support/program.js';
import {torment} from './installs-torment.js';
import {
	configureRecipe,
	createWorld,
	domainOf,
	mayServe,
	orderOf,
	serveFiles,
	startFront,
} from './installs-world.js';

const seed = Number(process.env.CRONSOLE_SEED ?? 20_261_122);
const rounds = Number(process.env.CRONSOLE_KILLS ?? 10);

describe.runIf([mayServe(), hasExim(), hasPhp()].every(Boolean))(`installs, torn (CRONSOLE_SEED=${seed})`, () => {
	test('cronsole killed at seeded moments, its recipe with it or not: in the end each is one site that answers, and nobody got two letters', async () => {
		const {root, command} = configureRecipe('static');
		const front = await startFront(serveFiles(root));
		const world = await createWorld({
			web1: {
				kind: 'command', command, address: front.address, timeout: '20s',
			},
		});
		await torment(world, {
			seed, rounds, prefix: 'torn',
			async judge(account) {
				expect(await front.get(domainOf(account))).toContain(`<title>${account}&apos;s shop &amp; more</title>`);
				expect(fs.readdirSync(`${root}/accounts/${account}`).toSorted()).toEqual(['account.json', 'public', 'site.json']);
			},
		});
		expect(fs.readdirSync(`${root}/accounts`)).toHaveLength(rounds);
		expect(fs.readdirSync(`${root}/domains`)).toHaveLength(rounds);
	}, 240_000);

	test('killed when its letter has arrived and the answer has not: it is not known whether it was sent, and only a person sends it again', async () => {
		const {root, command} = configureRecipe('static');
		const front = await startFront(serveFiles(root));
		const world = await createWorld({web1: {kind: 'command', command, address: front.address}}, {mailDelayMs: 400});
		expect(await world.run(['install', 'add'], orderOf('shop'))).toMatchObject({code: 0});
		const {child, finished} = world.start(['--run-task=process_installs']);
		await until('the letter is there', async () => (await world.letters(1)).length > 0, 30_000, 5);
		child.kill('SIGKILL');
		await finished;
		expect(await world.outbox()).toMatchObject([{state: 'sending'}]);
		await world.work();
		expect(await world.outbox()).toMatchObject([{state: 'sending'}]);
		world.passTime();
		await world.work();
		expect(await world.outbox()).toMatchObject([{state: 'unknown'}]);
		expect(await world.letters(1)).toHaveLength(1);
	}, 240_000);
});
