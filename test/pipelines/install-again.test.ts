import {expect, test} from 'vitest';
import {createInstallWorld, outcomes, type InstallWorld} from './install-world.js';

const orderAgain = async ({order, host}: InstallWorld, isOurs: boolean) => order({
	reference: 'whmcs-1', kind: 'reinstall', position: 'account', accountState: 'active', site: isOurs ? {url: host.url, adminUrl: null} : null, adminPassword: 'another-password',
});

test('a re-install archives the old site, removes it and installs anew; the account is not asked for', async () => {
	const world = await createInstallWorld();
	const {order, move, row, steps, host, store} = world;
	await move(await order());
	host.asked();
	const again = await orderAgain(world, true);
	expect(again.generation).toBe(2);
	expect(await move(again)).toMatchObject({outcome: 'done', steps: 5});
	expect(host.asked()).toEqual(['archive', 'remove-install', 'inspect', 'install']);
	expect([host.hasArchive(), host.made()]).toEqual([true, 2]);
	expect(host.request('install')).toMatchObject({job: 'i2', site: {adminPassword: 'another-password'}});
	expect(outcomes(await steps(again))).toEqual(['archived done', 'removed done', 'installed done', 'verified done', 'done done']);
	expect(await row(again)).toMatchObject({state: 'done', foundBefore: 'absent'});
	expect((await store.read.outbox.list()).map(({installId, variables}) => [installId, variables.password])).toEqual([[1, 'Zq7-password-of-Ada'], [2, 'another-password']]);
});

test('a re-install where no site is has nothing to archive', async () => {
	const world = await createInstallWorld();
	const again = await orderAgain(world, false);
	expect(await world.move(again)).toMatchObject({outcome: 'done'});
	expect(world.host.asked()).toEqual(['inspect', 'inspect', 'inspect', 'install']);
	expect(outcomes(await world.steps(again)).slice(0, 2)).toEqual(['archived skipped: there is no site', 'removed skipped: there is no site']);
});

test('a re-install does not take away a site that was never ours', async () => {
	const world = await createInstallWorld();
	world.host.setSite('theirs');
	const again = await orderAgain(world, false);
	expect(await world.move(again)).toMatchObject({outcome: 'failed'});
	expect(world.host.asked()).toEqual(['inspect']);
	expect([world.host.site(), world.host.hasArchive()]).toEqual(['theirs', false]);
});

test('what the panel refuses to archive is not removed', async () => {
	const world = await createInstallWorld();
	const {order, move, row, host} = world;
	await move(await order());
	host.play('before-archive', 'echo "disk is full" >&2; exit 65');
	const again = await orderAgain(world, true);
	host.asked();
	expect(await move(again)).toMatchObject({outcome: 'failed'});
	expect(host.asked()).toEqual(['archive']);
	expect(await row(again)).toMatchObject({position: 'account', cause: 'disk is full', site: {url: host.url}});
	expect(host.site()).toBe('installed');
});

test('a re-install whose new site fails is undone to nothing: the old one lies in the archive', async () => {
	const world = await createInstallWorld();
	const {order, move, row, change, host} = world;
	await move(await order());
	const again = await orderAgain(world, true);
	host.play('in-install', 'exit 65');
	expect(await move(again)).toMatchObject({outcome: 'failed'});
	expect([host.site(), host.hasArchive()]).toEqual(['absent', true]);
	expect(await row(again)).toMatchObject({position: 'removed', site: null});
	await change(again, {state: 'pending', attempt: 0, cause: null});
	expect(await move(again)).toMatchObject({outcome: 'done'});
});
