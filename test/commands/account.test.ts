import {expect, test} from 'vitest';
import {createInstalling} from './installing.js';

test('an account is suspended, brought back, given another plan, and ended', async () => {
	const {add, cronsole, panel, store} = await createInstalling();
	await add();
	await cronsole('--run-task=process_installs');
	panel.asked();
	const suspended = await cronsole('account suspend whmcs-901 --json');
	expect([suspended.code, suspended.err, suspended.json()]).toMatchObject([0, '', {changed: true, message: 'the account shop on web1 is suspended', install: {id: 1, accountState: 'suspended', state: 'done'}}]);
	expect((await cronsole('account unsuspend shop.example.org')).out).toBe('the account shop on web1 is active\n');
	for (const words of ['whmcs-901 pro', 'whmcs-901 --plan pro', 'i1 --plan=pro']) {
		expect((await cronsole(`account package ${words} --json`)).json()).toMatchObject({changed: true, message: 'the account shop on web1 is on the plan pro', install: {plan: 'pro'}});
		expect(panel.request('package').account).toMatchObject({name: 'shop', domain: 'shop.example.org', plan: 'pro'});
	}

	expect(panel.asked()).toEqual(['suspend', 'unsuspend', 'package', 'package', 'package']);
	const unsure = await cronsole('account terminate whmcs-901 --json');
	expect([unsure.code, unsure.json().error]).toMatchObject([2, {code: 'confirmation', message: 'shop.example.org (i1, whmcs-901): not confirmed, nothing was done', hint: 'add --yes to end its account, with everything on it'}]);
	expect(panel.asked()).toEqual([]);
	expect((await cronsole('account terminate whmcs-901 --yes --json')).json()).toMatchObject({changed: true, install: {accountState: 'terminated', state: 'done', site: null}});
	expect((await cronsole('account terminate whmcs-901 --yes --json')).json()).toMatchObject({changed: false, message: 'the account shop on web1 was terminated already'});
	expect(panel.asked()).toEqual(['terminate']);
	const late = await cronsole('account suspend whmcs-901');
	expect([late.code, late.err]).toEqual([2, 'the account shop on web1 was terminated\norder it anew: cronsole install add\n']);
	const steps = await store.read.installs.listSteps(1);
	expect(steps.slice(-6).map(({from, to, outcome, reason}) => [from, to, outcome, reason])).toEqual([
		['active', 'suspended', 'done', null],
		['suspended', 'active', 'done', null],
		['active', 'active', 'done', 'starter → pro'],
		['active', 'active', 'done', 'pro → pro'],
		['active', 'active', 'done', 'pro → pro'],
		['active', 'terminated', 'done', null],
	]);
	expect((await cronsole('activity --about shop.example.org')).out).toContain('the account shop on web1 is terminated');
	await expect(store.leases.list()).resolves.toEqual([]);
	// The same order is a new one then.
	expect((await add()).json()).toMatchObject({created: true, install: {id: 2, generation: 2, accountState: 'active'}});
});

test('on a terminal the hostname is typed before an account ends', async () => {
	const {add, cronsole, panel} = await createInstalling();
	await add();
	panel.asked();
	const ask = (typed: string) => ({isTerminal: true, ask: async () => typed});
	expect((await cronsole('account terminate whmcs-901', ask('shop'))).code).toBe(2);
	expect(panel.asked()).toEqual([]);
	expect(await cronsole('account terminate whmcs-901', ask('shop.example.org'))).toMatchObject({code: 0, out: 'the account shop on web1 is terminated\n'});
});

test('a wish that is so already says so', async () => {
	const {add, cronsole, panel} = await createInstalling();
	await add();
	panel.play('after-unsuspend', 'answer=\'{"ok":true,"changed":[]}\'');
	const {code, out} = await cronsole('account unsuspend whmcs-901');
	expect([code, out]).toEqual([0, 'the account shop on web1 was active already\n']);
});

test('what the panel refuses or cannot do now is a failure that says why', async () => {
	const {add, cronsole, panel, store} = await createInstalling();
	await add();
	for (const [exit, times] of [['65', 1], ['75', 2]] as const) {
		panel.play('before-suspend', `echo "the reseller may not" >&2; exit ${exit}`);
		const {code, json, err} = await cronsole('account suspend whmcs-901 --json');
		expect([code, json().error]).toEqual([1, {code: 'failed', message: 'the account shop on web1 is not suspended: the reseller may not', hint: 'mend that, then run it again: cronsole account suspend whmcs-901'}]);
		expect(err.split('\n')).toHaveLength(3);
		await expect(store.read.installs.find(1)).resolves.toMatchObject({accountState: 'active', inFlight: null, state: 'pending'});
		await expect(store.read.installs.listSteps(1)).resolves.toHaveLength(1 + times);
	}

	expect((await cronsole('install log 1')).out).toContain('    the reseller may not');
	expect((await cronsole('activity --level error')).out).toContain('the account shop on web1 is not suspended: the reseller may not');
});

test('where nobody knows what came of it, that is said, and asking again is safe', async () => {
	const {add, cronsole, panel, store} = await createInstalling({timeout: '1s'});
	await add();
	panel.play('after-suspend', 'sleep 5');
	const {code, json} = await cronsole('account suspend whmcs-901 --json');
	expect([code, json().error]).toMatchObject([1, {
		code: 'unknown-outcome', message: 'it is not known whether the account shop on web1 is suspended: the panel\'s program gave no answer in time and was ended', hint: 'run it again, that is safe: cronsole account suspend whmcs-901',
	}]);
	await expect(store.read.installs.find(1)).resolves.toMatchObject({accountState: 'active', inFlight: {action: 'suspend'}});
	expect((await cronsole('account suspend whmcs-901')).code).toBe(0);
	await expect(store.read.installs.find(1)).resolves.toMatchObject({accountState: 'suspended', inFlight: null});
});

test('nothing is asked where there is no account, under a hold, or while somebody is at work on it', async () => {
	const {add, cronsole, panel, store} = await createInstalling();
	panel.play('before-create-account', 'exit 75');
	await add();
	panel.asked();
	expect(await cronsole('account suspend whmcs-901')).toMatchObject({code: 2, err: 'the account shop on web1 is not made yet\nsee why with `cronsole install show 1`\n'});
	expect(await cronsole('account terminate whmcs-901 --yes')).toMatchObject({code: 2, err: 'the account shop on web1 is not made yet\ndrop its install instead: cronsole install drop 1\n'});
	await add();
	panel.asked();
	const session = await store.sessions.start({
		kind: 'run', actor: 'ben', address: null, isReadOnly: false,
	});
	const {held} = await store.leases.acquire('install:1', session.id, 60_000);
	const busy = await cronsole('account suspend whmcs-901 --json');
	expect([busy.code, busy.json().error]).toMatchObject([75, {code: 'held', message: expect.stringMatching(/^the account shop was left as it is: i1 is running since /)}]);
	await store.leases.release(held!);
	await cronsole('hold --reason storage');
	expect(await cronsole('account suspend whmcs-901')).toMatchObject({code: 75, err: 'the account shop was left as it is: i1 is on hold by anna: storage\nrun it again once that has ended\n'});
	await cronsole('hold off');
	expect((await cronsole('account package whmcs-901 --plan=pro --read-only')).code).toBe(2);
	expect((await cronsole('account package whmcs-901 pro --plan=max')).code).toBe(2);
	expect((await cronsole('account suspend nobody')).code).toBe(2);
	expect(panel.asked()).toEqual([]);
	await store.sessions.end(session.id);
});

test('an account that ends takes its waiting install out of the queue, before the panel is asked', async () => {
	const {add, cronsole, panel, store} = await createInstalling();
	await add();
	panel.asked();
	panel.play('before-terminate', 'echo "not now" >&2; exit 75');
	expect((await cronsole('account terminate whmcs-901 --yes')).code).toBe(1);
	await expect(store.read.installs.find(1)).resolves.toMatchObject({
		state: 'dropped', droppedFrom: 'pending', droppedBy: 'anna', accountState: 'active',
	});
	expect((await cronsole('account terminate whmcs-901 --yes')).code).toBe(0);
	expect((await cronsole('--run-task=process_installs')).code).toBe(0);
	expect(panel.asked()).toEqual(['terminate', 'terminate']);
	expect((await cronsole('install undrop 1')).err).toContain('the account shop of shop.example.org was terminated');
	await expect(store.read.installs.passwordOf(1)).resolves.toBeNull();
});
