import fs from 'node:fs';
import {
	describe,
	expect,
	onTestFinished,
	test,
} from 'vitest';
import {hasExim} from '../support/exim.js';
import {hasPhp} from '../support/php.js';
import {hasSshd, startSshd} from '../support/sshd.js';
import {
	configureRecipe,
	createWorld,
	domainOf,
	mayServe,
	orderOf,
	serveFiles,
	startFront,
	titleOf,
	type World,
} from './installs-world.js';

const hasAll = [mayServe(), hasExim(), hasPhp()].every(Boolean);

/** Everything that somebody may look at. */
const lookAtAll = async ({run}: World, reference: string): Promise<void> => {
	const looks = [['install', 'list'], ['install', 'show', reference], ['install', 'log', reference], ['mail', 'outbox'], ['activity'], ['status']];
	for (const words of looks.flatMap(look => [look, [...look, '--json']])) {
		expect((await run(words)).code, words.join(' ')).toBe(0);
	}
};

describe.runIf(hasAll)('a static site, ordered, installed and told of', () => {
	const live = async (kind: 'command' | 'ssh'): Promise<void> => {
		const {root, command} = configureRecipe('static');
		const front = await startFront(serveFiles(root));
		const panel = {kind, address: front.address, timeout: '20s'};
		if (kind === 'ssh') {
			const sshd = await startSshd(`[ "$SSH_ORIGINAL_COMMAND" = provision-static ] || exit 65; exec ${command.join(' ')}`);
			onTestFinished(sshd.close);
			const {host, port, user, identity, knownHosts} = sshd;
			Object.assign(panel, {
				host, port, user, identity, knownHosts, command: 'provision-static',
			});
		} else {
			Object.assign(panel, {command});
		}

		const world = await createWorld({web1: panel});
		const order = orderOf('shop');
		const added = await world.run(['install', 'add', '--json'], order);
		expect(added, added.err).toMatchObject({code: 0});
		expect(JSON.parse(added.out)).toMatchObject({
			created: true, install: {
				state: 'pending', position: 'account', accountState: 'active', domain: domainOf('shop'),
			},
		});
		expect(fs.readdirSync(`${root}/accounts`)).toEqual(['shop']);
		expect(fs.readdirSync(`${root}/accounts/shop/public`)).toEqual([]);
		expect(await world.list()).toMatchObject([{reference: 'order-shop', state: 'pending', cause: null}]);
		expect((await world.list())[0]).toHaveProperty('startsAt');
		expect(await front.get(domainOf('shop'))).toContain('Not found');
		expect(await world.json(['install', 'add'], order)).toMatchObject({created: false});

		const worked = await world.work();
		expect(worked, worked.err).toMatchObject({code: 0, out: expect.stringContaining(domainOf('shop'))});
		expect(await front.get(domainOf('shop'))).toContain('<title>shop&apos;s shop &amp; more</title>');
		expect(await world.list()).toMatchObject([{state: 'done', position: 'done', startsAt: null}]);
		const letters = await world.letters(1);
		expect(letters).toMatchObject([{to: 'shop@example.net', text: expect.stringContaining(`http://${domainOf('shop')}`)}]);
		expect(letters[0]!.text).toContain(titleOf('shop'));
		expect(await world.outbox()).toMatchObject([{template: 'site-welcome', state: 'sent', to: 'shop@example.net'}]);

		const page = fs.statSync(`${root}/accounts/shop/public/index.html`);
		expect(await world.work()).toMatchObject({code: 0});
		expect(fs.statSync(`${root}/accounts/shop/public/index.html`)).toMatchObject({ino: page.ino, mtimeMs: page.mtimeMs});
		expect(await world.json(['install', 'add'], order)).toMatchObject({created: false, install: {state: 'done'}});
		expect(await world.letters(1)).toHaveLength(1);

		await lookAtAll(world, 'order-shop');
		// Nobody logs in to a page: its letter names neither an administrator nor a password.
		expect(letters[0]!.text).not.toMatch(/user:|password|log in/i);
	};

	test('on this machine', async () => live('command'), 60_000);

	test.runIf(hasSshd())('through ssh, with a key that may do nothing else', async () => live('ssh'), 60_000);
});
