import {
	afterAll,
	beforeAll,
	describe,
	expect,
	test,
} from 'vitest';
import {
	addressesOf,
	createWorld,
	genericOf,
	hasNameServers,
	lead,
	namesOf,
	reverse,
	settled,
	type World,
} from './dns-world.js';

const theirs = '198.51.100.7';

describe.runIf(hasNameServers)('what others made in DNS', () => {
	let world: World;

	const put = async (name: string, type: string, content: string) => world.pdns.put({
		zone: 'example.net', name, type, content,
	});
	const terminate = async (reference: string) => world.done(['vm', 'terminate', reference, '--yes', '--wait=180s']);

	beforeAll(async () => {
		world = await createWorld(40);
		await lead(world);
		await put('vm1.example.net', 'A', theirs);
		await put('vm2.example.net', 'CNAME', 'old.example.org.');
		await put('vm3.example.net', 'CNAME', 'old.example.org.');
		await put('vm4.example.net', 'A', theirs);
		await world.deployAll([1, 2, 3, 4].map(index => ({index})));
	}, 240_000);

	afterAll(async () => world?.remove());

	test('somebody else\'s A outlives a VM of that name, which says so and has its other names', async () => {
		const vm = await world.show('order-1');
		const [v4, v6] = addressesOf(vm) as [string, string];
		expect(vm).toMatchObject({status: 'ready', needsAttention: {reason: expect.stringContaining(theirs), command: expect.stringMatching(/^cronsole dns set /)}});
		expect(await world.ask('vm1.example.net', [v4, v6])).toEqual({A: [theirs], AAAA: [v6], ptr: {[v4]: ['vm1.example.net'], [v6]: ['vm1.example.net']}});
		expect(await world.done(['vm', 'show', 'order-1'])).toMatch(/dns +1 of 4 foreign: vm1\.example\.net A: 198\.51\.100\.7 stands there/);
		expect(await world.done(['vm', 'dns', 'order-1'])).toMatch(/helps: cronsole dns set \S+ once that was removed, or cronsole dns adopt/);
		expect(await world.run(['dns', 'set', 'order-1', '--wait=180s'])).toMatchObject({code: 1, err: expect.stringContaining(theirs)});
		expect(await world.debts()).toContainEqual(expect.objectContaining({name: 'vm1.example.net', type: 'A', state: 'foreign'}));
		await terminate('order-1');
		expect(await world.ask('vm1.example.net', [v4, v6])).toEqual({A: [theirs], AAAA: [], ptr: {[v4]: [genericOf(v4)], [v6]: [genericOf(v6)]}});
	}, 240_000);

	test('a CNAME outlives it too, and may not be taken over; a VM heals once it was removed', async () => {
		const [vm, other] = await Promise.all([world.show('order-2'), world.show('order-3')]);
		expect(vm.dns.filter(({state}: any) => state === 'foreign').map(({type}: any) => type).toSorted()).toEqual(['A', 'AAAA']);
		expect(vm.needsAttention.reason).toContain('a CNAME to old.example.org stands there');
		expect(await world.run(['dns', 'adopt', 'order-2', '--yes', '--wait=180s'])).toMatchObject({code: 1, err: expect.stringContaining('CNAME')});
		await terminate('order-2');
		expect(await world.dump('example.net')).toEqual(expect.arrayContaining(['vm2.example.net CNAME old.example.org.', 'vm3.example.net CNAME old.example.org.']));

		await world.erase('example.net', 'vm3.example.net', 'CNAME');
		expect(await world.done(['dns', 'set', 'order-3', '--wait=180s'])).toMatch(/ready/);
		expect(await world.ask(other.hostname, addressesOf(other))).toEqual(namesOf(other));
		expect((await world.show('order-3')).needsAttention).toBeNull();
	}, 240_000);

	test('adopt needs a yes, and takes over what stands there; then it goes with the VM', async () => {
		const vm = await world.show('order-4');
		expect(await world.run(['dns', 'adopt', 'order-4', '--wait=180s'])).toMatchObject({code: 2, err: expect.stringContaining('--yes')});
		expect(await world.pdns.see('vm4.example.net', 'A')).toEqual([theirs]);
		await world.done(['dns', 'adopt', 'order-4', '--yes', '--wait=180s']);
		expect(await world.ask(vm.hostname, addressesOf(vm))).toEqual(namesOf(vm));
		expect(await world.show('order-4')).toMatchObject({needsAttention: null});
		await terminate('order-4');
		await settled(world);
		expect(await world.pdns.see('vm4.example.net', 'A')).toEqual([]);
	}, 240_000);

	test('a name that only ends like a zone writes nothing into it', async () => {
		const before = await world.dump('example.net');
		const [vm] = await world.deployAll([{index: 'evil', hostname: 'web1.evil-example.net'}]);
		expect(vm).toMatchObject({status: 'ready', needsAttention: null});
		expect(await world.json(['vm', 'dns', 'order-evil'])).toMatchObject({zoneless: ['web1.evil-example.net']});
		expect(await world.done(['vm', 'dns', 'order-evil'])).toContain('no zone for web1.evil-example.net');
		expect(await world.dump('example.net')).toEqual(before);
		for (const address of addressesOf(vm)) {
			expect(await reverse(world.bind.server, address)).toEqual(['web1.evil-example.net']);
		}

		await terminate('order-evil');
		await settled(world);
		expect(await world.dump('example.net')).toEqual(before);
	}, 240_000);
});
