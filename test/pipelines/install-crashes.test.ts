import {expect, test} from 'vitest';
import {type Panel} from '../../source/clients/panel/panel.js';
import {type Install} from '../../source/domain/install.js';
import {LockLost} from '../../source/store/leases.js';
import {type FencedStore} from '../../source/store/store.js';
import {createInstallWorld, onlyPanel, type InstallWorld} from './install-world.js';

/** An owner who dies straight before the so many-th thing that he does, in the store or at the panel: so the one before was done, and he told nobody. */
const dyingAt = ({panel}: InstallWorld, store: FencedStore, moment: number) => {
	let count = 0;
	const die = async <T>(work: () => Promise<T>): Promise<T> => {
		if (count === moment) {
			throw new LockLost('install:1');
		}

		count++;
		return work();
	};

	const dying: Panel = {...panel, ask: async (...given) => die(async () => panel.ask(...given))};
	return {store: {...store, write: async <T>(change: Parameters<typeof store.write<T>>[0]) => die(async () => store.write(change))}, panels: onlyPanel(dying)};
};

type Kind = {readonly order: (world: InstallWorld) => Promise<Install>; readonly isGood: (world: InstallWorld) => void};

/** Kills the owner at every moment in turn, until there is none left; the next go ends it. */
const killEverywhere = async ({order, isGood}: Kind): Promise<number> => {
	const world = await createInstallWorld();
	const {host, store, context, move, drive, row} = world;
	for (let moment = 0; ; moment++) {
		host.reset();
		const install = await order(world);
		const {store: fenced} = await context(install);
		let whole;
		try {
			whole = await move(install, dyingAt(world, fenced, moment));
		} catch (error) {
			expect(error).toBeInstanceOf(LockLost);
		}

		if (whole) {
			expect(whole.outcome).toBe('done');
			return moment;
		}

		const label = `killed before moment ${moment}`;
		const before = await row(install);
		host.asked();
		expect(await drive(install), label).toMatchObject({outcome: 'done'});
		expect(before.inFlight === null || host.asked()[0] === 'inspect', label).toBe(true);
		expect([host.site(), host.made()], label).toEqual(['installed', 1]);
		const letters = await store.read.outbox.list();
		expect(letters.filter(({installId}) => installId === install.id), label).toHaveLength(1);
		expect(await row(install), label).toMatchObject({
			state: 'done', position: 'done', inFlight: null, accountState: 'active', site: {url: host.url},
		});
		isGood(world);
	}
};

const first: Kind = {order: async ({order, host}) => order({domain: host.domain}), isGood() {/* What it must be is looked at for all. */}};

const again: Kind = {
	async order({order, host}) {
		host.setSite('installed');
		return order({
			domain: host.domain, kind: 'reinstall', position: 'account', accountState: 'active', site: {url: host.url, adminUrl: null},
		});
	},
	// The new site was made after the old one was archived.
	isGood({host}) {
		expect(host.hasArchive()).toBe(true);
	},
};

test.each([
	['a first install', first, 8],
	['a re-install', again, 12],
])('%s whose owner is killed between any two of its writes and requests ends with one site and one mail', async (_, kind, writes) => {
	// One beginning and three or four ends, each of which begins what follows, the last one with the letter's step; two or three requests, written down before (the first with the beginning); a look.
	expect(await killEverywhere(kind)).toBe(writes);
});

test('a request of which cronsole dies every time is given up after as many attempts as the config says; a person may want it again', async () => {
	const world = await createInstallWorld();
	const {order, move, row, steps, host, panel, change, context} = world;
	const install = await order({domain: host.domain});
	const {panels} = await context(install);
	const deadly: Panel = {
		...panel, async ask(request, listener) {
			if (request.action === 'install') {
				throw new LockLost('install:1');
			}

			return panel.ask(request, listener);
		},
	};
	for (let death = 1; death <= 3; death++) {
		await expect(move(install, {panels: {...panels, find: () => deadly}})).rejects.toBeInstanceOf(LockLost);
	}

	host.asked();
	const cause = 'cronsole ended 3 times while installing, each time before web1 had answered (given up after 3 attempts)';
	expect(await move(install, {panels: {...panels, find: () => deadly}})).toMatchObject({outcome: 'failed', line: `i1 ${host.domain}: account → installed, failed: ${cause}`});
	expect(host.asked()).toEqual([]);
	expect(await row(install)).toMatchObject({
		state: 'failed', cause, attempt: 3, inFlight: {action: 'install'}, doing: null,
	});
	expect((await steps(install)).at(-1)).toMatchObject({
		from: 'account', to: 'installed', outcome: 'failed', attempt: 3,
	});

	await change(install, {state: 'pending', attempt: 0, cause: null});
	expect(await move(install)).toMatchObject({outcome: 'done'});
	expect([host.asked()[0], host.made()]).toEqual(['inspect', 1]);
});
