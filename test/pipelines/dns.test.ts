import {expect, test} from 'vitest';
import {
	ask,
	endOf,
	moveOn,
	offVm,
	settle,
	stepsOf,
} from './asked.js';
import {deployed} from './changing.js';
import {
	createNamedWorld,
	nibbles,
	pointer,
	recordsOf,
	toldOfDns,
	watched,
} from './naming.js';
import {askToReinstall, prepare} from './reinstalling.js';
import {addAddress} from './termination.js';
import {type World} from './world.js';

const nibbleName = `0.1.${'0.'.repeat(22)}${nibbles}`;

const dnsStep = async (world: World, vm: {readonly id: number}) => {
	const steps = await world.steps(vm);
	const {outcome, reason} = steps.findLast(({to}) => to === 'set_dns')!;
	return `${outcome}: ${reason}`;
};

test('a deploy writes A, AAAA and PTRs on every server that has the zone; a reinstall finds no change and sends nothing', async () => {
	const world = await createNamedWorld();
	const vm = await prepare(world, async () => deployed(world, {ipv4: 2, ipv6: 1}, {sshKeys: []}));
	for (const server of [world.first, world.second]) {
		expect(server.see('vm1.example.net', 'A').toSorted()).toEqual(['203.0.113.10', '203.0.113.11']);
		expect(server.see('vm1.example.net', 'AAAA')).toEqual(['2001:db8::10']);
	}

	expect([pointer(10), pointer(11), nibbleName].map(name => world.first.see(name, 'PTR'))).toEqual(Array.from({length: 3}, () => ['vm1.example.net.']));
	expect(await dnsStep(world, vm)).toBe('done: 7 records written');
	const sent = world.first.count('PATCH') + world.second.count('PATCH');
	expect(sent).toBe(7);

	await world.store.write(async ({addresses}) => addresses.setPtr(vm.id, '203.0.113.11', 'mail.example.org'));
	await settle(world, vm);
	await ask(world, vm, 'dns', {takesOver: false});
	await settle(world, vm);
	expect(world.first.see(pointer(11), 'PTR')).toEqual(['mail.example.org.']);
	await askToReinstall(world, vm);
	await settle(world, vm);
	expect(await dnsStep(world, vm)).toBe('skipped: no change');
	expect(world.first.see(pointer(11), 'PTR')).toEqual(['mail.example.org.']);
	expect(world.first.count('PATCH') + world.second.count('PATCH')).toBe(sent + 1);
});

test('a dead name server and somebody else\'s record hold no deploy up; both are owed, and the log says so', async () => {
	const world = await createNamedWorld();
	await world.second.faults.refuse();
	world.first.put({
		zone: 'example.net', name: 'vm1.example.net', type: 'A', content: '198.51.100.7',
	});
	const vm = await deployed(world);
	expect(await recordsOf(world, vm)).toEqual(['10.113.0.203.in-addr.arpa PTR on powerdns done', 'vm1.example.net A on powerdns foreign', 'vm1.example.net A on powerdns-2 owed']);
	expect(await dnsStep(world, vm)).toMatch(/^done: 2 of 3 owed: vm1\.example\.net A in example\.net on powerdns: 198\.51\.100\.7 stands there/);
	expect(world.first.see('vm1.example.net', 'A')).toEqual(['198.51.100.7']);

	await world.second.faults.accept();
	world.pass(60_000);
	const operation = await ask(world, vm, 'dns', {takesOver: true});
	await settle(world, vm);
	expect(await stepsOf(world, operation)).toEqual(['done done: 2 records written']);
	expect(await endOf(world, operation)).toMatchObject({state: 'done'});
	expect([world.first, world.second].map(({see}) => see('vm1.example.net', 'A'))).toEqual([['203.0.113.10'], ['203.0.113.10']]);
});

test('an asked-for look ends well also where something stays owed', async () => {
	const world = await createNamedWorld();
	const vm = await offVm(world);
	await addAddress(world, vm);
	await world.first.faults.refuse();
	const operation = await ask(world, vm, 'dns', {takesOver: false});
	expect(await moveOn(world, operation)).toMatchObject({outcome: 'done'});
	expect((await stepsOf(world, operation))[0]).toMatch(/^done done: 2 of 3 owed: /);
	expect(await recordsOf(world, vm)).toEqual(['10.113.0.203.in-addr.arpa PTR on powerdns owed', 'vm1.example.net A on powerdns owed', 'vm1.example.net A on powerdns-2 done']);
	expect(await world.vm(vm)).toMatchObject({needsAttention: null});
});

test('adopting ends with our record, which goes with the VM; an alias stays', async () => {
	const world = await createNamedWorld();
	const vm = await offVm(world);
	await addAddress(world, vm);
	world.first.put({
		zone: 'example.net', name: 'vm1.example.net', type: 'A', content: '203.0.113.10',
	});
	world.second.put({
		zone: 'example.net', name: 'vm1.example.net', type: 'CNAME', content: 'elsewhere.example.org.',
	});
	await ask(world, vm, 'dns', {takesOver: true});
	await settle(world, vm);
	expect(await recordsOf(world, vm)).toEqual(['10.113.0.203.in-addr.arpa PTR on powerdns done', 'vm1.example.net A on powerdns done', 'vm1.example.net A on powerdns-2 foreign']);
	expect(await toldOfDns(world)).toEqual(['warning vm1.example.net DNS: vm1.example.net A in example.net on powerdns-2: a CNAME to elsewhere.example.org stands there']);
	await ask(world, vm, 'terminate');
	await settle(world, vm);
	expect(world.first.see('vm1.example.net', 'A')).toEqual([]);
	expect(world.second.see('vm1.example.net', 'CNAME')).toEqual(['elsewhere.example.org.']);
});

test('a VM of a cluster that is only observed: the first change is told instead of sent, and nothing is claimed', async () => {
	const world = await createNamedWorld();
	const vm = await offVm(world);
	await addAddress(world, vm);
	const settings = {...world.settings, clusters: world.settings.clusters.map(cluster => ({...cluster, observe: true}))};
	const operation = await ask(world, vm, 'dns', {takesOver: false});
	const changes: string[] = [];
	const dns = watched(world.dns, changes);
	for (let times = 0; times < 3; times++) {
		expect(await moveOn(world, operation, {settings, dns})).toMatchObject({outcome: 'waiting', line: expect.stringContaining(`waiting: would send: ${pointer(10)} PTR vm1.example.net to`)});
		world.pass(600_000);
	}

	expect(changes).toEqual([]);
	const records = await world.store.read.dnsRecords.listFor(vm.id);
	expect(records.map(({mine, state}) => [mine, state])).toEqual(Array.from({length: 3}, () => [[], 'owed']));
	const rows = await world.store.read.activity.list({limit: 50});
	expect(rows.filter(({message}) => message.includes('would send'))).toHaveLength(1);
	await settle(world, vm, {dns});
	expect(changes).toHaveLength(3);
});
