import {expect, test} from 'vitest';
import {createInstalling, site} from './installing.js';

test('installs are listed, shown and told step by step', async () => {
	const {add, cronsole, panel} = await createInstalling();
	await add();
	expect((await cronsole('install list --json')).json()).toEqual({
		installs: [{
			id: 1, reference: 'whmcs-901', state: 'pending', domain: 'shop.example.org', cause: null, attempt: 0, startsAt: expect.stringMatching(/Z$/),
			kind: 'install', position: 'account', progress: null, doing: null, panel: 'web1', application: 'static',
		}],
	});
	panel.play('in-install', 'echo "unpacking\u{1B}[31m it" >&2');
	expect((await cronsole('--run-task=process_installs')).code).toBe(0);
	expect((await cronsole('install list --state done --json')).json().installs).toMatchObject([{id: 1, startsAt: null, position: 'done'}]);
	const shown = (await cronsole('install show i1 --json')).json();
	expect(shown).toMatchObject({
		id: 1, state: 'done', site: {url: panel.url, adminUrl: `${panel.url}?admin`}, accountState: 'active',
		steps: [{
			from: 'ordered', to: 'account', outcome: 'done', startedAt: expect.stringMatching(/Z$/),
		}, {from: 'account', to: 'installed'}, {to: 'verified'}, {to: 'done', outcome: 'skipped', reason: 'no mail configured'}],
	});
	expect((await cronsole('install show whmcs-901')).out).toContain(`site       static on web1: ${panel.url}`);
	const log = (await cronsole('install log shop.example.org --json')).json();
	expect(log).toEqual({id: 1, steps: shown.steps});
	expect(log.steps[1].log).toContain('copying the files\nunpacking');
	const {out} = await cronsole('install log 1');
	expect(out).toMatch(/account → installed +done .*\n {4}copying the files\n {4}unpacking/);
	expect(out).not.toContain('\u{1B}');
});

test('a site is made anew on its account, the old one archived', async () => {
	const {add, cronsole, panel} = await createInstalling();
	await add();
	const early = await cronsole('install reinstall whmcs-901 --json');
	expect([early.code, early.json().error.code]).toEqual([2, 'not-allowed']);
	await cronsole('--run-task=process_installs');
	panel.asked();
	const again = await cronsole('install reinstall whmcs-901 --json');
	expect([again.code, again.json()]).toMatchObject([0, {
		changed: true, install: {
			id: 2, kind: 'reinstall', generation: 2, position: 'account', state: 'pending',
		},
	}]);
	expect(again.err).toContain('nobody leads');
	expect((await cronsole('install reinstall whmcs-901')).out).toBe('the re-install of shop.example.org is pending already\n');
	expect((await cronsole('--run-task=process_installs')).code).toBe(0);
	expect(panel.asked().filter(action => action !== 'inspect')).toEqual(['archive', 'remove-install', 'install']);
	expect([panel.made(), panel.hasArchive()]).toEqual([2, true]);
	expect((await cronsole('install show 2 --json')).json()).toMatchObject({state: 'done', kind: 'reinstall', site: {url: panel.url}});
});

test('an install is dropped before it begins, taken back, and a running one stops at its border', async () => {
	const {add, cronsole, panel, turn} = await createInstalling();
	await add();
	panel.asked();
	expect((await cronsole('install drop whmcs-901 --json')).json()).toMatchObject({
		changed: true, install: {
			state: 'dropped', droppedFrom: 'pending', droppedBy: 'anna', droppedAt: expect.stringMatching(/Z$/),
		},
	});
	expect((await cronsole('--run-task=process_installs')).code).toBe(0);
	expect(panel.asked()).toEqual([]);
	expect((await cronsole('install undrop 1 --json')).json()).toMatchObject({changed: true, install: {state: 'pending', position: 'account'}});
	await turn(1, {state: 'running'});
	expect((await cronsole('install drop 1 --json')).json()).toMatchObject({changed: true, install: {state: 'running', isDropAsked: true}});
	expect((await cronsole('install show 1')).out).toContain('dropped    at its next step\'s border, as anna asked');
	await cronsole('--run-task=process_installs');
	expect((await cronsole('install show 1 --json')).json()).toMatchObject({
		state: 'dropped', droppedBy: 'anna', position: 'account', accountState: 'active',
	});
	expect(panel.asked()).toEqual([]);
});

test('a drop that comes while the panel installs lets that step end, and nothing follows', async () => {
	const {add, cronsole, panel, store} = await createInstalling();
	await add();
	panel.play('in-install', 'sleep 1');
	const running = cronsole('--run-task=process_installs');
	await expect.poll(() => panel.asked().includes('install'), {timeout: 10_000}).toBe(true);
	await store.write(async ({installs}) => {
		const install = (await installs.find(1))!;
		return installs.change(install, {isDropAsked: true, droppedBy: 'ben'}, Date.now());
	});
	await running;
	await expect(store.read.installs.find(1)).resolves.toMatchObject({state: 'dropped', position: 'installed', droppedBy: 'ben'});
	expect([panel.made(), panel.visits()]).toEqual([1, 0]);
});

test('with --wait a drop is over when nothing goes on any more, and fails where the install was done first', async () => {
	const {add, cronsole, panel, store, turn} = await createInstalling();
	await add();
	panel.play('in-install', 'sleep 1');
	const running = cronsole('--run-task=process_installs');
	await expect.poll(() => panel.asked().includes('install'), {timeout: 10_000}).toBe(true);
	expect((await cronsole('install drop 1 --wait=20s')).code).toBe(0);
	await expect(store.read.installs.find(1)).resolves.toMatchObject({state: 'dropped', position: 'installed'});
	await running;
	expect((await cronsole('install drop 1 --wait=20s')).code).toBe(0);

	await turn(1, {state: 'running'});
	const dropping = cronsole('install drop 1 --wait=20s');
	await expect.poll(async () => (await store.read.installs.find(1))!.isDropAsked).toBe(true);
	await turn(1, {state: 'done'});
	const late = await dropping;
	expect([late.code, late.err]).toEqual([1, expect.stringContaining('i1: it is done')]);
});

test('a failed install is tried again, and with --wait to its end', async () => {
	const {add, cronsole, panel, store} = await createInstalling();
	await add();
	panel.play('before-install', 'echo no database >&2; exit 65');
	expect((await cronsole('--run-task=process_installs')).code).toBe(1);
	expect((await cronsole('install list --state failed --json')).json().installs).toMatchObject([{cause: 'no database', attempt: 1, startsAt: null}]);
	// Two calls at a time: what they print cannot be told apart here.
	const trying = cronsole('install retry shop.example.org --wait=20s');
	await expect.poll(async () => (await store.read.installs.find(1))!.state).toBe('pending');
	await cronsole('--run-task=process_installs');
	expect((await trying).code).toBe(0);
	await expect(store.read.installs.find(1)).resolves.toMatchObject({state: 'done'});
	const idle = await cronsole('install retry 1 --json');
	expect([idle.code, idle.json().error.code]).toEqual([2, 'not-allowed']);
});

test('what has no install is told so', async () => {
	const {cronsole, add} = await createInstalling();
	await add(site());
	for (const verb of ['show', 'log', 'drop', 'undrop', 'retry', 'reinstall']) {
		expect(await cronsole(`install ${verb} whmcs-902`)).toMatchObject({code: 2, out: '', err: 'there is no install whmcs-902\ndid you mean whmcs-901?\n'});
	}
});
