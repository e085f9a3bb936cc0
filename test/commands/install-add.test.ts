/* eslint-disable unicorn/prefer-https -- A new site has no certificate yet. */
import {readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {expect, test} from 'vitest';
import {until} from '../support/program.js';
import {createInstalling, site} from './installing.js';

test('an order makes the account at once, and its site waits for the next run', async () => {
	const {add, panel, store} = await createInstalling();
	const {code, json, err} = await add();
	expect(code).toBe(0);
	expect(err).toBe('warning: it is kept, but nobody leads: start `cronsole --daemon`, or run it once with `cronsole --run-task=process_installs`\n');
	expect(json()).toEqual({
		created: true,
		install: {
			id: 1, reference: 'whmcs-901', state: 'pending', domain: 'shop.example.org', cause: null, attempt: 0, startsAt: expect.stringMatching(/Z$/), kind: 'install', position: 'account',
			progress: null, doing: null, panel: 'web1', application: 'static', generation: 1, account: 'shop', accountState: 'active', plan: 'starter', title: 'My shop', adminUser: 'ada',
			adminEmail: 'ada@example.org', url: 'domain', site: null, client: {name: 'Ada', email: 'ada@example.org'}, isDropAsked: false, droppedFrom: null, droppedBy: null, droppedAt: null,
			createdAt: expect.stringMatching(/Z$/), updatedAt: expect.stringMatching(/Z$/), nextAttemptAt: null,
		},
	});
	expect(panel.asked()).toEqual(['create-account']);
	expect(panel.request('create-account')).toMatchObject({
		v: 1, action: 'create-account', job: 'i1', attempt: 1, account: {
			name: 'shop', domain: 'shop.example.org', plan: 'starter', email: 'ada@example.org',
		},
		site: {
			domain: 'shop.example.org', title: 'My shop', adminUser: 'ada', adminEmail: 'ada@example.org', adminPassword: null, url: 'http://shop.example.org/',
		},
	});
	await expect(store.read.installs.listSteps(1)).resolves.toMatchObject([{from: 'ordered', to: 'account', outcome: 'done'}]);
	await expect(store.leases.list()).resolves.toEqual([]);
});

test('the same order again is said to be that install, and the panel is not asked', async () => {
	const {add, panel} = await createInstalling();
	expect((await add(site(), '')).out).toBe('i1 shop.example.org ordered, the account shop on web1 is active; its site is due, until then `cronsole install drop 1`\n');
	panel.asked();
	const again = await add();
	expect([again.code, again.json()]).toMatchObject([0, {created: false, install: {id: 1, state: 'pending'}}]);
	expect((await add(site(), '')).out).toMatch(/^i1 shop\.example\.org was ordered before; it is pending, the account shop on web1 is active/);
	const other = await add(site({title: 'His shop'}));
	expect([other.code, other.json().error]).toMatchObject([2, {code: 'conflict', message: expect.stringContaining('title: "My shop" before, "His shop" now')}]);
	expect(panel.asked()).toEqual([]);
});

test('an order that the panel will never take has failed', async () => {
	const {add, panel, cronsole} = await createInstalling();
	panel.play('before-create-account', 'echo "the name shop is taken" >&2; exit 65');
	const {code, json, err} = await add();
	expect([code, json()]).toMatchObject([1, {
		created: true, install: {
			state: 'failed', cause: 'the name shop is taken', accountState: 'none', position: 'ordered',
		},
	}]);
	expect(err).toBe('i1 shop.example.org failed: the name shop is taken; once that is mended: cronsole install retry 1\n');
	// Told once: whoever sends it again learns how it stands.
	const again = await add();
	expect([again.code, again.json().created, again.err]).toEqual([0, false, `warning: ${err}`]);
	expect((await add(site(), '--wait=1s')).code).toBe(1);
	expect(panel.asked()).toEqual(['create-account']);
	expect((await cronsole('install retry whmcs-901 --json')).json()).toMatchObject({changed: true, install: {state: 'pending'}});
	expect((await add()).json()).toMatchObject({created: false, install: {accountState: 'active'}});
});

test('a panel that answers later is one warning, and it is tried again', async () => {
	const {add, panel} = await createInstalling();
	panel.play('before-create-account', 'echo "the disk is full" >&2; exit 75');
	const {code, json, err} = await add();
	expect([code, json()]).toMatchObject([0, {
		created: true, install: {
			state: 'pending', position: 'ordered', attempt: 1, cause: 'the disk is full', nextAttemptAt: expect.stringMatching(/Z$/),
		},
	}]);
	expect(err).toMatch(/^warning: the account shop is not made yet: the disk is full; it is tried again in \d+s once somebody leads, or with `cronsole --run-task=process_installs`\n$/);
	// The same order again is one more try.
	expect((await add()).json()).toMatchObject({
		created: false, install: {
			accountState: 'active', position: 'account', attempt: 0, cause: null,
		},
	});
});

test('a panel that cannot be used counts no attempt', async () => {
	const {add} = await createInstalling();
	const {code, json, err} = await add(site({panel: 'gone'}));
	expect([code, json().install]).toMatchObject([0, {
		state: 'pending', attempt: 0, position: 'ordered', cause: expect.stringMatching(/^waiting for the panel gone: /),
	}]);
	expect(err.split('\n')).toHaveLength(2);
	expect(err).toMatch(/^warning: the account shop is not made yet: waiting for the panel gone: /);
});

test('after a time-out the panel is looked at before it is asked again', async () => {
	const {add, panel} = await createInstalling({timeout: '1s'});
	panel.play('after-create-account', 'sleep 5');
	const {code, json, err} = await add();
	expect([code, json().install]).toMatchObject([0, {state: 'pending', position: 'ordered', accountState: 'none'}]);
	expect(err).toMatch(/^warning: the account shop is not made yet: the panel's program gave no answer in time and was ended; it is tried again in \ds/);
	expect(panel.asked()).toEqual(['create-account']);
	expect((await add()).json()).toMatchObject({created: false, install: {accountState: 'active'}});
	expect(panel.asked()).toEqual(['inspect']);
});

test('killed between the panel\'s answer and its record, the same order finds the account', async () => {
	const {add, panel, turn, store} = await createInstalling();
	panel.play('before-create-account', 'exit 75');
	await add();
	panel.asked();
	// As a process leaves it that was killed while it asked: the account is there, the row says that it was asked for.
	writeFileSync(path.join(panel.command[1]!, 'account'), '');
	await turn(1, {state: 'running', inFlight: {action: 'create-account', since: 1}, nextAttemptAt: null});
	expect((await add()).json()).toMatchObject({created: false, install: {state: 'pending', accountState: 'active', position: 'account'}});
	expect(panel.asked()).toEqual(['inspect']);
	await expect(store.read.installs.listSteps(1)).resolves.toMatchObject([{outcome: 'failed'}, {outcome: 'done', reason: 'it is there: only the answer was lost'}]);
});

test('interrupted while the panel works, it is handed over', async () => {
	const {add, panel, send, store} = await createInstalling();
	panel.play('before-create-account', 'exec sleep 30');
	const adding = add();
	await until('the panel is asked', () => panel.asked().includes('create-account'));
	send('SIGTERM');
	const {code, json} = await adding;
	expect([code, json().install]).toMatchObject([143, {state: 'pending', position: 'ordered'}]);
	await expect(store.read.installs.find(1)).resolves.toMatchObject({inFlight: {action: 'create-account'}});
	await expect(store.leases.list()).resolves.toEqual([]);
});

test('where somebody else is at it first, it waits for that, but not for ever', async () => {
	const {add, panel, store} = await createInstalling();
	const session = await store.sessions.start({
		kind: 'daemon', actor: 'ben', address: null, isReadOnly: false,
	});
	const take = async (id: number) => (await store.leases.acquire(`install:${id}`, session.id, 60_000)).held!;
	const first = await take(1);
	const adding = add();
	await until('it is ordered', async () => store.read.installs.find(1));
	await store.leases.release(first);
	expect((await adding).json().install).toMatchObject({accountState: 'active'});
	const second = await take(2);
	const {code, err} = await add(site({reference: 'whmcs-902', account: 'blog', domain: 'blog.example.org'}));
	expect([code, err]).toEqual([0, expect.stringMatching(/^warning: the account blog is not made yet: i2 blog\.example\.org: running since .*\n$/)]);
	expect(panel.asked()).toEqual(['create-account']);
	await store.leases.release(second);
	await store.sessions.end(session.id);
});

test('under a hold nothing is asked, and the order is kept', async () => {
	const {add, panel, cronsole} = await createInstalling();
	await cronsole('hold --reason storage');
	const {code, json, err} = await add();
	expect([code, json().install]).toMatchObject([0, {
		state: 'pending', position: 'ordered', attempt: 0, cause: null,
	}]);
	expect(err).toBe('warning: the account shop is not made yet: on hold by anna: storage; it is tried again once the hold has ended\n');
	expect(panel.asked()).toEqual([]);
});

test('with --wait it says how the whole of it ended', async () => {
	const {add, cronsole, panel} = await createInstalling();
	const adding = add(site(), '--wait=20s');
	await until('the account is made', () => panel.asked().includes('create-account'));
	const run = await cronsole('--run-task=process_installs --wait=15s');
	expect(run.code).toBe(0);
	const {code, out} = await adding;
	expect([code, out.split('\n').at(-2)]).toEqual([0, `i1 shop.example.org is done: ${panel.url}`]);
	const late = await add(site({reference: 'whmcs-902', account: 'blog', domain: 'blog.example.org'}), '--wait=1s');
	expect([late.code, late.err]).toEqual([1, expect.stringContaining('the time is over: i2 goes on; see `cronsole install show 2`\n')]);
});

test('the password is on no screen and in no log', async () => {
	const {add, panel, cronsole, store, folder} = await createInstalling();
	const said = [await add(site(), '')];
	const password = (await store.read.installs.passwordOf(1))!;
	panel.play('in-install', 'echo "$request" >&2; echo "progress 50 $request" >&2; exit 65');
	said.push(await cronsole('--run-task=process_installs'), await cronsole('install log 1'), await cronsole('install log 1 --json'), await cronsole('install show 1 --json'), await cronsole('install list'), await cronsole('activity'));
	expect(JSON.stringify(panel.request('install'))).toContain(password);
	for (const {out, err} of said) {
		expect(`${out}${err}`).not.toContain(password);
	}

	expect(said[1]!.code).toBe(1);
	expect(said[2]!.out).toContain('••••');
	expect(readFileSync(path.join(folder, 'cronsole.yaml'), 'utf8')).not.toContain(password);
});

test.each([
	['', 'the order is empty'],
	['{', 'the order is no JSON'],
	['{"reference": "a", "reference": "b"}', 'reference: this key stands there twice'],
	[site({account: 'Shop'}), 'account: must be a login name'],
	[site({panel: 'web3'}), 'panel: there is no web3'],
])('an order %j does nothing', async (order, message) => {
	const {add, panel, store} = await createInstalling();
	const {code, json, err} = await add(order);
	expect([code, json().error.message]).toEqual([2, expect.stringContaining(message)]);
	expect(err).toContain(message);
	expect((await add(site(), '--read-only')).code).toBe(2);
	expect(panel.asked()).toEqual([]);
	await expect(store.read.installs.list()).resolves.toEqual([]);
});
