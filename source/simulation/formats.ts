const label = '[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?';
const octet = String.raw`(?:25[0-5]|2[0-4]\d|1?\d?\d)`;
const ipv4 = String.raw`${octet}(?:\.${octet}){3}`;
const ipv6 = String.raw`(?=[\da-fA-F]*:)[\da-fA-F:.]{2,39}`;
const prefix4 = String.raw`(?:3[0-2]|[12]?\d)`;
const prefix6 = String.raw`(?:12[0-8]|1[01]\d|\d{1,2})`;
const dnsName = String.raw`(?:${label}\.)*${label}`;
const cidr4 = `${ipv4}/${prefix4}`;
const cidr6 = `${ipv6}/${prefix6}`;

const look = (name: string) => () => `value does not look like a valid ${name}`;

const rows = {
	vmid: [String.raw`[1-9]\d{2,8}`, look('VM ID')],
	node: [label, look('node name')],
	'dns-name': [dnsName, look('DNS name')],
	configid: ['[a-zA-Z][a-zA-Z0-9_-]+', (value: string) => `invalid configuration ID '${value}'`],
	'storage-id': [String.raw`[a-zA-Z][a-zA-Z0-9\-_.]*[a-zA-Z0-9]`, (value: string) => `storage ID '${value}' contains illegal characters`],
	poolid: [String.raw`[A-Za-z0-9.\-_]+(?:/[A-Za-z0-9.\-_]+){0,2}`, (value: string) => `value '${value}' does not look like a valid pool name`],
	'bridge-id': [String.raw`[-_.\w]+`, (value: string) => `invalid bridge ID '${value}'`],
	urlencoded: ['[-%a-zA-Z0-9_.!~*\'()]*', (value: string) => `invalid urlencoded string: ${value}`],
	tag: [String.raw`[a-zA-Z0-9_][a-zA-Z0-9_\-+.]*`, (value: string) => `invalid characters in tag '${value}'`],
	address: [`(?:${ipv4}|${ipv6}|${dnsName})`, look('address')],
	ipv4: [ipv4, look('IPv4 address')],
	ipv6: [ipv6, look('IPv6 address')],
	cidr: [`(?:${cidr4}|${cidr6})`, look('CIDR network')],
	'ipv4-config': [`(?:dhcp|manual|${cidr4})`, look('IPv4 network configuration')],
	'ipv6-config': [`(?:auto|dhcp|manual|${cidr6})`, look('IPv6 network configuration')],
	'mac-addr': ['[a-fA-F0-9][02468aceACE](?::[a-fA-F0-9]{2}){5}', look('unicast MAC address')],
	'disk-size': [String.raw`\d+(?:\.\d+)?[KMGT]?`, look('disk size')],
	'volume-or-path': [String.raw`(?:none|cdrom|/\S+|[a-zA-Z][a-zA-Z0-9\-_.]*[a-zA-Z0-9]:\S+)`, (value: string) => `unable to parse volume ID '${value}'`],
	'task-status': ['(?:ok|error|warning|unknown)', (value: string) => `invalid status '${value}'`],
	content: ['(?:images|rootdir|vztmpl|iso|backup|snippets|none|import)', (value: string) => `invalid content type '${value}'`],
	'ip-or-alias': [String.raw`(?:${ipv4}(?:/${prefix4})?|${ipv6}(?:/${prefix6})?|(?:dc/|guest/)?[A-Za-z][A-Za-z0-9\-_]+)`, look('IP address or network')],
	'address-spec': [String.raw`(?:\+?(?:dc/|guest/)?[A-Za-z][\w\-/]*|[\da-fA-F:./,\s-]+)`, look('firewall address')],
	'port-spec': [String.raw`[\w\-]+(?:[:,][\w\-]+)*`, look('port specification')],
	'boot-order': [String.raw`(?:order=)?(?:[a-z]+\d*)?(?:;[a-z]+\d+)*`, (value: string) => `invalid boot order '${value}'`],
	startup: [String.raw`(?:\d+|(?:order|up|down)=\d+)(?:,(?:order|up|down)=\d+)*`, (value: string) => `unable to parse startup options '${value}'`],
	email: [String.raw`[^\s@]+(?:@[^\s@]+)?`, look('email address')],
} as const;

/** The name of a kind of value that the API's rules only name. */
export type Format = keyof typeof rows;

const compiled = new Map(Object.entries(rows).map(([name, [source, problem]]) => [name, {pattern: new RegExp(`^(?:${source})$`), problem}]));

/** Says what is wrong with a value, in the API's words, or nothing. */
export const formatProblem = (format: Format, value: string): string | undefined => {
	const {pattern, problem} = compiled.get(format)!;
	return pattern.test(value) ? undefined : problem(value);
};
