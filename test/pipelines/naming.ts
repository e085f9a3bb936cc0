import {onTestFinished} from 'vitest';
import {type Dns} from '../../source/clients/dns/dns.js';
import {type DnsRecord} from '../../source/domain/dns-record.js';
import {type DnsSettings, type Settings} from '../../source/domain/settings.js';
import {type Vm} from '../../source/domain/vm.js';
import {startNameServer, type SimulatedNameServer} from '../../source/simulation/name-server.js';
import {type FencedStore} from '../../source/store/store.js';
import {pool} from './settings.js';
import {createWorld, type World} from './world.js';

export const reverse = '113.0.203.in-addr.arpa';
export const nibbles = '8.b.d.0.1.0.0.2.ip6.arpa';

/** `10.113.0.203.in-addr.arpa`. */
export const pointer = (octet: number): string => `${octet}.${reverse}`;

export const pools = [
	pool({first: '203.0.113.10', last: '203.0.113.13', genericPtr: '{ip}.static.example.net'}),
	pool({
		name: 'fra1-v6', family: 6, gateway: '2001:db8::1', prefix: 64, first: '2001:db8::10', last: '2001:db8::1f', resolvers: [],
	}),
];

/** One that goes away with the test. */
const startServer = async (zones: readonly string[]): Promise<SimulatedNameServer> => {
	const server = await startNameServer({zones, apiKey: 'key'});
	onTestFinished(async () => server.close());
	return server;
};

const rowsOf = (server: SimulatedNameServer, zones: readonly string[], nameServer: string): readonly DnsSettings[] => zones.map(zone => ({
	zone, nameServer, provider: 'powerdns', url: server.url, apiKey: {reveal: () => server.apiKey}, serverId: 'localhost', reserved: [],
}));

export type NamedWorld = World & {
	/** All three zones. */
	readonly first: SimulatedNameServer;
	/** `example.net` too. */
	readonly second: SimulatedNameServer;
};

/** A world with two name servers. */
export const createNamedWorld = async (own: Partial<Settings> = {}): Promise<NamedWorld> => {
	const all = ['example.net', reverse, nibbles];
	const [first, second] = [await startServer(all), await startServer(['example.net'])];
	const world = await createWorld({pools, dns: [...rowsOf(first, all, 'powerdns'), ...rowsOf(second, ['example.net'], 'powerdns-2')], ...own});
	return Object.assign(world, {first, second});
};

/** The VM's records, `web1.example.net A on powerdns done`. */
export const recordsOf = async ({store}: World, {id}: Pick<Vm, 'id'>): Promise<readonly string[]> => {
	const records = await store.read.dnsRecords.listFor(id);
	return records.map(({name, type, nameServer, state}) => `${name} ${type} on ${nameServer} ${state}`);
};

/** What the log tells people of DNS. */
export const toldOfDns = async ({store}: World): Promise<readonly string[]> => {
	const rows = await store.read.activity.list({limit: 100});
	return rows.filter(({message}) => message.startsWith('DNS: ')).map(({level, subject, message}) => `${level} ${subject} ${message}`);
};

/** The same name servers; each change is told, before it is sent, as `PTR 10.113.0.203.in-addr.arpa → web1.example.net`. */
export const watched = (dns: Dns, changes: string[]): Dns => ({
	find(place) {
		const server = dns.find(place);
		return server && {
			...server,
			async replace(change) {
				changes.push(`${change.type} ${change.name} → ${change.to.join(' ')}`);
				await server.replace(change);
			},
		};
	},
});

/** What is wanted of one name, and the row of it. */
export const wantOne = async (store: FencedStore, vm: Pick<Vm, 'id'>, values: readonly string[], now: number): Promise<DnsRecord> => {
	await store.write(async ({dnsRecords}) => dnsRecords.want(vm.id, values.length === 0
		? []
		: [{
			zone: 'example.net', nameServer: 'powerdns', name: 'vm1.example.net', type: 'A', values, generic: null,
		}], now));
	const [record] = await store.read.dnsRecords.listFor(vm.id);
	return record!;
};
