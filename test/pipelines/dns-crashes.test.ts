import {expect, test} from 'vitest';
import {ClientError} from '../../source/clients/client-error.js';
import {type Dns} from '../../source/clients/dns/dns.js';
import {payRecords} from '../../source/pipelines/pay-records.js';
import {LockLost} from '../../source/store/leases.js';
import {type FencedStore} from '../../source/store/store.js';
import {watched} from './naming.js';
import {name, prepareDebt, type Debt} from './owing.js';

const [ours, next, others] = ['203.0.113.10', '203.0.113.11', '198.51.100.7'];

/** Longer than anybody's claim. */
const claimMs = 16_000;

/** An owner who dies at the so many-th thing that he does, in the store or at a server: before it, or after it and unheard. */
const dyingAt = ({store, world}: Debt, moment: number, isAfter: boolean) => {
	let count = 0;
	const die = async <T>(work: () => Promise<T>): Promise<T> => {
		const isLast = count === moment;
		count++;
		if (isLast && !isAfter) {
			throw new LockLost('vm:101');
		}

		const answer = await work();
		if (isLast) {
			throw new LockLost('vm:101');
		}

		return answer;
	};

	const dying: FencedStore = {...store, write: async change => die(async () => store.write(change))};
	const dns: Dns = {
		find(place) {
			const server = world.dns.find(place);
			return server && {...server, replace: async change => die(async () => server.replace(change))};
		},
	};
	return {store: dying, dns};
};

const deaths = ['claim', 'call', 'settle'].flatMap((what, moment) => [false, true].map(isAfter => [isAfter ? 'after' : 'before', what, moment, isAfter] as const));

test.each(deaths)('a death %s the %s: the next go ends right, and somebody else\'s is not touched', async (_, __, moment, isAfter) => {
	const debt = await prepareDebt();
	const {world, pay, want, put, see, list} = debt;
	await pay();
	put(others);
	// Ours is to go, and somebody else's stands beside it.
	await want();
	await expect(pay(dyingAt(debt, moment, isAfter))).rejects.toThrow(LockLost);
	world.pass(claimMs);
	await pay();
	expect(see()).toEqual([others]);
	expect(await list()).toEqual([]);
});

test.each(deaths)('a death %s the %s of what is new: it is written once and known as ours, also where it is not wanted any more by then', async (_, __, moment, isAfter) => {
	const debt = await prepareDebt();
	const {world, pay, want, see, row, list} = debt;
	await expect(pay(dyingAt(debt, moment, isAfter))).rejects.toThrow(LockLost);
	await want(next);
	world.pass(claimMs);
	await pay();
	expect(see()).toEqual([next]);
	expect(await row()).toMatchObject({state: 'done', mine: [next]});
	await want();
	await pay();
	expect([see(), await list()]).toEqual([[], []]);
});

test('somebody else who was faster after a death keeps his record', async () => {
	const debt = await prepareDebt();
	const {world, pay, put, see, row, want} = debt;
	await expect(pay(dyingAt(debt, 1, false))).rejects.toThrow(LockLost);
	put(others);
	expect(await pay()).toMatchObject([{state: 'foreign'}]);
	world.pass(claimMs);
	await pay();
	expect(see()).toEqual([others]);
	expect(await row()).toMatchObject({state: 'foreign'});
	await want();
	await pay();
	expect(see()).toEqual([others]);
});

test('two payers at once write once', async () => {
	const {world, context, list} = await prepareDebt();
	const changes: string[] = [];
	const records = await list();
	const leader = await world.fenced({id: 999});
	const dns = watched(world.dns, changes);
	const ends = await Promise.all([context, {...context, store: leader}].map(async payer => payRecords(records, {...payer, dns})));
	expect(changes).toEqual([`A ${name} → ${ours}`]);
	expect(ends.flat().filter(({isWritten}) => isWritten)).toHaveLength(1);
	expect(await list()).toMatchObject([{state: 'done', mine: [ours]}]);
});

test('what was sent and not answered may arrive late: nobody forgets it before it cannot', async () => {
	const {world, pay, want, see, list} = await prepareDebt();
	let arrive = async (): Promise<void> => undefined;
	await pay({
		dns: {
			find(place) {
				const server = world.dns.find(place);
				return server && {
					...server,
					async replace(change) {
						arrive = async () => server.replace(change);
						throw new ClientError('no answer', {peer: 'example.net on powerdns', kind: 'unknown-outcome'});
					},
				};
			},
		},
	});
	expect(await list()).toMatchObject([{state: 'owed', mine: [ours], attempt: 1}]);
	await want();
	await pay();
	await arrive();
	expect(see()).toEqual([ours]);
	world.pass(claimMs);
	await pay();
	expect([see(), await list()]).toEqual([[], []]);
});

test('a change whose answer is lost is found to be ours', async () => {
	const {world, pay, row, see, want} = await prepareDebt();
	world.first.faults.loseAnswers(1);
	expect(await pay()).toMatchObject([{state: 'owed'}]);
	expect(await row()).toMatchObject({mine: [ours], attempt: 1});
	world.pass(claimMs);
	await pay();
	expect(await row()).toMatchObject({state: 'done', mine: [ours]});
	expect(world.first.count('PATCH')).toBe(1);
	await want();
	await pay();
	expect(see()).toEqual([]);
});

test('a stop leaves the rest as it was', async () => {
	const {world, pay, row} = await prepareDebt();
	const before = await row();
	expect(await pay({signal: AbortSignal.abort()})).toEqual([]);
	expect(await row()).toEqual(before);
	expect(world.first.count()).toBe(0);
});
