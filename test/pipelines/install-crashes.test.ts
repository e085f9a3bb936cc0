import {expect, test} from 'vitest';
import {type Panel} from '../../source/clients/panel/panel.js';
import {type Install} from '../../source/domain/install.js';
import {LockLost} from '../../source/store/leases.js';
import {type FencedStore} from '../../source/store/store.js';
import {createInstallWorld, onlyPanel, type InstallWorld} from './install-world.js';

/** An owner who dies at the so many-th thing that he does, in the store or at the panel: before it, or after it and unheard. */
const dyingAt = ({panel}: InstallWorld, store: FencedStore, moment: number, isAfter: boolean) => {
	let count = 0;
	const die = async <T>(work: () => Promise<T>): Promise<T> => {
		const isLast = count === moment;
		count++;
		if (isLast && !isAfter) {
			throw new LockLost('install:1');
		}

		const answer = await work();
		if (isLast) {
			throw new LockLost('install:1');
		}

		return answer;
	};

	const dying: Panel = {...panel, ask: async (...given) => die(async () => panel.ask(...given))};
	return {store: {...store, write: async <T>(change: Parameters<typeof store.write<T>>[0]) => die(async () => store.write(change))}, panels: onlyPanel(dying)};
};

type Kind = {readonly order: (world: InstallWorld) => Promise<Install>; readonly isGood: (world: InstallWorld) => void};

/** Kills the owner at every moment in turn, until there is none left; the next go ends it. */
const killEverywhere = async ({order, isGood}: Kind, isAfter: boolean): Promise<number> => {
	const world = await createInstallWorld();
	const {host, store, context, move, drive, row} = world;
	for (let moment = 0; ; moment++) {
		host.reset();
		const install = await order(world);
		const {store: fenced} = await context(install);
		let move1;
		try {
			move1 = await move(install, dyingAt(world, fenced, moment, isAfter));
		} catch (error) {
			expect(error).toBeInstanceOf(LockLost);
		}

		if (move1) {
			expect(move1.outcome).toBe('done');
			return moment;
		}

		const label = `killed ${isAfter ? 'after' : 'before'} moment ${moment}`;
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
	['a first install', 'before', first, false, 17],
	['a first install', 'after', first, true, 17],
	['a re-install', 'before', again, false, 18],
	['a re-install', 'after', again, true, 18],
])('%s whose owner is killed %s any of its writes and requests ends with one site and one mail', async (_, __, kind, isAfter, moments) => {
	expect(await killEverywhere(kind, isAfter)).toBe(moments);
}, 120_000);
