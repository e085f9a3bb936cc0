import {setTimeout as sleep} from 'node:timers/promises';
import {expect} from 'vitest';
import {type Package} from '../../source/domain/package.js';
import {stampOf, type Vm} from '../../source/domain/vm.js';
import {type Operation} from '../../source/domain/operation.js';
import {LockLost} from '../../source/store/leases.js';
import {type FencedStore} from '../../source/store/store.js';
import {isRunning, moveOn} from './asked.js';
import {createWorld, type World} from './world.js';

/** What the VM was ordered as, and what it has become since the old state that is brought back. */
const before: Package = {
	cores: 2, memoryMib: 2048, diskGib: 10, networkMbps: 100, ipv4: 1,
};
const since: Package = {
	cores: 4, memoryMib: 4096, diskGib: 20, diskReadMBps: 50, diskWriteIops: 900, additionalDiskGib: 5, networkMbps: 200, ipv4: 1, onboot: false,
};

/** A deployed VM that runs. `keep` makes the old state; then the VM's package is changed, of which the cluster has not heard yet. */
export const changedSince = async (keep: (world: World, vm: Vm) => Promise<void>, own: Parameters<typeof createWorld>[0] = {}): Promise<{readonly world: World; readonly vm: Vm}> => {
	const world = await createWorld(own);
	const {vm} = await world.order({package: before});
	await world.drive(vm);
	await keep(world, await world.vm(vm));
	await world.store.write(async ({vms}) => vms.set(vm.id, {package: since, packageName: 'kvm-l', password: null}));
	return {world, vm: await world.vm(vm)};
};

/** The cluster's truth is what the VM's row wants. */
export const expectWanted = async (world: World, {id}: Pick<Vm, 'id'>): Promise<void> => {
	const vm = await world.vm({id});
	const {config, firewall} = await world.guest(vm);
	const [address] = await world.store.read.addresses.listFor(id);
	const isSuspended = vm.suspended.length > 0;
	expect(vm).toMatchObject({status: 'ready', needsAttention: null, remoteStatus: isSuspended ? 'stopped' : 'running'});
	expect(config).toMatchObject({
		name: vm.hostname, cores: 4, memory: '4096', onboot: 0, ciuser: 'root',
		scsi0: expect.stringMatching(/,size=20G\b/),
		scsi1: expect.stringMatching(/,size=5G\b/),
		net0: expect.stringContaining(`virtio=${vm.mac},`),
		ipconfig0: `ip=${address!.address}/24,gw=203.0.113.1`,
		description: expect.stringContaining(stampOf(world.installation, vm)),
	});
	expect(config.scsi0).toMatch(/mbps_rd=50\b/);
	expect(config.scsi0).toMatch(/iops_wr=900\b/);
	expect(config.net0).toMatch(/rate=25\b/);
	expect(config.lock).toBeUndefined();
	expect(firewall.ipsets).toMatchObject([{name: 'ipfilter-net0', members: [{cidr: address!.address}]}]);
	expect(await isRunning(world, vm)).toBe(!isSuspended);
};

/** A store whose owner dies at its so-and-so-many-th write: straight before it is durable, or straight after. */
const dyingStore = (store: FencedStore, lives: number, isWritten: boolean): FencedStore => {
	let left = lives;
	return {
		...store,
		async write(change) {
			left--;
			if (left >= 0) {
				return store.write(change);
			}

			if (isWritten) {
				await store.write(change);
			}

			throw new LockLost('vm:101');
		},
	};
};

/** Goes at an operation with owners that die after no write, one, two, three, none, one, …, until it has ended; says how many died. */
export const driveThroughDeaths = async (world: World, operation: Pick<Operation, 'id' | 'vmId'>, isWritten: boolean): Promise<number> => {
	const {store} = await world.context({id: operation.vmId});
	const end = Date.now() + 90_000;
	let deaths = 0;
	for (let go = 0; ; go++) {
		try {
			await moveOn(world, operation, {store: dyingStore(store, go % 4, isWritten)});
		} catch (error) {
			expect(error).toBeInstanceOf(LockLost);
			deaths++;
		}

		const {state, nextAttemptAt, remoteTaskId} = (await store.read.operations.find(operation.id))!;
		if (state !== 'running' && state !== 'waiting') {
			return deaths;
		}

		if (Date.now() > end) {
			throw new Error(`It does not end after ${deaths} deaths.`);
		}

		world.pass(Math.max(0, (nextAttemptAt ?? 0) - world.clock.now()));
		await sleep(remoteTaskId === null ? 0 : 5);
	}
};
