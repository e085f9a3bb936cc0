import {expect, test} from 'vitest';
import {
	ask,
	offVm,
	settle,
	stepsOf,
} from './asked.js';
import {addressesOf, askToChange, deployed} from './changing.js';
import {
	createNamedWorld,
	pointer,
	pools,
	recordsOf,
	watched,
	type NamedWorld,
} from './naming.js';
import {addAddress} from './termination.js';

const generic = (octet: number): string => `203-0-113-${octet}.static.example.net.`;

/** A VM that is off, with so many addresses of the first pool and its names written. */
const named = async (world: NamedWorld, count = 1) => {
	const vm = await offVm(world);
	for (let index = 0; index < count; index++) {
		await addAddress(world, vm);
	}

	await ask(world, vm, 'dns', {takesOver: false});
	await settle(world, vm);
	return vm;
};

test('a change writes what is to be there before anything goes, and names what is released as nobody\'s', async () => {
	const world = await createNamedWorld();
	const vm = await deployed(world, {ipv4: 2, ipv6: 1});
	const changes: string[] = [];
	const heldAtChange: number[] = [];
	const dns = watched(world.dns, changes);
	const operation = await askToChange(world, vm, {ipv4: 1, ipv6: 0});
	await settle(world, vm, {
		dns: {
			find(place) {
				const server = dns.find(place);
				return server && {
					...server,
					async replace(change) {
						heldAtChange.push((await addressesOf(world, vm)).length);
						await server.replace(change);
					},
				};
			},
		},
	});
	expect((await stepsOf(world, operation))[0]).toBe('cp_update_ip done: released 203.0.113.11, 2001:db8::10; the guest hears of it at its next boot; DNS: 3 records written, 3 records taken away');
	expect(changes.slice(0, 3).toSorted()).toEqual(['A vm1.example.net → 203.0.113.10', 'A vm1.example.net → 203.0.113.10', `PTR ${pointer(11)} → ${generic(11).slice(0, -1)}`]);
	expect(changes.slice(3).every(change => change.endsWith('→ '))).toBe(true);
	expect(new Set(heldAtChange)).toEqual(new Set([3]));
	expect(world.first.see(pointer(11), 'PTR')).toEqual([generic(11)]);
	expect(world.second.see('vm1.example.net', 'AAAA')).toEqual([]);

	const more = await askToChange(world, vm, {ipv4: 2, ipv6: 0});
	await settle(world, vm);
	expect((await stepsOf(world, more))[0]).toBe('cp_update_ip done: added 203.0.113.12; DNS: 3 records written');
	expect(world.first.see('vm1.example.net', 'A').toSorted()).toEqual(['203.0.113.10', '203.0.113.12']);
});

test('a termination takes our addresses away and gives the generic name back; others\' values stay', async () => {
	const world = await createNamedWorld();
	const vm = await named(world);
	world.first.put({
		zone: 'example.net', name: 'vm1.example.net', type: 'A', content: '198.51.100.7',
	});
	const operation = await ask(world, vm, 'terminate');
	await settle(world, vm);
	expect(await stepsOf(world, operation)).toContain('dns_removed done: 1 record written, 2 records taken away');
	expect(world.first.see('vm1.example.net', 'A')).toEqual(['198.51.100.7']);
	expect(world.second.see('vm1.example.net', 'A')).toEqual([]);
	expect(world.first.see(pointer(10), 'PTR')).toEqual([generic(10)]);
	expect(await recordsOf(world, vm)).toEqual([]);
});

test('without a generic name the name of an address goes', async () => {
	const world = await createNamedWorld({pools: [{...pools[0]!, genericPtr: null}]});
	const vm = await named(world);
	await ask(world, vm, 'terminate');
	await settle(world, vm);
	expect(world.first.see(pointer(10), 'PTR')).toEqual([]);
});

test('a name server that is dead at a termination holds it not up, and the debts outlive the VM', async () => {
	const world = await createNamedWorld();
	const vm = await named(world);
	await world.first.faults.refuse();
	await ask(world, vm, 'terminate');
	expect(await settle(world, vm)).toMatchObject({status: 'removed'});
	expect(await recordsOf(world, vm)).toEqual(['10.113.0.203.in-addr.arpa PTR on powerdns owed', 'vm1.example.net A on powerdns owed']);
});

test('the next owner of an address takes its name over; what a person named it is forgotten', async () => {
	const world = await createNamedWorld({pools: [{...pools[0]!, last: '203.0.113.10', quarantineMs: 0}]});
	const vm = await named(world);
	await world.store.write(async ({addresses}) => addresses.setPtr(vm.id, '203.0.113.10', 'mail.example.org'));
	await ask(world, vm, 'dns', {takesOver: true});
	await settle(world, vm);
	expect(world.first.see(pointer(10), 'PTR')).toEqual(['mail.example.org.']);

	const {vm: next} = await world.order();
	expect(await world.move(next)).toMatchObject({outcome: 'waiting', line: expect.stringContaining('waiting: a free IPv4 address in fra1-v4')});
	world.pass(24 * 3_600_000);
	expect(await world.move(next)).toMatchObject({outcome: 'waiting'});
	expect(await world.vm(next)).toMatchObject({status: 'creation', needsAttention: null});

	await world.first.faults.refuse();
	await ask(world, vm, 'terminate');
	await settle(world, vm);
	await world.first.faults.accept();
	world.pass(60_000);
	await world.drive(next);
	expect(world.first.see(pointer(10), 'PTR')).toEqual(['vm2.example.net.']);
	expect(await recordsOf(world, next)).toContain('10.113.0.203.in-addr.arpa PTR on powerdns done');
	expect(await recordsOf(world, vm)).toEqual(['vm1.example.net A on powerdns owed']);
});
