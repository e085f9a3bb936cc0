import {type Store} from '../../source/store/store.js';
import {
	config,
	createShell,
	order,
	type Shell,
} from './shell.js';

const pools = config.replace('last: 203.0.113.19', 'last: 203.0.113.19, genericPtr: "{ip}.static.example.net"')
	+ '  - {name: fra1-v6, cluster: fra1, bridge: vmbr0, gateway: "2001:db8::1", prefix: 64, first: "2001:db8::", last: "2001:db8::ffff:ffff", genericPtr: "ip-{ip}.static.example.net"}\n';

export type AddressWorld = Shell & {
	readonly store: Store;
	/** Orders a VM and gives it the address; answers its id. */
	readonly have: (reference: string, address: string) => Promise<number>;
	/** The VM is gone, and its address rests for so long. */
	readonly leave: (id: number, address: string, quarantineMs: number) => Promise<void>;
};

/** A shell beside a database in which VMs get and leave addresses, as the steps would do it. */
export const createAddresses = async (): Promise<AddressWorld> => {
	const shell = createShell(pools);
	const store = await shell.openStore();
	return {
		...shell,
		store,
		async have(reference, address) {
			await shell.cronsole('vm create', {stdin: order({reference, hostname: `${reference}.example.net`})});
			const {id} = (await store.read.vms.findByReference(reference))!;
			const pool = shell.asked.settings!.pools.find(({family}) => family === (address.includes(':') ? 6 : 4))!;
			await store.write(async tables => tables.addresses.claim(id, pool, address, Date.now() - 60_000));
			return id;
		},
		async leave(id, address, quarantineMs) {
			await store.write(async tables => {
				await tables.addresses.release(id, address, Date.now(), quarantineMs);
				await tables.vms.enter(await tables.vms.get(id), 'removed', Date.now());
			});
		},
	};
};
