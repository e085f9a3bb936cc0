import {expect, test} from 'vitest';
import {ClientError} from '../../source/clients/client-error.js';
import {type Dns} from '../../source/clients/dns/dns.js';
import {type FencedStore} from '../../source/store/store.js';
import {payDns} from '../../source/pipelines/pay-dns.js';
import {type StepContext} from '../../source/pipelines/step.js';
import {prepareDebt as prepare} from './owing.js';

const ours = '203.0.113.10';
const minute = 60_000;

const fault = (own: Partial<ClientError> = {}) => new ClientError('no such luck', {
	peer: 'example.net on powerdns', kind: 'transient', scope: 'cluster', ...own,
});

/** A server that is in trouble as a whole, after what a look costs. */
const failing = (error: ClientError, look: () => void = () => undefined): Dns => ({
	find: place => ({
		place,
		title: 'a server',
		async get() {
			look();
			throw error;
		},
		async replace() {
			throw error;
		},
		check: async () => [],
	}),
});

const prepareMany = async (count: number) => {
	const debt = await prepare();
	const {world, store, vm} = debt;
	await store.write(async ({dnsRecords}) => dnsRecords.want(vm.id, Array.from({length: count}, (_, index) => ({
		zone: 'example.net', nameServer: 'powerdns', name: `n${index}.example.net`, type: 'A' as const, values: [ours], generic: null,
	})), world.clock.now()));
	return debt;
};

/** Says how often it is written to. */
const counting = (store: FencedStore) => {
	let writes = 0;
	return {
		count: () => writes,
		store: {
			...store,
			async write<T>(work: Parameters<typeof store.write<T>>[0]): Promise<T> {
				writes++;
				return store.write(work);
			},
		},
	};
};

test('however much is owed at a server in trouble, all of it is put off in one transaction', async () => {
	const {store, pay, list} = await prepareMany(100);
	const counted = counting(store);
	const paid = await pay({store: counted.store, dns: failing(fault())});
	expect(paid).toHaveLength(100);
	expect(counted.count()).toBe(2);
	const rows = await list();
	expect(new Set(rows.map(({nextAttemptAt, error}) => `${nextAttemptAt} ${error}`)).size).toBe(1);
	expect(rows.filter(({attempt}) => attempt > 0)).toHaveLength(1);
});

test('a server in trouble as a whole is asked again every minute at last: a debt is paid soon after its return', async () => {
	const {world, pay, row} = await prepare();
	const waits = [];
	for (let attempt = 0; attempt < 12; attempt++) {
		const now = world.clock.now();
		await pay({dns: failing(fault())});
		const {nextAttemptAt} = (await row())!;
		waits.push(Math.round((nextAttemptAt! - now) / 1000));
	}

	expect([...waits.slice(0, 6), waits.at(-1)]).toEqual([5, 10, 20, 40, 60, 60, 60]);
});

test('where it is known when the server may be asked again, no attempt counts, whoever it was that said so', async () => {
	const {world, pay, row} = await prepare();
	await pay({dns: failing(fault({retryAfterMs: 7000}))});
	expect(await row()).toMatchObject({attempt: 0, error: 'no such luck', state: 'owed'});
	expect((await row())!.nextAttemptAt! - world.clock.now()).toBeGreaterThan(6000);
	expect((await row())!.nextAttemptAt! - world.clock.now()).toBeLessThanOrEqual(7000);
});

test('records that each take long end a go early, and the rest is as due as before', async () => {
	const {world, pay, list} = await prepareMany(10);
	const slow = failing(fault({scope: 'item'}), () => {
		world.pass(5000);
	});
	const paid = await pay({dns: slow});
	expect(paid.length).toBeGreaterThan(2);
	expect(paid.length).toBeLessThan(7);
	expect((await list()).filter(({attempt, nextAttemptAt}) => attempt === 0 && nextAttemptAt! <= world.clock.now())).toHaveLength(10 - paid.length);
});

test('a step that came to nothing in time says so', async () => {
	const {vm, context} = await prepareMany(3);
	await expect(payDns(vm, {...context, signal: AbortSignal.abort()} as unknown as StepContext)).resolves.toBe('3 of 3 owed: not tried yet');
});

test('a change that could outlive its claim is not sent: this process may have slept since', async () => {
	const {world, store, pay, see, list} = await prepare();
	const sleepy: FencedStore = {
		...store,
		async write(work) {
			const written = await store.write(work);
			world.pass(6000);
			return written;
		},
	};
	expect(await pay({store: sleepy})).toMatchObject([{isWritten: false, state: 'owed'}]);
	expect(see()).toEqual([]);
	expect(world.first.count('PATCH')).toBe(0);
	world.pass(minute);
	await pay();
	expect(see()).toEqual([ours]);
	expect(await list()).toMatchObject([{state: 'done', mine: [ours]}]);
});
