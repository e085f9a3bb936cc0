import {expect, test} from 'vitest';
import {type Package} from '../../source/domain/package.js';
import {settle, stepsOf} from './asked.js';
import {
	addressesOf,
	askToChange,
	deployed,
	filterOf,
	settleDying,
} from './changing.js';
import {pool} from './settings.js';
import {changes, createWorld, type World} from './world.js';

const hour = 3_600_000;

const pools = [
	pool({}),
	pool({
		name: 'fra1-v6', family: 6, gateway: '2001:db8::1', prefix: 64, first: '2001:db8::10', last: '2001:db8::ff', resolvers: ['2001:db8::53'],
	}),
	pool({
		name: 'private', bridge: 'vmbr1', vlan: 12, gateway: '10.0.0.1', first: '10.0.0.10', last: '10.0.0.12', resolvers: [],
	}),
];

const both: Package = {ipv4: 2, ipv6: 1};

const use = async ({store, clock}: World, name: string) => (await store.read.addresses.use(pools, clock.now())).find(row => row.pool === name);

/** The first line of a change's step log. */
const addressStep = async (world: World, vm: {readonly id: number}, wanted: Package): Promise<string> => {
	const operation = await askToChange(world, vm, wanted);
	expect(await settle(world, vm)).toMatchObject({needsAttention: null, status: 'ready'});
	const [first] = await stepsOf(world, operation);
	return first!;
};

test('addresses come: reserved, let through the filter, told to cloud-init, and the VM runs on', async () => {
	const world = await createWorld({pools});
	const vm = await deployed(world);
	world.requests();
	expect(await addressStep(world, vm, {ipv4: 3, ipv6: 1})).toBe('cp_update_ip done: added 203.0.113.11, 203.0.113.12, 2001:db8::10; the guest hears of it at its next boot');
	expect(await addressesOf(world, vm)).toEqual(['203.0.113.10', '203.0.113.11', '203.0.113.12', '2001:db8::10']);
	expect(await filterOf(world, vm)).toEqual(['2001:db8::10', '203.0.113.10', '203.0.113.11', '203.0.113.12']);
	expect(await world.config(vm)).toMatchObject({ipconfig0: 'ip=203.0.113.10/24,gw=203.0.113.1,ip6=2001:db8::10/64,gw6=2001:db8::1', nameserver: '203.0.113.2 2001:db8::53'});
	expect(changes(world.requests()).map(line => line.split('/').at(-1))).toEqual(['ipfilter-net0', 'ipfilter-net0', 'ipfilter-net0', 'config', 'cloudinit']);
	expect(world.tasks('qmshutdown')).toBe(0);
});

test('the surplus is released into quarantine, the last ones first, and only once the filter names it no more', async () => {
	const world = await createWorld({pools});
	const vm = await deployed(world, {ipv4: 3, ipv6: 2});
	let filterAtRelease: readonly string[] = [];
	const {store} = await world.context(vm);
	const watched: typeof store = {
		...store,
		write: async change => store.write(async tables => {
			const released = {
				...tables, addresses: {
					...tables.addresses,
					async release(...given: Parameters<typeof tables.addresses.release>) {
						filterAtRelease = await filterOf(world, vm);
						await tables.addresses.release(...given);
					},
				},
			};
			return change(released);
		}),
	};
	const operation = await askToChange(world, vm, {ipv4: 1, ipv6: 1});
	expect(await settle(world, vm, {store: watched})).toMatchObject({status: 'ready', remoteStatus: 'running'});
	expect((await stepsOf(world, operation))[0]).toBe('cp_update_ip done: released 203.0.113.11, 203.0.113.12, 2001:db8::11');
	expect(filterAtRelease).toEqual(['2001:db8::10', '203.0.113.10']);
	expect(await addressesOf(world, vm)).toEqual(['203.0.113.10', '2001:db8::10']);
	expect(await use(world, 'fra1-v4')).toMatchObject({used: 1, quarantined: 2});
	expect(world.tasks('qmshutdown')).toBe(0);
	world.pass(73 * hour);
	expect(await use(world, 'fra1-v4')).toMatchObject({used: 1, quarantined: 0});
});

test('the first address of a family stays the first, also where a lower one comes later', async () => {
	const world = await createWorld({pools: [pool({first: '203.0.113.10', last: '203.0.113.12', quarantineMs: 0})]});
	const other = await deployed(world);
	const vm = await deployed(world);
	expect(await addressStep(world, other, {ipv4: 0})).toBe('cp_update_ip done: released 203.0.113.10; the guest hears of it at its next boot');
	expect(await addressStep(world, vm, {ipv4: 2})).toBe('cp_update_ip done: added 203.0.113.12');
	expect(await addressStep(world, vm, {ipv4: 3})).toBe('cp_update_ip done: added 203.0.113.10');
	expect(await addressesOf(world, vm)).toEqual(['203.0.113.11', '203.0.113.12', '203.0.113.10']);
	expect((await world.config(vm)).ipconfig0).toBe('ip=203.0.113.11/24,gw=203.0.113.1');
	expect(await addressStep(world, vm, {ipv4: 1})).toBe('cp_update_ip done: released 203.0.113.12, 203.0.113.10');
	expect(await addressesOf(world, vm)).toEqual(['203.0.113.11']);
});

test('the first one goes only where none is wanted, and then cloud-init forgets it', async () => {
	const world = await createWorld({pools});
	const vm = await deployed(world, both);
	expect(await addressStep(world, vm, {ipv4: 0})).toBe('cp_update_ip done: released 203.0.113.10, 203.0.113.11; the guest hears of it at its next boot');
	expect(await world.config(vm)).toMatchObject({ipconfig0: 'ip6=2001:db8::10/64,gw6=2001:db8::1', nameserver: '2001:db8::53'});
	expect(await addressStep(world, vm, {ipv6: 0})).toBe('cp_update_ip done: released 2001:db8::10; the guest hears of it at its next boot');
	expect(await filterOf(world, vm)).toEqual([]);
	const config = await world.config(vm);
	expect([config.ipconfig0, config.nameserver]).toEqual([undefined, undefined]);
});

test('what a package does not say of addresses leaves them alone', async () => {
	const world = await createWorld({pools});
	const vm = await deployed(world, both);
	expect(await addressStep(world, vm, {ipv4: undefined, ipv6: undefined})).toBe('cp_update_ip skipped: no change');
	expect(await addressesOf(world, vm)).toHaveLength(3);
});

test('another network brings other addresses, with a boot at which the guest hears of them', async () => {
	const world = await createWorld({pools});
	const vm = await deployed(world);
	const first = await addressStep(world, vm, {bridge: 'vmbr1', vlan: 12});
	expect(first).toBe('cp_update_ip done: added 10.0.0.10; released 203.0.113.10; the guest hears of it at its next boot');
	expect(await world.config(vm)).toMatchObject({ipconfig0: 'ip=10.0.0.10/24,gw=10.0.0.1', net0: expect.stringMatching(new RegExp(`^virtio=${vm.mac},bridge=vmbr1.*tag=12`))});
	expect(await filterOf(world, vm)).toEqual(['10.0.0.10']);
	expect([world.tasks('qmshutdown'), world.tasks('qmstart')]).toEqual([1, 2]);
});

test('where the pool is empty nothing is changed, and the change goes on by itself once addresses come free', async () => {
	const world = await createWorld({pools: [pool({first: '203.0.113.10', last: '203.0.113.12', quarantineMs: hour})]});
	const other = await deployed(world, {ipv4: 2});
	const vm = await deployed(world);
	world.requests();
	await askToChange(world, vm, {ipv4: 2});
	const {line} = await world.move(vm);
	expect(line).toContain('waiting: a free IPv4 address in fra1-v4');
	expect(changes(world.requests())).toEqual([]);
	expect(await addressesOf(world, vm)).toEqual(['203.0.113.12']);
	expect(await addressStep(world, other, {ipv4: 1})).toContain('released 203.0.113.11');
	expect(await settle(world, vm)).toMatchObject({status: 'ready', needsAttention: null});
	expect(await addressesOf(world, vm)).toEqual(['203.0.113.12', '203.0.113.11']);
});

test('a VM without our stamp keeps its addresses, its filter and its cloud-init', async () => {
	const world = await createWorld({pools});
	const vm = await deployed(world);
	const guest = await world.guest(vm);
	guest.config.description = 'mine now';
	world.requests();
	await askToChange(world, vm, {ipv4: 2});
	expect(await settle(world, vm)).toMatchObject({needsAttention: {reason: expect.stringContaining('no stamp of ours')}});
	expect(changes(world.requests())).toEqual([]);
	expect(await addressesOf(world, vm)).toEqual(['203.0.113.10']);
});

test('an owner who dies at each call leaves neither a wrong filter nor an address that nobody released', async () => {
	const world = await createWorld({pools});
	const vm = await deployed(world, {ipv4: 2});
	await askToChange(world, vm, {bridge: 'vmbr1', vlan: 12, ipv4: undefined});
	expect(await settleDying(world, vm)).toEqual(expect.arrayContaining(['addIpSetEntry', 'removeIpSetEntry', 'setVmConfig', 'renewCloudInit']));
	expect(await world.vm(vm)).toMatchObject({status: 'ready', needsAttention: null});
	expect(await addressesOf(world, vm)).toEqual(['10.0.0.10', '10.0.0.11']);
	expect(await filterOf(world, vm)).toEqual(['10.0.0.10', '10.0.0.11']);
	expect(await use(world, 'fra1-v4')).toMatchObject({used: 0, quarantined: 2});
});
