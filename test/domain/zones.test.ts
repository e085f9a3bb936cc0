import {describe, expect, test} from 'vitest';
import {type ZonePlace} from '../../source/domain/dns-record.js';
import {
	findPointer,
	findZones,
	genericName,
	pointerName,
} from '../../source/domain/zones.js';

const zones = (...names: readonly string[]): readonly ZonePlace[] => names.map(text => {
	const [zone = '', nameServer = 'powerdns'] = text.split(' on ', 2);
	return {zone, nameServer};
});

const named = (places: readonly ZonePlace[]): readonly string[] => places.map(({zone, nameServer}) => `${zone} on ${nameServer}`);

describe('the zone of a name', () => {
	test.each([
		['the zone around it', 'web1.example.net', ['example.net'], ['example.net on powerdns']],
		['the zone itself', 'example.net', ['example.net'], ['example.net on powerdns']],
		['never one that only ends alike', 'evil-example.net', ['example.net'], []],
		['never one below it', 'example.net', ['web1.example.net'], []],
		['never one that is a part of its label', 'web1.example.net', ['b1.example.net', 'xample.net'], []],
		['the longest', 'web1.eu.example.net', ['net', 'eu.example.net', 'example.net'], ['eu.example.net on powerdns']],
		['the longest, also where a shorter one is kept by more', 'web1.eu.example.net', ['example.net', 'net on cloudflare', 'eu.example.net on rfc2136'], ['eu.example.net on rfc2136']],
		['every provider that has it',
			'web1.example.net',
			['example.net', 'net', 'example.net on cloudflare', 'example.net on powerdns-2'],
			['example.net on powerdns', 'example.net on cloudflare', 'example.net on powerdns-2']],
		['none', 'web1.example.org', ['example.net'], []],
		['none where the config has none', 'web1.example.net', [], []],
	])('%s', (_, name, all, found) => {
		const places = findZones(zones(...all), name);
		expect(named(places)).toEqual(found);
	});
});

describe('the name of an address', () => {
	test.each([
		['203.0.113.10', '10.113.0.203.in-addr.arpa'],
		['2001:db8::1', '1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa'],
		['fe80:1:2:3:4:5:6:789a', 'a.9.8.7.6.0.0.0.5.0.0.0.4.0.0.0.3.0.0.0.2.0.0.0.1.0.0.0.0.8.e.f.ip6.arpa'],
	])('%s is looked up as %s', (address, name) => {
		expect(pointerName(address)).toBe(name);
	});

	test('is kept in the zone of its octets or nibbles, wherever that is cut', () => {
		expect(findPointer(zones('113.0.203.in-addr.arpa', '203.in-addr.arpa', '13.0.203.in-addr.arpa'), '203.0.113.10'))
			.toEqual({name: '10.113.0.203.in-addr.arpa', places: zones('113.0.203.in-addr.arpa')});
		expect(findPointer(zones('0.8.b.d.0.1.0.0.2.ip6.arpa', '8.b.d.0.1.0.0.2.ip6.arpa', '1.8.b.d.0.1.0.0.2.ip6.arpa'), '2001:db8::1').places)
			.toEqual(zones('0.8.b.d.0.1.0.0.2.ip6.arpa'));
		expect(findPointer(zones('example.net'), '203.0.113.10').places).toEqual([]);
	});
});

describe('a delegated part of a /24', () => {
	const parent = '113.0.203.in-addr.arpa';

	test.each([
		['0/25', 0, 127],
		['128/25', 128, 255],
		['0-127', 0, 127],
		['0-25', 0, 127],
		['128-25', 128, 255],
		['64/26', 64, 127],
		['64-127', 64, 127],
		['16-28', 16, 31],
		['0-31', 0, 31],
		['28-29', 28, 29],
		['7/32', 7, 7],
		['0/24', 0, 255],
		['0-255', 0, 255],
		['10-20', 10, 20],
		['0-100', 0, 100],
	])('%s has the addresses from .%i to .%i', (label, first, last) => {
		const part = `${label}.${parent}`;
		const isIn = (octet: number): boolean => {
			const {name, places} = findPointer(zones(parent, part), `203.0.113.${octet}`);
			const expected = places[0]!.zone === part ? `${octet}.${part}` : `${octet}.${parent}`;
			expect(name).toBe(expected);
			return places[0]!.zone === part;
		};

		const octets = Array.from({length: 256}, (_, octet) => octet).filter(octet => isIn(octet));
		expect([octets[0], octets.at(-1), octets.length]).toEqual([first, last, last - first + 1]);
	});

	test.each(['0/33', '3/25', '0/8', '200-100', '1-300', 'a-b', '0-25-3', '-127', '25', 'x.0/25'])('%s is none', label => {
		expect(findPointer(zones(`${label}.${parent}`), '203.0.113.3').places).toEqual([]);
	});

	test('of another /24 is not meant', () => {
		expect(findPointer(zones('0/25.114.0.203.in-addr.arpa', '0/25.0.203.in-addr.arpa'), '203.0.113.3').places).toEqual([]);
	});

	test('is written wherever it is kept; the smallest goes before what is around it', () => {
		const all = zones(parent, `0/25.${parent}`, `0-15.${parent}`, `0-15.${parent} on rfc2136`);
		expect(named(findPointer(all, '203.0.113.3').places)).toEqual([`0-15.${parent} on powerdns`, `0-15.${parent} on rfc2136`]);
		expect(findPointer(all, '203.0.113.16').name).toBe(`16.0/25.${parent}`);
		expect(findPointer(all, '203.0.113.200').name).toBe(`200.${parent}`);
	});
});

test.each([
	['{ip}.static.example.net', '203.0.113.10', '203-0-113-10.static.example.net'],
	['Host-{ip}.Example.NET.', '203.0.113.10', 'host-203-0-113-10.example.net'],
	['{ip}.v6.example.net', '2001:db8::1', '2001-0db8-0000-0000-0000-0000-0000-0001.v6.example.net'],
])('a generic name: %s of %s is %s', (pattern, address, name) => {
	expect(genericName(pattern, address)).toBe(name);
});
