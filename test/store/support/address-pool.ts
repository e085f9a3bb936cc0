import {type AddressHold} from '../../../source/domain/address.js';
import {type PoolSettings} from '../../../source/domain/settings.js';
import {makeStore, newVm} from './temporary-store.js';

/** Five addresses, .2 to .6, of 192.0.2.0/29. */
export const smallPool: PoolSettings = {
	name: 'public', cluster: 'fra1', family: 4, bridge: 'vmbr0', vlan: 0, gateway: '192.0.2.1', prefix: 29, first: '192.0.2.0', last: '192.0.2.7', resolvers: ['192.0.2.53'],
	alertBelow: 2, quarantineMs: 1000, genericPtr: null,
};

/** A store with two VMs and what people and VMs do to the pool. */
export const makePool = async (pool = smallPool) => {
	const store = await makeStore();
	const [first, second] = await store.write(async ({vms}) => [
		await vms.insert(newVm()),
		await vms.insert(newVm({reference: 'order-2', hostname: 'web2.example.net'})),
	]);
	return {
		store,
		first: first.id,
		second: second.id,
		reserve: async (vmId: number, now = 1000, taken: readonly string[] = []) =>
			(await store.write(async ({addresses}) => addresses.reserve(vmId, pool, new Set(taken), now)))?.address,
		claim: async (vmId: number, address: string, now = 1000) => (await store.write(async ({addresses}) => addresses.claim(vmId, pool, address, now)))?.address,
		release: async (vmId: number, address: string, now: number, quarantineMs = 1000) => store.write(async ({addresses}) => addresses.release(vmId, address, now, quarantineMs)),
		hold: async (address: string, hold: Partial<AddressHold> = {}) => store.write(async ({addresses}) => addresses.hold(pool, address, {
			since: 1000, until: null, by: 'anna', reason: null, reference: null, ...hold,
		})),
		free: async (address: string, now: number) => store.write(async ({addresses}) => addresses.free(pool.cluster, address, now)),
		async use(now: number) {
			const [use] = await store.read.addresses.use([pool], now);
			return use!;
		},
		async known(address: string) {
			const [known] = await store.read.addresses.findKnown(address);
			return known!;
		},
	};
};
