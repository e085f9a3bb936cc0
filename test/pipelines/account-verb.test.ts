import {expect, test} from 'vitest';
import {type Actor} from '../../source/domain/activity.js';
import {type AccountVerb} from '../../source/domain/hosting-account.js';
import {changeAccount} from '../../source/pipelines/account-verb.js';
import {createInstallWorld, onlyPanel, type InstallWorld} from './install-world.js';

const actor: Actor = {name: 'anna', address: null};

class Killed extends Error {
	override readonly name = 'Killed';
}

const ask = async (world: InstallWorld, id: number, verb: AccountVerb, plan: string | null = null) => changeAccount({id}, {verb, plan, actor}, await world.context({id}));

/** As if the process were killed between the panel's answer and its record. */
const askAndDie = async (world: InstallWorld, id: number, verb: AccountVerb) => {
	const {store} = await world.context({id});
	let writes = 0;
	const dying: typeof store = {
		...store,
		async write(change) {
			writes++;
			if (writes > 1) {
				throw new Killed();
			}

			return store.write(change);
		},
	};
	await expect(changeAccount({id}, {verb, plan: null, actor}, await world.context({id}, {store: dying}))).rejects.toThrow(Killed);
};

test('killed between the panel\'s answer and its record, a verb is asked again and finds it so', async () => {
	const world = await createInstallWorld();
	const {id} = await world.order();
	await world.move({id}, {}, 'account');
	world.host.asked();
	await askAndDie(world, id, 'suspend');
	await expect(world.row({id})).resolves.toMatchObject({accountState: 'active', inFlight: {action: 'suspend'}});
	world.host.play('after-suspend', 'answer=\'{"ok":true,"changed":[]}\'');
	await expect(ask(world, id, 'suspend')).resolves.toMatchObject({outcome: 'already', message: 'the account shop on web1 was suspended already'});
	await expect(world.row({id})).resolves.toMatchObject({accountState: 'suspended', inFlight: null});
	expect(world.host.asked()).toEqual(['suspend', 'suspend']);
});

test('killed while an account ends, nothing is installed on it any more', async () => {
	const world = await createInstallWorld();
	const {id} = await world.order();
	await world.move({id}, {}, 'account');
	await askAndDie(world, id, 'terminate');
	world.host.asked();
	await expect(world.move({id})).resolves.toMatchObject({outcome: 'dropped'});
	expect(world.host.asked()).toEqual([]);
	await expect(ask(world, id, 'terminate')).resolves.toMatchObject({outcome: 'done'});
	await expect(world.row({id})).resolves.toMatchObject({
		accountState: 'terminated', state: 'dropped', inFlight: null, site: null,
	});
});

test('killed while an account is suspended, its waiting install looks first and goes on', async () => {
	const world = await createInstallWorld();
	const {id} = await world.order();
	await world.move({id}, {}, 'account');
	await askAndDie(world, id, 'suspend');
	await expect(world.drive({id})).resolves.toMatchObject({outcome: 'done'});
	expect(world.host.made()).toBe(1);
	await expect(world.row({id})).resolves.toMatchObject({inFlight: null});
});

test('an install of which nobody knows what came of it is still looked at after a verb', async () => {
	const world = await createInstallWorld();
	const {id} = await world.order();
	await world.change({id}, {accountState: 'active', inFlight: {action: 'install', since: 1}});
	await ask(world, id, 'package', 'pro');
	await expect(world.row({id})).resolves.toMatchObject({plan: 'pro', inFlight: {action: 'install', since: 1}});
	world.host.play('before-package', 'exit 65');
	await expect(ask(world, id, 'package', 'max')).resolves.toMatchObject({outcome: 'failed'});
	await expect(world.row({id})).resolves.toMatchObject({plan: 'pro', inFlight: {action: 'install'}});
});

test('an account that may be there, as its making had no answer, can be ended and nothing else', async () => {
	const world = await createInstallWorld();
	const {id} = await world.order();
	await world.change({id}, {inFlight: {action: 'create-account', since: 1}});
	await expect(ask(world, id, 'suspend')).resolves.toMatchObject({outcome: 'refused'});
	expect(world.host.asked()).toEqual([]);
	await expect(ask(world, id, 'terminate')).resolves.toMatchObject({outcome: 'done'});
	await expect(world.row({id})).resolves.toMatchObject({accountState: 'terminated', state: 'dropped'});
});

test('a key that is pressed meanwhile still counts', async () => {
	const world = await createInstallWorld();
	const {id} = await world.order();
	await world.move({id}, {}, 'account');
	const {panel} = world;
	const slow = {
		...panel,
		async ask(...given: Parameters<typeof panel.ask>) {
			await world.change({id}, {state: 'dropped', droppedFrom: 'pending', droppedBy: 'ben'});
			return panel.ask(...given);
		},
	};
	const context = await world.context({id}, {panels: onlyPanel(slow)});
	await expect(changeAccount({id}, {verb: 'suspend', plan: null, actor}, context)).resolves.toMatchObject({outcome: 'done'});
	await expect(world.row({id})).resolves.toMatchObject({state: 'dropped', droppedBy: 'ben', accountState: 'suspended'});
});

test('a panel that is no longer in the config is not asked', async () => {
	const world = await createInstallWorld();
	const {id} = await world.order({panel: 'web9', accountState: 'active'});
	await expect(ask(world, id, 'suspend')).resolves.toMatchObject({outcome: 'refused'});
	await expect(world.row({id})).resolves.toMatchObject({inFlight: null, version: 1});
});
