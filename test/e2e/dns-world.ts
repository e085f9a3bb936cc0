import {promises as dns} from 'node:dns';
import fs from 'node:fs';
import {openApp} from '../../source/app.js';
import {loadSettings} from '../../source/config.js';
import {hasBind, startBind, type Bind} from '../support/bind.js';
import {hasPdns, startPdns, type Pdns} from '../support/pdns.js';
import {
	createInstallation,
	order,
	until,
	type Finished,
	type Installation,
	type Running,
} from '../support/program.js';

/** Both name servers; asked one after the other, so that each says whether it is missing. */
export const hasNameServers = [hasPdns(), hasBind()].every(Boolean);

const reverseZones = ['9.10.in-addr.arpa', '8.b.d.0.1.0.0.2.ip6.arpa'] as const;

/** What the world is told of a VM's names. */
export type Names = {readonly A: readonly string[]; readonly AAAA: readonly string[]; readonly ptr: Readonly<Record<string, readonly string[]>>};

/** An installation whose names are kept by real servers: example.net by PowerDNS' API, example.org by updates to it, the names of addresses by BIND. */
export type World = Installation & {
	readonly pdns: Pdns;
	readonly bind: Bind;
	/** What the programs said so far, on either channel. */
	readonly said: () => string;
	/** Fails where the command did, and where it said anything on standard error. */
	readonly done: (words: readonly string[], input?: string) => Promise<string>;
	/** Orders a VM with a command that waits until it is there. */
	readonly deploy: (index: number | string) => Promise<any>;
	/** Orders VMs at once and waits until all are there; in this process, as so many starts of a program would measure those. */
	readonly deployAll: (orders: ReadonlyArray<Readonly<Record<string, unknown>> & {readonly index: number | string}>) => Promise<readonly any[]>;
	/** All that are not removed, in the order of these references. */
	readonly ready: (references: readonly string[]) => Promise<readonly any[]>;
	readonly show: (reference: string) => Promise<any>;
	/** What is owed, of everybody. */
	readonly debts: () => Promise<readonly any[]>;
	/** What a hostname and addresses are answered with, by real queries. */
	readonly ask: (hostname: string, addresses: readonly string[]) => Promise<Names>;
	/** All that stands in a zone of PowerDNS but SOA and NS: `name type value`. */
	readonly dump: (zone: string) => Promise<readonly string[]>;
	/** Somebody else's doing at PowerDNS. */
	readonly erase: (zone: string, name: string, type: string) => Promise<void>;
};

/** With an address of each family. */
export const orderBoth = (index: number | string, rest: Readonly<Record<string, unknown>> = {}): string =>
	order(0, {
		reference: `order-${index}`, hostname: `vm${index}.example.net`, overrides: {ipv4: 1, ipv6: 1}, ...rest,
	});

export const addressesOf = ({addresses}: any): readonly string[] => addresses.map((one: any) => one.address);

/** What a VM is to be answered with whose addresses have no other names; `names` are those that do. */
export const namesOf = ({hostname, addresses}: any, names: Readonly<Record<string, string>> = {}): Names => {
	const of = (family: number): readonly string[] => addresses.filter((one: any) => one.family === family).map((one: any) => one.address).toSorted();
	return {A: of(4), AAAA: of(6), ptr: Object.fromEntries(addresses.map(({address}: any) => [address, [names[address] ?? hostname]]))};
};

/** What an address of the pools is called while nobody has it. */
export const genericOf = (address: string): string => {
	const digits = address.includes(':') ? `2001-0db8-0009-0000-0000-0000-0000-${address.split(':').at(-1)!.padStart(4, '0')}` : address.replaceAll('.', '-');
	return `${digits}.static.example.net`;
};

/** What is answered when a VM with these addresses is gone. */
export const goneOf = (addresses: readonly string[]): Names => ({A: [], AAAA: [], ptr: Object.fromEntries(addresses.map(address => [address, [genericOf(address)]]))});

/** Names that a name server has for an address. */
export const reverse = async (server: string, address: string): Promise<readonly string[]> => {
	const resolver = new dns.Resolver({timeout: 1000, tries: 3});
	resolver.setServers([server]);
	try {
		return await resolver.reverse(address);
	} catch (error) {
		if (['ENOTFOUND', 'ENODATA'].includes((error as NodeJS.ErrnoException).code ?? '')) {
			return [];
		}

		throw error;
	}
};

const pools = [
	'  - {name: fra1-v4, cluster: fra1, bridge: vmbr0, vlan: 7, gateway: 10.9.0.1, prefix: 16, first: 10.9.1.1, last: 10.9.1.250, genericPtr: "{ip}.static.example.net"}',
	'  - {name: fra1-v6, cluster: fra1, bridge: vmbr0, vlan: 7, gateway: "2001:db8:9::1", prefix: 64, first: "2001:db8:9::10", last: "2001:db8:9::ff", genericPtr: "{ip}.static.example.net"}',
].join('\n');

type Servers = {readonly pdns: Pdns; readonly bind: Bind};

/** Where the zones are reached, if not at the servers themselves. */
export type Ways = {readonly url: string; readonly server: string};

const zonesOf = ({pdns, bind}: Servers, {url, server}: Ways): string => `
dns:
  - {zone: example.net, provider: powerdns, url: "${url}", apiKey: "${pdns.apiKey}", reserved: [www, "@"]}
  - {zone: example.org, provider: rfc2136, server: "${pdns.server}", keyName: ${pdns.keyName}, algorithm: ${pdns.algorithm}, keySecret: "${pdns.keySecret}"}
${reverseZones.map(zone => `  - {zone: ${zone}, provider: rfc2136, server: "${server}", keyName: ${bind.key.name}, algorithm: ${bind.key.algorithm}, keySecret: "${bind.key.secret}"}`).join('\n')}
`;

const writeConfig = ({config}: Installation, servers: Servers, ways: Ways): void => {
	const text = fs.readFileSync(config, 'utf8').replace(/^ {2}- \{name: fra1-v4.*$/m, () => pools);
	fs.writeFileSync(config, text + zonesOf(servers, ways));
};

const watch = (here: Installation): Pick<World, 'run' | 'daemon' | 'said'> => {
	const ends: Finished[] = [];
	const daemons: Running[] = [];
	return {
		async run(args, input) {
			const end = await here.run(args, input);
			ends.push(end);
			return end;
		},
		daemon(args) {
			const daemon = here.daemon(args);
			daemons.push(daemon);
			return daemon;
		},
		said: () => [...ends.flatMap(({out, err}) => [out, err]), ...daemons.flatMap(({lines, errors}) => [...lines, ...errors])].join('\n'),
	};
};

const looksAt = ({pdns, bind}: Servers): Pick<World, 'ask' | 'dump' | 'erase'> => ({
	async ask(hostname, addresses) {
		const [a, aaaa, ...names] = await Promise.all([pdns.see(hostname, 'A'), pdns.see(hostname, 'AAAA'), ...addresses.map(async address => reverse(bind.server, address))]);
		return {A: a.toSorted(), AAAA: aaaa.toSorted(), ptr: Object.fromEntries(addresses.map((address, index) => [address, names[index]!]))};
	},
	async dump(zone) {
		const answer = await pdns.api('GET', `/zones/${zone}.`);
		const {rrsets} = await answer.json() as any;
		return rrsets.filter(({type}: any) => type !== 'SOA' && type !== 'NS')
			.flatMap(({name, type, records}: any) => records.map(({content}: any) => `${name.slice(0, -1)} ${type} ${content}`)).toSorted();
	},
	async erase(zone, name, type) {
		const {ok} = await pdns.api('PATCH', `/zones/${zone}.`, {rrsets: [{name: `${name}.`, type, changetype: 'DELETE'}]});
		if (!ok) {
			throw new Error(`${name} ${type} was not erased`);
		}
	},
});

/** Starts the servers and an installation; `by` may put something between the two. */
export const createWorld = async (speed: number, by = async ({pdns, bind}: Servers): Promise<Ways> => ({url: pdns.url, server: bind.server})): Promise<World> => {
	const [pdns, bind] = await Promise.all([startPdns(['example.net', 'example.org']), startBind(reverseZones)]);
	const servers = {pdns, bind};
	const here = await createInstallation({simulator: ['--speed', String(speed)], cluster: ['clonesPerStorage: 10', 'destroysPerHour: 100']});
	writeConfig(here, servers, await by(servers));
	const watched = watch(here);
	const json: World['json'] = async (args, input) => JSON.parse((await watched.run([...args, '--json'], input)).out);
	const show = async (reference: string): Promise<any> => json(['vm', 'show', reference]);
	const done = async (words: readonly string[], input?: string): Promise<string> => {
		const {code, out, err} = await watched.run(words, input);
		if (code !== 0 || err !== '') {
			throw new Error(`${words.join(' ')}: ${code} ${err} ${out}`);
		}

		return out;
	};

	const ready: World['ready'] = async references => until('all are ready', async () => {
		const {vms} = await json(['vm', 'list']);
		const wanted = references.map(reference => vms.find((vm: any) => vm.reference === reference));
		return wanted.every(vm => vm?.status === 'ready' && vm.operation === null) && wanted;
	}, 180_000, 300);

	return {
		...here, ...watched, ...servers, ...looksAt(servers), json, show, done,
		async deploy(index) {
			await done(['vm', 'create', '--wait=180s'], orderBoth(index));
			return show(`order-${index}`);
		},
		async deployAll(orders) {
			const app = await openApp({settings: await loadSettings({file: here.config, env: {}}), actor: {name: 'tester', address: null}, isReadOnly: false});
			await Promise.all(orders.map(async ({index, ...rest}) => app.intents.createVm(JSON.parse(orderBoth(index, rest)))));
			await app.close();
			return ready(orders.map(({index}) => `order-${index}`));
		},
		ready,
		async debts() {
			const {debts} = await json(['dns', 'debts']);
			return debts;
		},
		async remove() {
			await here.remove();
			await Promise.all([pdns.close(), bind.close()]);
		},
	};
};

/** Starts a daemon and waits until it leads. */
export const lead = async ({daemon}: World): Promise<Running> => {
	const running = daemon();
	await until('the daemon leads', () => running.lines.some(line => line.includes('"leading"')));
	return running;
};

/** Waits until nothing is owed; the claim of somebody who was killed lasts 15 s, and a debt is tried at least every few seconds at first. */
export const settled = async ({debts}: World, withinMs = 180_000): Promise<void> => {
	let last: readonly any[] = [];
	try {
		await until('nothing is owed', async () => {
			last = await debts();
			return last.length === 0;
		}, withinMs, 300);
	} catch (error) {
		throw new Error(`${(error as Error).message}: ${JSON.stringify(last)}`, {cause: error});
	}
};
