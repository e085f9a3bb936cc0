import {randomBytes} from 'node:crypto';
import {setTimeout as sleep} from 'node:timers/promises';
import {expect, test} from 'vitest';
import {systemClock} from '../../source/domain/clock.js';
import {createIntents} from '../../source/intents/create-intents.js';
import {
	createWorld,
	deploy,
	lastActivity,
	refusalOf,
	type World,
} from './world.js';

const always = {reason: null, forMs: null};
const dayMs = 86_400_000;

/** With a pool of IPv6 too. */
const createPools = async (): Promise<World> => {
	const world = await createWorld();
	const [pool] = world.settings.pools;
	const six = {
		...pool!, name: 'ams1-v6', cluster: 'ams1', family: 6 as const, gateway: '2001:db8::1', prefix: 64, first: '2001:db8::', last: '2001:db8::ffff',
	};
	const settings = {...world.settings, pools: [pool!, six]};
	const as: World['as'] = (name, isReadOnly = false) => createIntents({
		store: world.store, settings: () => settings, clock: systemClock, randomBytes, actor: {name, address: null}, isReadOnly,
	});
	return {
		...world, settings, as, intents: as('anna'),
	};
};

const known = async ({store}: World, address: string) => (await store.read.addresses.findKnown(address))[0];

/** What the next VM would get. */
const giveNext = async ({store, settings}: World, vmId: number) => store.write(async tables => tables.addresses.reserve(vmId, settings.pools[0]!, new Set(), Date.now()));

test('an address is reserved for an order, in any spelling, and saying it twice is one wish', async () => {
	const world = await createPools();
	const {intents, store} = world;
	const done = await intents.reserveAddress(' 203.0.113.10/24 ', 'whmcs-9', {reason: 'moves\u{1B}[31m house', forMs: 30 * dayMs});
	expect(done).toEqual({changed: true, subject: '203.0.113.10', message: 'only whmcs-9 gets 203.0.113.10 for 30d: moves house'});
	await expect(lastActivity(store)).resolves.toBe('info anna 203.0.113.10: reserved for whmcs-9 for 30d: moves house');
	await expect(known(world, '203.0.113.10')).resolves.toMatchObject({
		vmId: null, hold: {
			by: 'anna', reason: 'moves house', reference: 'whmcs-9', until: expect.any(Number),
		},
	});
	await expect(world.as('ben').reserveAddress('203.0.113.10', 'whmcs-9', always))
		.resolves.toEqual({changed: false, subject: '203.0.113.10', message: expect.stringMatching(/^only whmcs-9 gets 203\.0\.113\.10, by anna already for (?:29d|30d): moves house$/)});
	const six = await intents.reserveAddress('2001:DB8:0::0:A', null, always);
	expect(six).toMatchObject({changed: true, subject: '2001:db8::a', message: 'nobody gets 2001:db8::a'});
});

test('a block of addresses is no address, whatever is asked of it', async () => {
	const world = await createPools();
	const {intents} = world;
	await intents.holdAddress('203.0.113.10', always);
	for (const call of [async () => intents.reserveAddress('203.0.113.12/30', null, always), async () => intents.holdAddress('203.0.113.10/28', always), async () => intents.releaseAddress('203.0.113.10/30')]) {
		const refusal = await refusalOf(call());
		expect(refusal).toMatchObject({code: 'invalid', message: expect.stringMatching(/^203\.0\.113\.\d+\/\d+ is a block of addresses, not one$/)});
	}

	await expect(intents.holdAddress('203.0.113.11/32', always)).resolves.toMatchObject({subject: '203.0.113.11'});
	await expect(intents.holdAddress('2001:db8::a/128', always)).resolves.toMatchObject({subject: '2001:db8::a'});
	await expect(intents.releaseAddress('203.0.113.10/24')).resolves.toMatchObject({changed: true});
});

test('an IPv4 address in the clothes of IPv6 lies in no pool', async () => {
	const {intents} = await createPools();
	await expect(refusalOf(intents.holdAddress('::ffff:203.0.113.10', always))).resolves.toMatchObject({code: 'unknown'});
});

test('nobody but that order gets a reserved address, and it does', async () => {
	const world = await createPools();
	await world.intents.reserveAddress('203.0.113.10', 'whmcs-9', always);
	const {id} = await deploy(world);
	await expect(world.store.read.addresses.listFor(id)).resolves.toMatchObject([{address: '203.0.113.11'}]);
	const other = await deploy(world, {reference: 'whmcs-9', hostname: 'web9.example.net'});
	await expect(world.store.read.addresses.listFor(other.id)).resolves.toMatchObject([{address: '203.0.113.10'}]);
	await expect(world.intents.reserveAddress('203.0.113.10', 'whmcs-9', always)).resolves.toMatchObject({changed: false, message: `v${other.id} of whmcs-9 has 203.0.113.10 already`});
});

test('another reservation takes the place of the first, and says so', async () => {
	const world = await createPools();
	await world.intents.reserveAddress('203.0.113.10', 'whmcs-9', always);
	await expect(world.as('ben').holdAddress('203.0.113.10', {reason: 'abuse', forMs: null}))
		.resolves.toMatchObject({changed: true, message: 'nobody gets 203.0.113.10, in place of the reservation for whmcs-9 by anna: abuse'});
	await expect(lastActivity(world.store)).resolves.toBe('info ben 203.0.113.10: held, in place of the reservation for whmcs-9 by anna: abuse');
	await expect(known(world, '203.0.113.10')).resolves.toMatchObject({hold: {by: 'ben', reference: null}});
});

test('one that a VM has cannot be reserved; held, it stays with the VM and goes to nobody after', async () => {
	const world = await createPools();
	const {intents, store} = world;
	const {id, hostname} = await deploy(world);
	const refused = await refusalOf(intents.reserveAddress('203.0.113.10', 'whmcs-9', always));
	expect([refused.code, refused.message, refused.hint]).toEqual([
		'not-allowed', `203.0.113.10 is in use: v${id} ${hostname} has it`, 'to keep it back once that VM is gone: cronsole address hold 203.0.113.10',
	]);
	await expect(intents.holdAddress('203.0.113.10', always)).resolves.toMatchObject({changed: true, message: `v${id} keeps 203.0.113.10, and nobody gets it after`});
	await expect(intents.holdAddress('203.0.113.10', always)).resolves.toMatchObject({changed: false});
	await expect(store.read.addresses.listFor(id)).resolves.toMatchObject([{address: '203.0.113.10'}]);
	await store.write(async tables => tables.addresses.release(id, '203.0.113.10', Date.now(), 0));
	const next = await deploy(world, {reference: 'whmcs-2', hostname: 'web2.example.net'});
	for (let left = 12; left <= 99; left++) {
		await giveNext(world, next.id);
	}

	await expect(giveNext(world, next.id)).resolves.toBeUndefined();
	await intents.releaseAddress('203.0.113.10');
	await expect(giveNext(world, next.id)).resolves.toMatchObject({address: '203.0.113.10'});
});

test('a release ends a hold and a rest and says which; what a VM simply has stays with it', async () => {
	const world = await createPools();
	const {intents, store} = world;
	const {id, hostname} = await deploy(world);
	const refused = await refusalOf(intents.releaseAddress('203.0.113.10'));
	expect([refused.code, refused.message, refused.hint]).toEqual([
		'not-allowed', `v${id} ${hostname} has 203.0.113.10, and nobody holds it back`, `a VM gives its addresses up when it is changed or ends: cronsole vm terminate v${id}`,
	]);
	await intents.holdAddress('203.0.113.10', always);
	await expect(intents.releaseAddress('203.0.113.10')).resolves.toMatchObject({changed: true, message: `203.0.113.10: the hold by anna is over; v${id} keeps it`});
	await store.write(async tables => tables.addresses.release(id, '203.0.113.10', Date.now(), 3 * dayMs));
	await intents.holdAddress('203.0.113.10', always);
	await expect(intents.releaseAddress('203.0.113.10')).resolves.toMatchObject({message: expect.stringMatching(/^203\.0\.113\.10: the hold by anna and its rest of another (?:2d|3d) are over$/)});
	await expect(lastActivity(store)).resolves.toMatch(/^info anna 203\.0\.113\.10: the hold by anna and its rest/);
	await expect(intents.releaseAddress('203.0.113.10')).resolves.toEqual({changed: false, message: '203.0.113.10 is free already', subject: '203.0.113.10'});
	await expect(intents.releaseAddress('203.0.113.11')).resolves.toMatchObject({changed: false});
});

test('a hold whose end has come is none any more', async () => {
	const world = await createPools();
	await world.intents.reserveAddress('203.0.113.10', 'whmcs-9', {reason: null, forMs: 1});
	await sleep(5);
	await expect(world.intents.releaseAddress('203.0.113.10')).resolves.toMatchObject({changed: false});
	await expect(world.intents.reserveAddress('203.0.113.10', 'whmcs-8', always)).resolves.toMatchObject({changed: true, message: 'only whmcs-8 gets 203.0.113.10'});
});

test.each([
	['203.0.113.1', 'not-allowed', '203.0.113.1 is the gateway of fra1-v4'],
	['203.0.113.0', 'not-allowed', '203.0.113.0 is the network address of fra1-v4'],
	['203.0.113.255', 'not-allowed', '203.0.113.255 is the broadcast address of fra1-v4'],
	['2001:db8::', 'not-allowed', '2001:db8:: is the network address of ams1-v6'],
	['2001:db8::1', 'not-allowed', '2001:db8::1 is the gateway of ams1-v6'],
	['203.0.113.9', 'unknown', '203.0.113.9 lies in no pool'],
	['203.0.113.010', 'invalid', '203.0.113.010 is no IP address'],
	['web1.\u{1B}[31mexample.net', 'invalid', 'web1.example.net is no IP address'],
])('%s is refused', async (address, code, message) => {
	const {intents, store} = await createPools();
	for (const ask of [intents.reserveAddress(address, null, always), intents.holdAddress(address, always), intents.releaseAddress(address)]) {
		const refused = await refusalOf(ask);
		expect([refused.code, refused.message]).toEqual([code, message]);
		expect(refused.hint).not.toBe('');
	}

	await expect(store.read.addresses.listKnown()).resolves.toEqual([]);
});

test.each(['v101', '12', 'two words', 'a/b', ''])('%j is no reference to reserve for', async reference => {
	const {intents} = await createPools();
	await expect(refusalOf(intents.reserveAddress('203.0.113.10', reference, always))).resolves.toMatchObject({code: 'invalid'});
});

test('what is still kept of a pool that the config has lost can be released', async () => {
	const world = await createPools();
	const lost = {
		...world.settings.pools[0]!, name: 'old', first: '198.51.100.10', last: '198.51.100.20', gateway: '198.51.100.1',
	};
	await world.store.write(async tables => tables.addresses.hold(lost, '198.51.100.10', {
		since: 1, until: null, by: 'ben', reason: null, reference: null,
	}));
	await expect(world.intents.releaseAddress('198.51.100.10')).resolves.toMatchObject({changed: true, message: '198.51.100.10: the hold by ben is over'});
	await expect(world.intents.releaseAddress('198.51.100.10')).resolves.toMatchObject({changed: false});
});

test('a read-only session reserves, holds and releases nothing', async () => {
	const world = await createPools();
	const reader = world.as('eve', true);
	const asked = [reader.reserveAddress('203.0.113.10', null, always), reader.holdAddress('203.0.113.10', always), reader.releaseAddress('203.0.113.10')];
	for (const ask of asked) {
		await expect(refusalOf(ask)).resolves.toMatchObject({code: 'read-only'});
	}
});
