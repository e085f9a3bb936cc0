import fs from 'node:fs';
import path from 'node:path';
import {describe, expect, test} from 'vitest';
import {hasExim} from '../support/exim.js';
import {hasPhp} from '../support/php.js';
import {findWordpress} from '../support/wordpress.js';
import {
	configureRecipe,
	createWorld,
	domainOf,
	makeFolder,
	mayServe,
	orderOf,
	serveFiles,
	startFront,
} from './installs-world.js';

/** Answers as a recipe would, but for what its last argument is the name of: a function that stands for `install`. */
const script = String.raw`#!/bin/sh
request=$(cat)
action=$(printf '%s' "$request" | sed -n 's/.*"action":"\([a-z-]*\)".*/\1/p')
rubbish() { echo 'PHP Warning: <b>mysql</b> in /srv on line 7'; exit 0; }
hang() { echo "$$" > "$1/hanging"; echo 'waiting for godot' >&2; sleep 600; }
refuse() { echo "the disk of $1 is full, said with $(printf '%s' "$request" | sed -n 's/.*"adminPassword":"\([^"]*\)".*/\1/p')" >&2; exit 65; }
silent() { exit 3; }
killed() { kill -9 $$; }
[ "$action" = install ] && [ ! -e "$1/mended" ] && "$2" "$1"
[ "$action" = create-account ] && [ "$2" = stranger ] && { echo '{"ok":false,"error":"there is a user \u001b[31mstranger already"}'; exit 65; }
[ "$action" = install ] && : > "$1/$2"
site=absent; [ -e "$1/$2" ] && site=installed
echo "{\"ok\":true,\"changed\":[],\"state\":{\"account\":true,\"site\":\"$site\"}}"
`;

const page = '<title>Shop</title>';

describe.runIf(mayServe() && hasExim())('what goes wrong is said, and goes on once it is mended', () => {
	const install = (panel: string) => orderOf(panel, {panel, title: 'Shop'});

	test('a script that prints rubbish, hangs, dies, says nothing or refuses: each has its state and its cause in the list', async () => {
		const folder = makeFolder();
		const program = path.join(folder, 'panel');
		fs.writeFileSync(program, script, {mode: 0o755});
		const front = await startFront((_host, _request, response) => response.end(page));
		const expected = {
			rubbish: ['pending', /ended well, but/],
			hang: ['pending', /no answer in time/],
			silent: ['pending', /exit code 3/],
			killed: ['pending', /killed by SIGKILL/],
			refuse: ['failed', /the disk of .* is full/],
		} as const;
		const names = Object.keys(expected) as Array<keyof typeof expected>;
		const world = await createWorld(Object.fromEntries([...names, 'stranger'].map(name => [name, {
			kind: 'command', command: [program, folder, name], address: front.address, timeout: '2s',
		}])));
		for (const name of names) {
			expect(await world.run(['install', 'add'], install(name))).toMatchObject({code: 0});
		}

		const refused = await world.run(['install', 'add'], install('stranger'));
		expect(refused).toMatchObject({code: 1, err: expect.stringContaining('stranger already')});
		expect(refused.out + refused.err).not.toContain('\u{1B}');

		const worked = await world.work();
		expect(worked, worked.out).toMatchObject({code: 1});
		const stateOf = async (panel: string) => (await world.list()).find(one => one.panel === panel);
		for (const name of names) {
			const [state, cause] = expected[name];
			expect(await stateOf(name), name).toMatchObject({state, cause: expect.stringMatching(cause)});
			expect(worked.out).toMatch(new RegExp(`${domainOf(name)}: account → installed, `));
		}

		expect(await stateOf('stranger')).toMatchObject({state: 'failed', cause: expect.stringContaining('already')});
		const pid = Number(fs.readFileSync(path.join(folder, 'hanging'), 'utf8'));
		expect(fs.existsSync(`/proc/${pid}`), 'what hung was ended').toBe(false);
		expect((await world.json(['install', 'show', 'order-hang'])).steps.at(-1)).toMatchObject({outcome: 'failed', log: expect.stringContaining('godot')});
		expect((await world.json(['install', 'log', 'order-refuse'])).steps.at(-1)).toMatchObject({outcome: 'skipped', reason: 'undo: nothing is left of it'});
		expect(await world.outbox()).toEqual([]);

		fs.writeFileSync(path.join(folder, 'mended'), '');
		expect(await world.run(['install', 'retry', 'order-refuse'])).toMatchObject({code: 0});
		world.passTime();
		const again = await world.work();
		expect(again, again.out).toMatchObject({code: 0});
		const all = await world.list();
		expect(all.map(({panel, state}) => `${panel} ${state}`)).toEqual([...names.map(name => `${name} done`), 'stranger failed']);
		const letters = await world.letters(names.length);
		expect(letters.map(({to}) => to).toSorted()).toEqual(names.map(name => `${name}@example.net`).toSorted());
		// The script that refused said it aloud.
		await world.run(['install', 'log', 'order-refuse', '--json']);
		expect(letters.filter(({password}) => world.said().includes(password!)).map(({to}) => to)).toEqual([]);
	}, 240_000);

	test.runIf(hasPhp() && findWordpress() !== undefined)('a database that cannot be reached: it is tried so often, then failed, and nothing of a site is left', async () => {
		const adminFile = path.join(makeFolder(), 'admin.cnf');
		fs.writeFileSync(adminFile, '[client]\nuser = cronsole\npassword = "the-key-to-nowhere"\nsocket = /nowhere/my.sock\n', {mode: 0o600});
		const {root, command} = configureRecipe('wordpress', {source: findWordpress()!, adminFile});
		const front = await startFront(serveFiles(root));
		const world = await createWorld({
			web1: {
				kind: 'command', command, address: front.address, timeout: '20s',
			},
		}, {scheduler: {maxAttempts: 2}});
		expect(await world.run(['install', 'add'], orderOf('shop', {application: 'wordpress'}))).toMatchObject({code: 0});
		expect(await world.work()).toMatchObject({code: 1});
		const [first] = await world.list();
		expect(first).toMatchObject({state: 'pending', attempt: 1, cause: expect.stringContaining('the database server at localhost:/nowhere/my.sock cannot be used')});
		world.passTime();
		expect(await world.work()).toMatchObject({code: 1});
		expect(await world.list()).toMatchObject([{state: 'failed', cause: expect.stringContaining('given up after 2 attempts')}]);
		expect(fs.readdirSync(`${root}/accounts/shop`)).not.toContain('wp-config.php');
		expect(fs.readdirSync(`${root}/accounts/shop/public`)).toEqual([]);
		expect(world.said()).not.toContain('the-key-to-nowhere');
		expect(await world.outbox()).toEqual([]);
	}, 240_000);

	test.runIf(hasPhp())('a letter that is greylisted goes out at a later go; what was dropped is left alone until it is taken back', async () => {
		const {root, command} = configureRecipe('static');
		const front = await startFront(serveFiles(root));
		const world = await createWorld({web1: {kind: 'command', command, address: front.address}});
		for (const account of ['grey', 'shop']) {
			expect(await world.run(['install', 'add'], orderOf(account))).toMatchObject({code: 0});
		}

		expect(await world.json(['install', 'drop', 'order-shop'])).toMatchObject({changed: true, install: {state: 'dropped', startsAt: null}});
		expect(await world.work()).toMatchObject({code: 0});
		expect(await world.list()).toMatchObject([{state: 'done'}, {state: 'dropped'}]);
		expect(await front.get(domainOf('shop'))).toContain('Not found');
		expect(await world.outbox()).toMatchObject([{
			state: 'pending', attempt: 1, to: 'grey@example.net', error: expect.stringContaining('again later'), nextAttemptAt: expect.any(String),
		}]);
		expect(await world.work()).toMatchObject({code: 0});
		expect(await world.outbox()).toMatchObject([{state: 'pending', attempt: 1}]);

		world.takeGrey();
		world.passTime();
		expect(await world.json(['install', 'undrop', 'order-shop'])).toMatchObject({changed: true, install: {state: 'pending'}});
		expect(await world.work()).toMatchObject({code: 0});
		expect(await world.list()).toMatchObject([{state: 'done'}, {state: 'done'}]);
		const letters = await world.letters(2);
		expect(letters.map(({to}) => to).toSorted()).toEqual(['grey@example.net', 'shop@example.net']);
		expect(await world.outbox()).toMatchObject([{state: 'sent', attempt: 2, to: 'grey@example.net'}, {state: 'sent', attempt: 1}]);
	}, 240_000);
});
