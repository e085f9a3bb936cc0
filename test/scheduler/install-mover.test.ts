import {expect, test} from 'vitest';
import {createPanels} from '../../source/clients/panel/create-panels.js';
import {createVerifySite} from '../../source/clients/panel/verify-site.js';
import {systemClock} from '../../source/domain/clock.js';
import {type PanelSettings, type Settings} from '../../source/domain/settings.js';
import {moveInstall} from '../../source/pipelines/run-install.js';
import {chores, type ChoreContext} from '../../source/scheduler/chores.js';
import {createInstallMover} from '../../source/scheduler/install-mover.js';
import {createInstance} from '../../source/scheduler/instance.js';
import {baseSettings} from '../pipelines/settings.js';
import {clusterSettings} from '../support/cluster-settings.js';
import {makeFolder, openStoreIn} from './world.js';

const refusing: PanelSettings = {
	kind: 'command', command: ['/bin/sh', '-c', 'cat >/dev/null; echo \'{"ok":false,"error":"not here"}\'; exit 65'], timeoutMs: 10_000, concurrency: 1, address: null, externalIp: null, controlPanelUrl: null,
};

const prepare = async (panels: Settings['installs']['panels'] = {}) => {
	const store = await openStoreIn(makeFolder());
	const session = await store.sessions.start({
		kind: 'run', actor: 'anna', address: null, isReadOnly: false,
	});
	const log = () => undefined;
	const clock = systemClock;
	const instance = createInstance({
		store, session, clock, log,
	});
	const settings: Settings = {
		...baseSettings(clusterSettings({})), installs: {
			panels, applications: {
				static: {
					stage: false, welcomeEmail: false, blogName: 'My site', url: 'domain', controlPanelLogin: true,
				},
			},
		},
	};
	const mover = createInstallMover({
		instance, settings: () => settings, panels: createPanels(() => panels), verifySite: createVerifySite(), moveInstall, clock, random: () => 0.5, log, signal: new AbortController().signal,
	});
	const order = async (name: string, panel: string) => store.write(async ({installs}) => installs.insert({
		reference: name, panel, application: 'static', domain: `${name}.example.org`, account: name, client: {name: 'Ada', email: 'ada@example.org'}, order: {}, createdAt: clock.now(),
	}));
	return {
		store, settings, clock, mover, order, leases: async () => store.leases.list(),
	};
};

test('an install that somebody else put off after it was listed waits for its moment; whoever orders it again need not', async () => {
	const {store, mover, order, leases} = await prepare();
	const install = await order('shop', 'gone');
	const row = async () => store.read.installs.find(install.id);
	expect(await mover.move(install)).toMatchObject({outcome: 'waiting', line: expect.stringMatching(/waiting: .*no panel gone/) as string});
	const before = await row();
	expect(before).toMatchObject({state: 'pending', nextAttemptAt: expect.any(Number) as number});
	expect(await mover.move(install)).toMatchObject({outcome: 'waiting', steps: 0});
	expect(await row()).toEqual(before);
	await mover.move(install, 'account');
	expect((await row())!.version).toBeGreaterThan(before!.version);
	expect(await leases()).toEqual([]);
});

test('of a thousand installs that wait for no run only the next few are in a panel\'s queue: a pause or a new config counts for the rest', async () => {
	const {store, settings, clock, mover, order} = await prepare({web1: refusing});
	for (let count = 0; count < 30; count++) {
		await order(`shop${count}`, 'web1');
	}

	const look = async () => {
		await chores.find(({name}) => name === 'installs at once')!.run({
			store, settings, clock, installs: mover,
		} as unknown as ChoreContext);
		await mover.settled();
		return (await store.read.installs.list('failed')).length;
	};

	const first = await look();
	expect(first).toBeGreaterThan(0);
	expect(first).toBeLessThan(10);
	expect(await look()).toBeGreaterThan(first);
});

test('what a dead process held of VMs and installs is freed; a lock of a task stays in sight', async () => {
	const names = ['vm:1', 'install:1', 'task:process_vms'];
	let swept: readonly string[] = [];
	await chores.find(({name}) => name === 'leases of the dead')!.run({
		async sweep(which: (lease: {readonly name: string}) => boolean) {
			swept = names.filter(name => which({name}));
		},
	} as unknown as ChoreContext);
	expect(swept).toEqual(['vm:1', 'install:1']);
});
