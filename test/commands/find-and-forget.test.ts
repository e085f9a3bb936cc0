import {expect, test} from 'vitest';
import {createAddresses} from './addresses.js';

test('an address is found with its owners, and with its state where no VM has it', async () => {
	const world = await createAddresses();
	const {cronsole} = world;
	const find = async (what: string) => (await cronsole(['find', what, '--json'])).json().matches;
	const first = await world.have('whmcs-1', '203.0.113.10');
	await world.leave(first, '203.0.113.10', 3_600_000);
	const resting = await find('203.0.113.10');
	expect(resting).toMatchObject([
		{
			kind: 'address', id: '203.0.113.10', name: 'fra1-v4', state: 'resting', reference: null, until: expect.stringMatching(/Z$/),
		},
		{
			kind: 'address', id: `v${first}`, reference: 'whmcs-1', state: 'removed', address: '203.0.113.10', until: expect.stringMatching(/Z$/),
		},
	]);
	await cronsole('address release 203.0.113.10');
	const second = await world.have('whmcs-2', '203.0.113.10');
	await expect(find(' 203.0.113.10 ')).resolves.toMatchObject([{id: `v${first}`}, {id: `v${second}`, since: expect.anything(), until: null}]);
	await expect(find('203.0.113.11')).resolves.toEqual([{
		kind: 'address', id: '203.0.113.11', reference: null, name: 'fra1-v4', state: 'free', address: '203.0.113.11', since: null, until: null,
	}]);
	await expect(find('203.0.113.1')).resolves.toMatchObject([{state: 'gateway', name: 'fra1-v4'}]);
	await cronsole('address reserve 203.0.113.12 whmcs-9 --for 30d');
	await expect(find('203.0.113.12')).resolves.toMatchObject([{
		state: 'reserved', reference: 'whmcs-9', since: expect.anything(), until: expect.anything(),
	}]);
	await expect(find('198.51.100.1')).resolves.toEqual([]);
	expect((await cronsole('find 203.0.113.10')).out).toMatch(/address +v\d+ +whmcs-1 +whmcs-1\.example\.net +removed +had 203\.0\.113\.10 from 2.* to 2.*\n.* had 203\.0\.113\.10 from 2.* until now\n/);
	expect((await cronsole('find 203.0.113.12')).out).toMatch(/address +203\.0\.113\.12 +whmcs-9 +fra1-v4 +reserved +until 2/);
	expect((await cronsole('find 203.0.113.11')).out).toMatch(/address +203\.0\.113\.11 +– +fra1-v4 +free\n$/);
});

test('an address is found by the name that a person gave it, and by its pool\'s', async () => {
	const world = await createAddresses();
	const {cronsole, store} = world;
	const find = async (what: string) => (await cronsole(['find', what, '--json'])).json().matches;
	const id = await world.have('whmcs-1', '203.0.113.10');
	await store.write(async tables => tables.addresses.setPtr(id, '203.0.113.10', 'mail.example.net'));
	await expect(find('MAIL.example.net.')).resolves.toMatchObject([{
		kind: 'address', id: `v${id}`, address: '203.0.113.10', until: null,
	}]);
	await expect(find('203-0-113-10.static.example.net')).resolves.toMatchObject([{id: `v${id}`, address: '203.0.113.10'}]);
	await expect(find('203-0-113-15.static.example.net')).resolves.toMatchObject([{id: '203.0.113.15', state: 'free'}]);
	await expect(find('ip-2001-0db8-0000-0000-0000-0000-0000-000A.static.example.net')).resolves.toMatchObject([{id: '2001:db8::a', name: 'fra1-v6'}]);
	await expect(find('203-0-113-99.static.example.net')).resolves.toEqual([]);
	await expect(find('203-0-113-15.static.example.org')).resolves.toEqual([]);
	await world.leave(id, '203.0.113.10', 0);
	await expect(find('mail.example.net')).resolves.toEqual([]);
});

test('nothing at all is nothing to find', async () => {
	const {cronsole} = await createAddresses();
	for (const what of ['', '  ']) {
		await expect(cronsole(['find', what])).resolves.toMatchObject({code: 2, out: '', err: 'nothing was named\nwrite cronsole find and an address, hostname, MAC, reference, client, VMID or UPID\n'});
	}
});

test('a client is forgotten with --yes or the e-mail typed, and never found again', async () => {
	const world = await createAddresses();
	const {cronsole} = world;
	const id = await world.have('whmcs-1', '203.0.113.10');
	const living = await cronsole('client forget ada@example.org');
	expect([living.code, living.err]).toEqual([
		2, `ada@example.org still has v${id} (whmcs-1, whmcs-1.example.net)\nterminate the VMs and drop the installs first; then the client can be forgotten\n`,
	]);
	await world.leave(id, '203.0.113.10', 0);
	await expect(cronsole('client forget ada@example.org')).resolves.toMatchObject({
		code: 2, err: 'the client ada@example.org: not confirmed, nothing was done\nadd --yes to forget who it was, for ever\n',
	});
	await expect(cronsole('client forget ada@example.org', {isTerminal: true, ask: async () => 'ada'})).resolves.toMatchObject({code: 2, err: expect.stringContaining('that is not its e-mail address')});
	expect((await cronsole('find ada@example.org --json')).json().matches).toMatchObject([{kind: 'vm', id: `v${id}`}]);
	const asked: string[] = [];
	const done = await cronsole('client forget ada@example.org', {
		isTerminal: true,
		async ask(question) {
			asked.push(question);
			return 'Ada@Example.org ';
		},
	});
	expect(asked).toEqual(['the client ada@example.org: type its e-mail address to forget who it was, for ever: ']);
	expect([done.code, done.out]).toEqual([0, expect.stringMatching(/^ada@example\.org is forgotten: \d+ rows?; /)]);
	expect((await cronsole('find ada@example.org --json')).json()).toEqual({matches: []});
	const again = await cronsole('client forget ada@example.org --json');
	expect([again.code, again.json()]).toEqual([0, {changed: false, message: 'nothing is known of ada@example.org', forgotten: 0}]);
	expect((await cronsole('address history 203.0.113.10 --json')).json().history).toMatchObject([{reference: 'whmcs-1', client: null}]);
	expect((await cronsole('address history 203.0.113.10')).out).toMatch(/whmcs-1\.example\.net +–\n$/);
	for (const line of ['activity --json', 'vm list --json', 'vm show whmcs-1', 'vm log whmcs-1', 'status --json']) {
		const {out} = await cronsole(line);
		expect(out.toLowerCase(), line).not.toMatch(/ada@|\bada\b/);
	}
});
