import {createServer} from 'node:http';
import {type AddressInfo} from 'node:net';
import process from 'node:process';
import {SMTPServer} from 'smtp-server';
import {startNameServer} from '../../source/simulation/name-server.js';
import {startProxmoxServer, type ProxmoxServer} from '../../source/simulation/proxmox-server.js';
import {createVm, startVm} from '../../source/simulation/vms.js';
import {type Order, type OutsideFacts} from './fleet-outside.js';
import {replaceWords, type Words} from './fleet-words.js';

// What the daemon of a fleet speaks to, in a process of its own: what it takes is not the daemon's.

const dayMs = 86_400_000;
let now = Number(process.argv[2]);
const clock = {now: () => now};

const listen = async (server: {readonly listen: (port: number, host: string, heard: () => void) => unknown}): Promise<void> => new Promise(resolve => {
	server.listen(0, '127.0.0.1', resolve);
});

const clusters = new Map<string, ProxmoxServer>();
for (const [index, name] of ['fra1', 'fra2'].entries()) {
	// The newer one answers with a day of samples where the older one answers with an hour.
	clusters.set(name, await startProxmoxServer({
		seed: index + 1, pve: index === 0 ? '9.2' : '8.4', waits: false, clock,
	}));
}

const names = await startNameServer({zones: ['example.net', '10.in-addr.arpa'], apiKey: 'fleet', clock});
const mail = new SMTPServer({
	authOptional: true, hideSTARTTLS: true, disableReverseLookup: true, logger: false,
	onData(stream, _, done) {
		stream.resume().on('end', done);
	},
});
await listen(mail);
const sites = createServer((_, response) => {
	response.writeHead(200, {'content-type': 'text/html'}).end('<!doctype html><title>My site</title>');
});
await listen(sites);

const copyWith = <T>(value: T, words: Words): T => JSON.parse(replaceWords(JSON.stringify(value), words)) as T;

/** VMs like one that is there already, which have run for days. */
const copy = ({cluster: name, from, guests}: Extract<Order, {readonly kind: 'copy'}>) => {
	const {cluster} = clusters.get(name)!;
	const past = {...cluster, now: now - (3 * dayMs)};
	const model = cluster.vms.get(from)!;
	for (const {vmid, node, replaced} of guests) {
		const vm = createVm(past, vmid, node, copyWith(model.config, replaced));
		vm.firewall = copyWith(model.firewall, replaced);
		startVm(past, vm);
		cluster.vms.set(vmid, vm);
	}
};

const obey = (order: Order) => {
	if (order.kind === 'copy') {
		copy(order);
		return;
	}

	now = order.now;
	for (const {cluster} of clusters.values()) {
		cluster.advance(now);
	}
};

process.on('message', (order: Order) => {
	obey(order);
	process.send!({isBusy: clusters.values().some(({cluster}) => cluster.tasks.running().length > 0)});
});
process.on('disconnect', () => {
	process.exit();
});

const facts: OutsideFacts = {
	clusters: [...clusters].map(([name, {url, tokenId, tokenSecret, fingerprint, nodes}]) => ({
		name, url, tokenId, tokenSecret, fingerprint, nodes,
	})),
	names: {url: names.url, apiKey: names.apiKey}, mailPort: (mail.server.address() as AddressInfo).port, sitePort: (sites.address() as AddressInfo).port,
};
process.send!(facts);
