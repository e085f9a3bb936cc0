import {expect, test} from 'vitest';
import {cluster, problemsOf, token} from './load.js';

const pool = (name: string, more: string) => `  - {name: ${name}, cluster: fra1, bridge: vmbr0, prefix: 24, gateway: 203.0.113.1, ${more}}\n`;

const fra1 = `clusters:\n${cluster('fra1')}`;

const cases: ReadonlyArray<readonly [what: string, text: string, problems: readonly string[]]> = [
	['an unknown section', 'timezone: UTC\ncluster: []\n', ['2: cluster: unknown key, did you mean clusters?']],
	['an unknown key of a cluster', `clusters:\n${cluster('fra1', '    call: 3\n')}`, ['7: clusters[0].call: unknown key, did you mean calls?']],
	['what is missing', 'clusters:\n  - name: fra1\n    urls: [https://a.example.net:8006]\n    vmids: [100, 200]\n', ['2: clusters[0].tokenId: is missing', '2: clusters[0].tokenSecret: is missing']],
	['a name that stands twice', `clusters:\n${cluster('fra1')}${cluster('fra1')}`, ['7: clusters[1].name: the name fra1 stands there twice']],
	['a key that stands twice', 'timezone: UTC\ntimezone: UTC\n', ['2: timezone: this key stands there twice']],
	['an http URL of a node', `clusters:\n${cluster('fra1').replace('https', 'http')}`, ['3: clusters[0].urls[0]: must be the https:// URL of a node, such as https://pve1.example.net:8006']],
	['VMIDs the wrong way round', `clusters:\n${cluster('fra1').replace('10000, 19999', '200, 100')}`, ['6: clusters[0].vmids: the first VMID, 200, comes after the last, 100']],
	[
		'a time-out that outlasts the lease',
		`scheduler: {lease: 30s}\nclusters:\n${cluster('fra1', '    timeout: 11s\n')}`,
		['8: clusters[0].timeout: must be at most a third of the lease (scheduler.lease is 30s)'],
	],
	['a bare number as a duration', 'shutdownTimeout: 90\n', ['1: shutdownTimeout: a bare number has no unit: write a number with its unit, such as 90s, 5m, 1h or 3d, at most 36500d']],
	['a time zone that does not exist', 'timezone: Europe/Berlim\n', ['1: timezone: is no time zone: write a name such as Europe/Berlin or UTC']],
	['a template on an unknown cluster', `${fra1}templates:\n  debian-12: [{cluster: fra2, vmid: 9000}]\n`, ['8: templates.debian-12[0].cluster: there is no cluster fra2: did you mean fra1?']],
	['a package with a word for a number', 'packages:\n  kvm-s:\n    cores: two\n', ['3: packages.kvm-s.cores: must be a number']],
	['a package with an unknown field', 'packages:\n  kvm-s: {memory: 1024}\n', ['2: packages.kvm-s.memory: unknown key, did you mean memoryMib?']],
	['backup days without backups', 'packages:\n  kvm-s: {backups: 0, backupDays: [mon]}\n', ['2: packages.kvm-s.backupDays: the package allows no backups: raise backups or leave backupDays out']],
	['an unknown weekday', 'packages:\n  kvm-s: {backups: 1, backupDays: [mo]}\n', ['2: packages.kvm-s.backupDays[0]: must be one of mon, tue, wed, thu, fri, sat, sun; did you mean mon?']],
	['a pool of an unknown cluster', `pools:\n${pool('a', 'first: 203.0.113.10, last: 203.0.113.20')}`, ['2: pools[0].cluster: there is no cluster fra1: `clusters` is empty']],
	[
		'pools that overlap',
		`${fra1}pools:\n${pool('a', 'first: 203.0.113.10, last: 203.0.113.20')}${pool('b', 'first: 203.0.113.20, last: 203.0.113.30')}`,
		['9: pools[1].first: overlaps with the pool a (203.0.113.10 to 203.0.113.20)'],
	],
	['a pool whose last comes first', `${fra1}pools:\n${pool('a', 'first: 203.0.113.30, last: 203.0.113.20')}`, ['8: pools[0].last: 203.0.113.20 comes before first, 203.0.113.30']],
	['a pool that leaves its network', `${fra1}pools:\n${pool('a', 'first: 203.0.113.10, last: 203.0.114.20')}`, ['8: pools[0].last: 203.0.114.20 lies outside the network of 203.0.113.10/24']],
	['a gateway of the other family', `${fra1}pools:\n${pool('a', 'first: "2001:db8::10", last: "2001:db8::20"')}`, ['8: pools[0].gateway: is IPv4, but first is IPv6']],
	['an unknown task', 'tasks:\n  proces_vms: {interval: 1m}\n', ['2: tasks.proces_vms: unknown task, did you mean process_vms?']],
	['both spellings of one task', 'tasks:\n  process_vms: {interval: 1m}\n  processVirtualMachines: {interval: 2m}\n', ['3: tasks.processVirtualMachines: the task process_vms stands there twice']],
	['a DNS zone of an unknown provider', 'dns:\n  - {zone: example.net, provider: bind}\n', ['2: dns[0].provider: must be one of powerdns, rfc2136, cloudflare']],
	['a mail section without a sender', 'mail: {smtp: "smtp://127.0.0.1:25"}\n', ['1: mail.from: is missing']],
	['operators who are to be written to without mail', 'timezone: UTC\nalerts:\n  mail: [ops@example.net]\n', ['3: alerts.mail: nobody would be written to: that needs a section `mail` with smtp and from']],
	[
		'a password in a URL that is shown',
		'installs:\n  panels:\n    web3:\n      kind: whm\n      url: https://root:hunter2@web3.example.net:2087\n      user: root\n      token: {env: HOME}\n      controlPanelUrl: https://ada@web3.example.net:2083\n',
		['5: installs.panels.web3.url: must have neither a user nor a password: nothing in a URL is kept secret', '8: installs.panels.web3.controlPanelUrl: must have neither a user nor a password: nothing in a URL is kept secret'],
	],
	['a panel without a command', 'installs:\n  panels:\n    web1: {kind: command}\n', ['3: installs.panels.web1.command: is missing']],
	['a window that is none', 'backups:\n  window: "1-5"\n', ['2: backups.window: must be two times of day such as "01:00-05:00"']],
	['a config that is a list', '- a\n', ['1: the config must be a map of keys']],
	['a secret in an unset variable', fra1.replace(token, '{env: FRA1_TOKEN}'), ['5: clusters[0].tokenSecret.env: the environment has no FRA1_TOKEN']],
	['a database on a server', 'database: postgres://anna:hunter2@db/cronsole\n', [': PostgreSQL is not in this version']],
];

test.each(cases)('%s is named with its line', async (_what, text, problems) => {
	const found = await problemsOf(text);
	if (problems[0]!.startsWith(':')) {
		expect(found.join('\n')).toContain(problems[0]!.slice(2));
		expect(found.join('\n')).not.toContain('hunter2');
	} else {
		expect(found).toEqual(problems);
	}
});

test('five mistakes are reported at once, in the order of their lines', async () => {
	const found = await problemsOf(`timezone: Nowhere
clusters:
${cluster('fra1', '    observed: true\n')}templates:
  debian-12: [{cluster: ams1, vmid: 9000}]
shutdownTimeout: 5 minutes
retentoin: {}
`);
	expect(found.map(problem => problem.split(': ').slice(0, 2).join(': '))).toEqual([
		'1: timezone', '8: clusters[0].observed', '10: templates.debian-12[0].cluster', '11: shutdownTimeout', '12: retentoin',
	]);
});

test('broken YAML is one problem with its line', async () => {
	const found = await problemsOf('timezone: UTC\nclusters: [a\npools: {}\n');
	expect(found.length).toBeGreaterThan(0);
	expect(found[0]).toMatch(/^[234]: /);
});

test('a file that others can read is refused only if it holds a secret', async () => {
	const text = `clusters:\n${cluster('fra1')}`;
	await expect(problemsOf(text, {mode: 0o644})).resolves.toEqual([expect.stringContaining('1: it holds a secret and can be read by others: chmod 600 ')]);
	await expect(problemsOf(text, {mode: 0o640})).resolves.toEqual([]);
	await expect(problemsOf(text.replace(token, '{env: T}'), {mode: 0o644, env: {T: 'x'}})).resolves.toEqual([]);
	await expect(problemsOf('mail: {smtp: "smtp://127.0.0.1:25", from: ops@example.net}\n', {mode: 0o644})).resolves.toEqual([]);
	await expect(problemsOf('mail: {smtp: "smtp://u:p@127.0.0.1:25", from: ops@example.net}\n', {mode: 0o644})).resolves.toHaveLength(1);
});
