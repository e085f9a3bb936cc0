import path from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import {openApp} from '../../source/app.js';
import {ConfigInvalid} from '../../source/config.js';
import {systemClock} from '../../source/domain/clock.js';
import {type PoolSettings} from '../../source/domain/settings.js';
import {openStore} from '../../source/store/open-store.js';
import {addVm, makeFolder, settingsWith} from '../scheduler/world.js';

const pool: PoolSettings = {
	name: 'fra1-v4', cluster: 'fra1', family: 4, bridge: 'vmbr0', vlan: 0, gateway: '203.0.113.1', prefix: 24, first: '203.0.113.10', last: '203.0.113.99',
	resolvers: [], alertBelow: 0, quarantineMs: 1000, genericPtr: null,
};

/** An installation with two addresses of the pool in use, and a config with those pools. */
const open = async (pools: readonly PoolSettings[]) => {
	const database = path.join(makeFolder(), 'cronsole.db');
	const store = await openStore({path: database, clock: systemClock});
	for (const {vm} of [await addVm(store), await addVm(store)]) {
		await store.write(async ({addresses}) => addresses.reserve(vm.id, pool, new Set(), Date.now()));
	}

	await store.close();
	const settings = settingsWith({database, pools, clusters: []});
	const app = await openApp({settings, actor: {name: 'anna', address: null}, isReadOnly: false});
	onTestFinished(app.close);
	return {app, settings};
};

const problem = 'no config: pools: fra1-v4 of fra1 is not there, but 2 of its addresses are in use: put it back; `cronsole address list --pool fra1-v4` shows them';
const run = {report: () => undefined, signal: new AbortController().signal};

test('neither a scheduler nor a run by hand starts with a config that has lost a pool whose addresses are in use', async () => {
	const {app} = await open([]);
	const refused = new ConfigInvalid([problem]);
	await expect(app.startScheduler('daemon', () => undefined)).rejects.toThrow(refused);
	await expect(app.runTask('process_vms', run)).rejects.toThrow(refused);
	expect(await app.read.runs.listLast()).toEqual([]);
});

test('a scheduler that reads its config anew keeps the old one where a pool is gone, and takes one in which it is only renamed', async () => {
	const {app, settings} = await open([pool]);
	const scheduler = await app.startScheduler('daemon', () => undefined);
	onTestFinished(scheduler.stop);
	await expect(scheduler.reload({...settings, pools: []})).rejects.toMatchObject({problems: [problem]});
	expect(app.settings().pools).toEqual([pool]);
	await scheduler.reload({...settings, pools: [{...pool, name: 'fra1-public'}]});
	expect(app.settings().pools).toMatchObject([{name: 'fra1-public'}]);
});
