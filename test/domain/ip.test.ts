import {describe, expect, test} from 'vitest';
import {
	canonicalIp,
	formatIp,
	getIp,
	ipKey,
	ipOfKey,
	isInRange,
	networkOf,
	parseIp,
	unusableIn,
} from '../../source/domain/ip.js';

describe('an address has one text', () => {
	test.each([
		['192.0.2.1', '192.0.2.1'],
		['0.0.0.0', '0.0.0.0'],
		['255.255.255.255', '255.255.255.255'],
		['::', '::'],
		['::1', '::1'],
		['2001:DB8::A', '2001:db8::a'],
		['2001:0db8:0000:0000:0000:0000:0000:0001', '2001:db8::1'],
		['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
		['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
		['1:0:0:0:0:0:0:0', '1::'],
		['::ffff:192.0.2.128', '::ffff:c000:280'],
		['fe80::1:2:3:4:5:6', 'fe80:0:1:2:3:4:5:6'],
	])('%s is %s', (text, canonical) => {
		expect(formatIp(getIp(text))).toBe(canonical);
		expect(formatIp(getIp(canonical))).toBe(canonical);
	});

	test('a prefix length behind it does not belong to it', () => {
		expect(canonicalIp(' 2001:DB8::A/64 ')).toBe('2001:db8::a');
		expect(canonicalIp('192.0.2.1/24')).toBe('192.0.2.1');
		expect(canonicalIp('dhcp')).toBeUndefined();
	});

	test.each([
		'',
		' ',
		'192.0.2',
		'192.0.2.256',
		'192.0.2.01',
		'192.0.2.1.1',
		'1e1.0.0.1',
		':',
		':::',
		'1:2',
		'1::2::3',
		'1:2:3:4:5:6:7:8:9',
		'::1:2:3:4:5:6:7:8',
		'g::',
		'12345::',
		'::1.2.3',
		'fe80::1%eth0',
	])(
		'%j is none',
		text => {
			expect(parseIp(text)).toBeUndefined();
			expect(() => getIp(text)).toThrow('Not an IP address');
		},
	);
});

test('keys sort as the addresses do and lead back to them', () => {
	const texts = ['0.0.0.0', '9.255.255.255', '10.0.0.0', '192.0.2.1', '::', '::ffff', '2001:db8::', 'ffff::'];
	const keys = texts.map(text => ipKey(getIp(text)));
	expect(keys.toSorted()).toEqual(keys);
	expect(keys.map(key => formatIp(ipOfKey(key)))).toEqual(texts);
});

describe('of a network', () => {
	const textsOf = (text: string, prefix: number) => {
		const {first, last} = networkOf(getIp(text), prefix);
		return [formatIp(first), formatIp(last)];
	};

	test('the first and last address are known', () => {
		expect(textsOf('192.0.2.77', 26)).toEqual(['192.0.2.64', '192.0.2.127']);
		expect(textsOf('192.0.2.77', 32)).toEqual(['192.0.2.77', '192.0.2.77']);
		expect(textsOf('192.0.2.77', 0)).toEqual(['0.0.0.0', '255.255.255.255']);
		expect(textsOf('2001:db8::1', 64)).toEqual(['2001:db8::', '2001:db8::ffff:ffff:ffff:ffff']);
	});

	test('no host has the first or last address in IPv4, nor the first in IPv6, save in the smallest networks', () => {
		const unusable = (text: string, prefix: number) => unusableIn(getIp(text), prefix).map(ip => formatIp(ip));
		expect(unusable('192.0.2.77', 24)).toEqual(['192.0.2.0', '192.0.2.255']);
		expect(unusable('192.0.2.77', 30)).toEqual(['192.0.2.76', '192.0.2.79']);
		expect(unusable('192.0.2.77', 31)).toEqual([]);
		expect(unusable('192.0.2.77', 32)).toEqual([]);
		expect(unusable('2001:db8::5', 64)).toEqual(['2001:db8::']);
		expect(unusable('2001:db8::5', 127)).toEqual([]);
	});
});

test('an address lies in a range of its own family only', () => {
	const range = {first: getIp('::1'), last: getIp('::ffff:ffff')};
	expect(isInRange(getIp('::5'), range)).toBe(true);
	expect(isInRange(getIp('0.0.0.5'), range)).toBe(false);
	expect(isInRange(getIp('::'), range)).toBe(false);
	expect(isInRange(getIp('::1:0:0'), range)).toBe(false);
});
