import {order} from '../commands/shell.js';
import {site} from '../commands/installing.js';
import {hostileValues} from './hostile-words.js';
import {type Random} from './random.js';

/** Bodies with nothing wrong, by the verb that takes them. */
const goodBodies: Readonly<Record<string, string>> = {
	'vm create': order({
		reference: 'whmcs-77', hostname: 'web77.example.net', overrides: {}, node: 'pve1', user: 'root', password: null, sshKeys: [], backup: {mon: '02:30'}, mail: true, timezone: 'UTC',
	}),
	'vm change': JSON.stringify({package: 'kvm-l', overrides: {memoryMib: 2048}}),
	'vm import': JSON.stringify({client: {name: 'Ada', email: 'ada@example.org'}, package: 'kvm-s'}),
	'install add': site({reference: 'whmcs-977', url: 'domain'}),
};

const withBadField = (good: string, random: Random): string => {
	const body = JSON.parse(good) as Record<string, unknown>;
	const name = random.pick(Object.keys(body));
	return JSON.stringify({...body, [name]: random.pick(hostileValues)});
};

const spaces = ' '.repeat(10 * 1024 * 1024);
const manyKeys = `{${Array.from({length: 50_000}, (_, index) => `"key${index}":1`).join(',')}}`;
const million = `{${Array.from({length: 1_000_000}, (_, index) => `"${index}":1`).join(',')}}`;

/** Kinds of what is no body at all, or one with something wrong; whatever follows `good` is made of a good one. */
const kinds: ReadonlyArray<(good: string, random: Random) => string | Uint8Array> = [
	withBadField,
	withBadField,
	withBadField,
	(good, random) => good.slice(0, 1 + random.below(good.length - 1)),
	(good, random) => JSON.stringify({...JSON.parse(good), [`k${random.below(1000)}`]: 1}),
	good => `{"__proto__": {"isOwned": true}, ${good.slice(1)}`,
	good => `{"constructor": {"prototype": {"isOwned": true}}, ${good.slice(1)}`,
	good => `[${good}]`,
	good => `${good}${good}`,
	good => `${good.slice(0, -1)}, "package": "kvm-s", "package": "kvm-s"}`,
	good => Buffer.from(`${good.slice(0, -1)}, "note": "\u{E4}"}`, 'latin1'),
	good => Buffer.from(good, 'utf16le'),
	good => `${good}\0`,
	() => '',
	() => 'null',
	() => '"order"',
	() => '-1e999',
	() => '{'.repeat(50_000),
	() => '['.repeat(100_000) + ']'.repeat(100_000),
	() => `${'{"client":'.repeat(20_000)}1${'}'.repeat(20_000)}`,
	() => manyKeys,
	() => `{"${'k'.repeat(900_000)}": 1}`,
	() => spaces,
	() => million,
	() => Buffer.from(Array.from({length: 500}, (_, index) => (index * 167) % 256)),
];

/** What the verb must refuse to read. */
export const badBody = (verb: string, random: Random): string | Uint8Array => random.pick(kinds)(goodBodies[verb] ?? '{"reference": "x"}', random);
