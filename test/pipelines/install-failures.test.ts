import {expect, test} from 'vitest';
import {createCommandPanel} from '../../source/clients/panel/command.js';
import {findPanelTrouble} from '../../source/domain/panel-trouble.js';
import {createInstallWorld, onlyPanel, outcomes} from './install-world.js';

test.each([
	['before it began', 'before-install', ['install'], 'installed done'],
	['in the middle of it', 'in-install', ['install'], 'installed done'],
	['after all was done', 'after-install', [], 'installed done: it is there: only the answer was lost'],
])('a panel killed %s: the outcome is unknown, a look decides, and there is one site and one mail', async (_, when, more, last) => {
	const {order, move, row, steps, host, store, pass} = await createInstallWorld();
	const install = await order({domain: host.domain});
	host.play(when, 'kill -9 $$');
	expect(await move(install)).toMatchObject({outcome: 'waiting'});
	const {state, inFlight, nextAttemptAt, attempt, updatedAt} = await row(install);
	expect({
		state, attempt, inFlight: inFlight?.action, afterMs: nextAttemptAt! - updatedAt,
	}).toEqual({
		state: 'pending', attempt: 1, inFlight: 'install', afterMs: 10_000,
	});
	host.asked();
	pass(10_000);
	expect(await move(install)).toMatchObject({outcome: 'done'});
	expect(host.asked()).toEqual(['inspect', ...more]);
	expect(outcomes(await steps(install)).slice(1)).toEqual(['installed failed: the panel\'s program was killed by SIGKILL', last, 'verified done', 'done done']);
	expect(host.made()).toBe(1);
	expect(await row(install)).toMatchObject({inFlight: null, site: {url: host.url}});
	expect(await store.read.outbox.list()).toHaveLength(1);
});

test('a panel that does not answer in time is ended; what it was at is looked at first', async () => {
	const {order, move, row, host, drive} = await createInstallWorld({}, 400);
	const install = await order();
	await move(install, {}, 'account');
	host.play('in-install', 'sleep 20');
	expect(await move(install)).toMatchObject({outcome: 'waiting'});
	expect(await row(install)).toMatchObject({inFlight: {action: 'install'}, cause: 'the panel\'s program gave no answer in time and was ended'});
	host.asked();
	expect(await drive(install)).toMatchObject({outcome: 'done'});
	expect(host.asked().slice(0, 2)).toEqual(['inspect', 'install']);
});

test('an account whose making was not answered is looked for, and not asked for twice', async () => {
	const {order, move, row, host, drive} = await createInstallWorld();
	const install = await order();
	host.play('after-create-account', 'kill -9 $$');
	expect(await move(install, {}, 'account')).toMatchObject({outcome: 'waiting'});
	expect(await row(install)).toMatchObject({accountState: 'none', position: 'ordered'});
	expect(await drive(install)).toMatchObject({outcome: 'done'});
	expect(host.asked()).toEqual(['create-account', 'inspect', 'inspect', 'install']);
	expect(await row(install)).toMatchObject({accountState: 'active'});
});

test('a site of somebody else\'s is neither overwritten nor undone; once it is gone, a retry installs', async () => {
	const {order, move, row, change, host} = await createInstallWorld();
	const install = await order();
	host.setSite('theirs');
	expect(await move(install)).toMatchObject({outcome: 'failed'});
	expect(host.asked()).toEqual(['create-account', 'inspect']);
	expect(host.site()).toBe('theirs');
	expect(await row(install)).toMatchObject({
		state: 'failed', foundBefore: 'installed', attempt: 1, nextAttemptAt: null,
		cause: 'there is a site already on shop.example.org that was not installed from here: it is left alone; once it is gone, cronsole install retry 1',
	});
	await change(install, {state: 'pending', attempt: 0, cause: null});
	expect(await move(install)).toMatchObject({outcome: 'failed'});
	host.setSite('absent');
	await change(install, {state: 'pending', attempt: 0, cause: null});
	expect(await move(install)).toMatchObject({outcome: 'done'});
});

test('what the panel refuses fails at once, and the half that we made is taken away again', async () => {
	const {order, move, row, steps, change, host, store} = await createInstallWorld();
	const install = await order();
	host.play('in-install', 'echo "no such plan" >&2; exit 65');
	expect(await move(install)).toMatchObject({outcome: 'failed', line: 'i1 shop.example.org: account → installed, failed: no such plan'});
	expect(host.asked()).toEqual(['create-account', 'inspect', 'install', 'inspect', 'remove-install']);
	expect(host.site()).toBe('absent');
	expect(outcomes(await steps(install)).slice(1)).toEqual(['installed failed: no such plan', 'account done: undo: the half install was removed']);
	expect(await row(install)).toMatchObject({
		state: 'failed', cause: 'no such plan', position: 'account', inFlight: null, foundBefore: null, accountState: 'active',
	});
	expect((await store.read.activity.list({limit: 5, level: 'error'})).map(({message}) => message)).toEqual(['the install failed at installing: no such plan']);
	await change(install, {state: 'pending', attempt: 0, cause: null});
	expect(await move(install)).toMatchObject({outcome: 'done'});
	expect(host.asked()).toEqual(['inspect', 'install']);
});

test('what lay there half before us is not undone', async () => {
	const {order, move, row, host} = await createInstallWorld();
	const install = await order();
	host.setSite('partial');
	host.play('in-install', 'exit 65');
	expect(await move(install)).toMatchObject({outcome: 'failed'});
	expect(host.asked()).toEqual(['create-account', 'inspect', 'install']);
	expect(await row(install)).toMatchObject({foundBefore: 'partial'});
	expect(host.site()).toBe('partial');
});

test('a site that somebody else made between our look and our install is left alone by the undo', async () => {
	const {order, move, row, steps, host} = await createInstallWorld();
	const install = await order();
	host.play('before-install', 'echo theirs > site');
	expect(await move(install)).toMatchObject({outcome: 'failed'});
	expect(host.site()).toBe('theirs');
	expect(outcomes(await steps(install)).at(-1)).toBe('account skipped: undo: there is a whole site, it is left alone');
	expect(await row(install)).toMatchObject({foundBefore: null});
});

test('an undo that fails says so, and the job fails with its own cause', async () => {
	const {order, move, row, steps, host} = await createInstallWorld();
	const install = await order();
	host.play('in-install', 'exit 65');
	host.play('before-remove-install', 'kill -9 $$');
	expect(await move(install)).toMatchObject({outcome: 'failed'});
	expect(outcomes(await steps(install)).at(-1)).toBe('account failed: undo: half a site may be left: the panel\'s program was killed by SIGKILL');
	expect(await row(install)).toMatchObject({state: 'failed', inFlight: {action: 'remove-install'}, foundBefore: 'absent'});
});

test('what may go better later is tried so often as the config says, ever later, then it fails and is undone', async () => {
	const {order, move, row, steps, host, pass} = await createInstallWorld();
	const install = await order();
	const waits: number[] = [];
	for (let attempt = 1; attempt < 3; attempt++) {
		host.play('in-install', 'echo "database is busy" >&2; exit 75');
		expect(await move(install)).toMatchObject({outcome: 'waiting', line: 'i1 shop.example.org: account → installed, waiting: database is busy'});
		const {nextAttemptAt, updatedAt, state, inFlight} = await row(install);
		expect({state, inFlight}).toEqual({state: 'pending', inFlight: null});
		waits.push(nextAttemptAt! - updatedAt);
		pass(waits.at(-1)!);
	}

	expect(waits).toEqual([3750, 7500]);
	host.play('in-install', 'echo "database is busy" >&2; exit 75');
	expect(await move(install)).toMatchObject({outcome: 'failed'});
	expect(host.request('install').attempt).toBe(3);
	expect(await row(install)).toMatchObject({state: 'failed', attempt: 3, cause: 'database is busy (given up after 3 attempts)'});
	expect((await steps(install)).slice(1).map(({outcome, attempt}) => [outcome, attempt])).toEqual([['failed', 1], ['failed', 2], ['failed', 3], ['done', 1]]);
	expect(host.site()).toBe('absent');
});

test('a panel that cannot be used at all, or is not in the config, makes wait without an attempt, and is told apart', async () => {
	const {order, move, row, steps, drive, context, pass} = await createInstallWorld();
	const install = await order();
	const gone = createCommandPanel('web1', {
		kind: 'command', command: ['/nowhere/provision'], timeoutMs: 1000, concurrency: 1, address: null, externalIp: null, controlPanelUrl: null,
	});
	const {panels} = await context(install);
	for (const find of [() => gone, () => undefined, () => gone, () => undefined]) {
		expect(await move(install, {panels: {...panels, find}})).toMatchObject({outcome: 'waiting'});
		const present = await row(install);
		expect(present).toMatchObject({state: 'pending', attempt: 0, inFlight: null});
		expect(findPanelTrouble(present)).toMatch(find() ? /\/nowhere\/provision/ : /^the config has no panel web1$/);
		expect(present.nextAttemptAt! - present.updatedAt).toBeGreaterThanOrEqual(5000);
		pass(60_000);
	}

	expect(await steps(install)).toEqual([]);
	expect(await drive(install)).toMatchObject({outcome: 'done'});
	expect((await steps(install))[0]).toMatchObject({to: 'account', attempt: 1});
});

test('a mistake of ours fails the job and touches nothing', async () => {
	const {order, move, row, host, panel} = await createInstallWorld();
	const install = await order();
	await move(install, {}, 'account');
	host.asked();
	const broken = {
		...panel, async ask(...given: Parameters<typeof panel.ask>) {
			if (given[0].action === 'install') {
				throw new TypeError('undefined is no function');
			}

			return panel.ask(...given);
		},
	};
	expect(await move(install, {panels: onlyPanel(broken)})).toMatchObject({outcome: 'failed'});
	expect(host.asked()).toEqual(['inspect']);
	expect(await row(install)).toMatchObject({state: 'failed', cause: 'unexpected: undefined is no function', inFlight: {action: 'install'}});
});
