/** What the simulator prints when it is ready. */
export type SimulatorLine = {
	readonly url: string;
	readonly tokenId: string;
	readonly tokenSecret: string;
	readonly fingerprint: string;
	readonly nameServer: {readonly url: string; readonly apiKey: string};
};

// Cronsole's own placeholder, not one of this template.
const genericPtr = '{ip}.static.example.net';

/** The demo's config: one simulated cluster, two packages, a pool, a simulated name server. */
export const demoConfig = (folder: string, {url, tokenId, tokenSecret, fingerprint, nameServer}: SimulatorLine): string => `# The demo's own installation; it goes when the demo ends.
database: ${folder}/state/cronsole.db
clusters:
  - name: demo1
    urls: ["${url}"]
    tokenId: "${tokenId}"
    tokenSecret: "${tokenSecret}"
    fingerprints: ["${fingerprint}"]
    vmids: [10000, 19999]
templates:
  debian-12: [{cluster: demo1, vmid: 9000, clone: full, storage: local-lvm}]
packages:
  kvm-s: {cores: 1, memoryMib: 1024, diskGib: 10, networkMbps: 100, ipv4: 1, firewall: {enable: true, ipfilter: true}}
  kvm-m: {cores: 2, memoryMib: 4096, diskGib: 40, networkMbps: 400, ipv4: 1, additionalDiskGib: 20}
pools:
  - {name: demo1-v4, cluster: demo1, bridge: vmbr0, vlan: 0, gateway: 203.0.113.1, prefix: 24, first: 203.0.113.10, last: 203.0.113.99, resolvers: [203.0.113.2], genericPtr: "${genericPtr}"}
dns:
  - {zone: example.net, provider: powerdns, url: "${nameServer.url}", apiKey: "${nameServer.apiKey}", reserved: [www]}
  - {zone: 113.0.203.in-addr.arpa, provider: powerdns, url: "${nameServer.url}", apiKey: "${nameServer.apiKey}"}
installs:
  panels:
    # A panel in trouble, so that one sees what becomes of its installs.
    web1: {kind: command, command: [/bin/sh, -c, "cat > /dev/null; echo 'the database refused the connection' >&2; exit 75"]}
`;

/** The order with that number, the first being 1: names, sizes and clients vary with it. */
export const demoOrder = (index: number): Readonly<Record<string, unknown>> => {
	const names = ['web', 'db', 'mail', 'shop', 'build', 'cache', 'git', 'vpn'];
	return {
		reference: `demo-${index}`,
		hostname: `${names[(index - 1) % names.length]}${Math.ceil(index / names.length)}.example.net`,
		cluster: 'demo1',
		template: 'debian-12',
		package: index % 3 === 0 ? 'kvm-m' : 'kvm-s',
		client: {name: 'Ada', email: 'ada@example.org'},
	};
};

/** The installs that stand in the demo's queue, with what became of them. */
export const demoInstalls = [
	{
		domain: 'shop.example.org', state: 'failed', cause: 'the database refused the connection', attempt: 3,
	},
	{
		domain: 'blog.example.com', state: 'pending', cause: null, attempt: 0,
	},
	{
		domain: 'docs.example.com', state: 'pending', cause: null, attempt: 0,
	},
] as const;
