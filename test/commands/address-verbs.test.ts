import {expect, test} from 'vitest';
import {createAddresses} from './addresses.js';
import {type Shell} from './shell.js';

const stateOf = async ({cronsole}: Shell, flags = ''): Promise<Readonly<Record<string, string>>> => {
	const {addresses} = (await cronsole(`address list --json ${flags}`)).json();
	return Object.fromEntries(addresses.map(({address, state}: {address: string; state: string}) => [address, state]));
};

test('the list says of each address what it is: used, held, reserved, resting', async () => {
	const world = await createAddresses();
	const {cronsole, store} = world;
	const id = await world.have('whmcs-1', '203.0.113.10');
	await store.write(async tables => tables.addresses.setPtr(id, '203.0.113.10', 'mail.example.net'));
	const gone = await world.have('whmcs-2', '203.0.113.11');
	await world.leave(gone, '203.0.113.11', 3_600_000);
	await world.leave(await world.have('whmcs-3', '203.0.113.12'), '203.0.113.12', 0);
	await cronsole(['address', 'hold', '203.0.113.13', '--reason', 'spam list', '--for', '30d']);
	await cronsole('address reserve 203.0.113.14 whmcs-9');
	await expect(stateOf(world)).resolves.toEqual({
		'203.0.113.10': 'used', '203.0.113.11': 'resting', '203.0.113.13': 'held', '203.0.113.14': 'reserved',
	});
	const {addresses} = (await cronsole('address list --json')).json();
	expect(addresses[0]).toEqual({
		address: '203.0.113.10', family: 4, prefix: 24, gateway: '203.0.113.1', cluster: 'fra1', pool: 'fra1-v4', state: 'used', vm: `v${id}`, reference: 'whmcs-1', hostname: 'whmcs-1.example.net',
		ptr: 'mail.example.net', until: null, by: null, reason: null, for: null,
	});
	expect(addresses.slice(1)).toMatchObject([
		{
			until: expect.stringMatching(/Z$/), vm: null, reference: null, by: null,
		},
		{
			until: expect.stringMatching(/Z$/), by: 'anna', reason: 'spam list', for: null,
		},
		{
			until: null, by: 'anna', reason: null, for: 'whmcs-9',
		},
	]);
	const {out} = await cronsole('address list');
	expect(out).toMatch(/^ADDRESS +POOL +STATE +VM +REFERENCE +NAME/);
	expect(out).toMatch(new RegExp(`203\\.0\\.113\\.10/24 +fra1-v4 +used +v${id} +whmcs-1 +mail\\.example\\.net\n`));
	expect(out).toMatch(/203\.0\.113\.13\/24 +fra1-v4 +held +– +– +– +by anna until 2.* CES?T: spam list\n/);
	expect(out).toMatch(/203\.0\.113\.14\/24 +fra1-v4 +reserved +– +– +– +for whmcs-9 by anna\n/);
	expect((await cronsole('pool list --json')).json().pools[0]).toMatchObject({
		used: 1, held: 2, quarantined: 1, free: 6, total: 10,
	});
});

test('--state and --pool choose; the free ones are those that left their rest and those that nobody had', async () => {
	const world = await createAddresses();
	const {cronsole} = world;
	await world.leave(await world.have('whmcs-3', '203.0.113.12'), '203.0.113.12', 0);
	await cronsole('address hold 203.0.113.11');
	await expect(stateOf(world, '--state held')).resolves.toEqual({'203.0.113.11': 'held'});
	const free = await stateOf(world, '--state free --pool fra1-v4');
	expect(Object.keys(free).toSorted()).toEqual([0, 2, 3, 4, 5, 6, 7, 8, 9].map(last => `203.0.113.1${last}`));
	const six = await cronsole('address list --state free --pool fra1-v6 --json');
	expect(six.err).toBe('fra1-v6: only the first 1000 that nobody ever had are shown\n');
	expect(six.json().addresses).toHaveLength(1000);
	expect(six.json().addresses[0]).toMatchObject({address: '2001:db8::2', state: 'free'});
	await expect(cronsole('address list --state hold')).resolves.toMatchObject({code: 2, err: '--state: there is no hold\ndid you mean held?\n'});
	await expect(cronsole('address list --pool fra1-v5')).resolves.toMatchObject({code: 2, err: '--pool: there is no fra1-v5\ndid you mean fra1-v4?\n'});
	await expect(cronsole('address list --pool fra1-v6')).resolves.toMatchObject({code: 0, out: 'no address is used, held or resting\n'});
});

test('the history says who had an address when, whose client it was, and who keeps it back now', async () => {
	const world = await createAddresses();
	const {cronsole} = world;
	const first = await world.have('whmcs-1', '203.0.113.10');
	await world.leave(first, '203.0.113.10', 0);
	const second = await world.have('whmcs-2', '203.0.113.10');
	await cronsole(['address', 'hold', '203.0.113.10', '--reason', 'abuse']);
	const {history} = (await cronsole('address history 203.0.113.10 --json')).json();
	const nobody = {by: null, reason: null, for: null};
	const moment = expect.stringMatching(/^2.*Z$/);
	expect(history).toEqual([
		{
			...nobody, what: 'vm', cluster: 'fra1', vm: `v${first}`, reference: 'whmcs-1', hostname: 'whmcs-1.example.net', client: {name: 'Ada', email: 'ada@example.org'}, from: moment, to: moment,
		},
		{
			...nobody, what: 'vm', cluster: 'fra1', vm: `v${second}`, reference: 'whmcs-2', hostname: 'whmcs-2.example.net', client: expect.anything(), from: moment, to: null,
		},
		{
			what: 'held', cluster: 'fra1', vm: null, reference: null, hostname: null, client: null, from: moment, to: null, by: 'anna', reason: 'abuse', for: null,
		},
	]);
	const {out} = await cronsole('address history 203.0.113.10');
	expect(out).toMatch(/^WHAT +FROM +TO +VM +REFERENCE +HOSTNAME +WHO\nvm +2.* CES?T +2.* CES?T +v\d+ +whmcs-1 +whmcs-1\.example\.net +Ada, ada@example\.org\n/);
	expect(out).toMatch(/\nheld +2.* CES?T +its release +– +– +– +by anna: abuse\n$/);
	await expect(cronsole('address history 198.51.100.7')).resolves.toMatchObject({code: 0, out: 'nobody ever had 198.51.100.7\n'});
	await expect(cronsole('address history mail')).resolves.toMatchObject({code: 2, err: 'mail is no IP address\nwrite it as 203.0.113.10 or 2001:db8::10\n'});
});

test('the verbs answer in words and in JSON; what is refused is one line and a hint', async () => {
	const world = await createAddresses();
	const {cronsole} = world;
	const id = await world.have('whmcs-1', '203.0.113.10');
	expect((await cronsole('address reserve 203.0.113.15 whmcs-9 --for 30d --json')).json()).toEqual({changed: true, message: 'only whmcs-9 gets 203.0.113.15 for 30d', address: '203.0.113.15'});
	await expect(cronsole('address release 203.0.113.15')).resolves.toMatchObject({code: 0, out: '203.0.113.15: the reservation for whmcs-9 by anna is over\n'});
	await expect(cronsole('address release 203.0.113.15')).resolves.toMatchObject({code: 0, out: '203.0.113.15 is free already\n'});
	for (const line of ['address reserve 203.0.113.10', 'address release 203.0.113.10', 'address hold 203.0.113.1', 'address hold 203.0.113.15 --for soon', 'address reserve 203.0.113.15 12']) {
		const {code, out, err} = await cronsole(line);
		expect([code, out, err.split('\n').length], err).toEqual([2, '', 3]);
	}

	expect((await cronsole('address reserve 203.0.113.10 --json')).json()).toMatchObject({error: {code: 'not-allowed', message: expect.stringContaining(`v${id}`)}});
	expect((await cronsole('activity --about 203.0.113.15 --json')).json().activity.map(({message}: {message: string}) => message))
		.toEqual(['reserved for whmcs-9 for 30d', 'the reservation for whmcs-9 by anna is over']);
});
