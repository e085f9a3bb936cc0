import {type DnsState} from '../../source/domain/dns-record.js';
import {type Vm} from '../../source/domain/vm.js';
import {wantedRecords} from '../../source/domain/wanted-records.js';
import {type Store} from '../../source/store/store.js';
import {deploy, type Deployed} from './deployed.js';

export const zones = ['example.net', '113.0.203.in-addr.arpa'] as const;

const generic = '{ip}.pool.example.net';

/** A pool, and both zones on one server. */
export const namedConfig = (url = 'http://127.0.0.1:1'): string => `pools:
  - {name: fra1-v4, cluster: fra1, bridge: vmbr0, gateway: 203.0.113.1, prefix: 24, first: 203.0.113.10, last: 203.0.113.19, genericPtr: "${generic}"}
dns:
${zones.map(zone => `  - {zone: ${zone}, provider: powerdns, url: "${url}", apiKey: key-of-powerdns}\n`).join('')}`;

export type Named = Deployed & {
	/** Writes down what the VM is to have in DNS, as its deploy would. */
	readonly want: () => Promise<void>;
	/** What a go at one type of its records came to. */
	readonly settle: (type: string, state: DnsState, error?: string, attempt?: number) => Promise<void>;
	/** The VM's end, as its termination would leave it. */
	readonly remove: () => Promise<void>;
};

type End = {readonly type: string; readonly state: DnsState; readonly error: string | null; readonly attempt: number};

const settleAs = async (store: Store, {id: vmId}: Vm, {type, state, error, attempt}: End) => store.write(async ({dnsRecords}) => {
	const records = await dnsRecords.listFor(vmId);
	for (const {id, revision, values} of records.filter(record => record.type === type)) {
		await dnsRecords.settle(id, revision, {
			state, mine: values, error, attempt, nextAttemptAt: state === 'done' ? null : Date.now() + 240_500,
		}, Date.now());
	}
});

/** A shell beside a VM with the address 203.0.113.10. */
export const deployNamed = async (config = namedConfig(), own: Readonly<Record<string, unknown>> = {}): Promise<Named> => {
	const deployed = await deploy(config, own);
	const {store, vm, asked} = deployed;
	const {pools, dns} = asked.settings!;
	await store.write(async ({addresses}) => {
		await addresses.reserve(vm.id, pools[0]!, new Set(), Date.now());
	});
	return {
		...deployed,
		want: async () => store.write(async ({addresses, dnsRecords}) => {
			await dnsRecords.want(vm.id, wantedRecords({...vm, addresses: await addresses.listFor(vm.id)}, {dns, pools}), Date.now());
		}),
		settle: async (type, state, error, attempt = state === 'owed' ? 1 : 0) => settleAs(store, vm, {
			type, state, error: error ?? null, attempt,
		}),
		remove: async () => store.write(async ({vms, addresses, dnsRecords}) => {
			await dnsRecords.want(vm.id, [], Date.now());
			await addresses.release(vm.id, '203.0.113.10', Date.now(), 0);
			await vms.enter(await vms.get(vm.id), 'removed', Date.now());
		}),
	};
};
