import {expect, test} from 'vitest';
import {wantedRecords, type DnsConfig, type NamedVm} from '../../source/domain/wanted-records.js';

const reverse = '113.0.203.in-addr.arpa';
const nibbles = '8.b.d.0.1.0.0.2.ip6.arpa';

const config = (own: Partial<DnsConfig> = {}): DnsConfig => ({
	dns: [
		{zone: 'example.net', nameServer: 'powerdns'},
		{zone: reverse, nameServer: 'powerdns'},
		{zone: nibbles, nameServer: 'rfc2136'},
	],
	pools: [
		{name: 'v4', cluster: 'fra1', genericPtr: '{ip}.static.example.net'},
		{name: 'v4', cluster: 'ams1', genericPtr: '{ip}.ams.example.net'},
		{name: 'v6', cluster: 'fra1', genericPtr: null},
	],
	...own,
});

const address = (text: string, ptr: string | null = null): NamedVm['addresses'][number] => {
	const family = text.includes(':') ? 6 : 4;
	return {
		family, address: text, pool: `v${family}`, ptr,
	};
};

/** With these addresses. */
const vm = (...texts: readonly string[]): NamedVm => ({hostname: 'Web1.example.net', cluster: 'fra1', addresses: texts.map(text => address(text))});

const lines = (given: NamedVm, own?: Partial<DnsConfig>): readonly string[] =>
	wantedRecords(given, config(own)).map(({zone, nameServer, name, type, values, generic}) => `${zone}/${nameServer} ${name} ${type} ${values.join(',')}${generic === null ? '' : ` (${generic})`}`);

test('a hostname has all of the VM\'s addresses, and each address has the hostname', () => {
	expect(lines(vm('203.0.113.10', '203.0.113.11', '2001:db8::1'))).toEqual([
		'example.net/powerdns web1.example.net A 203.0.113.10,203.0.113.11',
		'example.net/powerdns web1.example.net AAAA 2001:db8::1',
		`${reverse}/powerdns 10.${reverse} PTR web1.example.net (203-0-113-10.static.example.net)`,
		`${reverse}/powerdns 11.${reverse} PTR web1.example.net (203-0-113-11.static.example.net)`,
		`${nibbles}/rfc2136 1.${'0.'.repeat(23)}${nibbles} PTR web1.example.net`,
	]);
});

test('every provider that has the zone gets them', () => {
	expect(lines(vm('203.0.113.10'), {
		dns: [{zone: 'example.net', nameServer: 'powerdns'}, {zone: 'net', nameServer: 'powerdns'}, {zone: 'example.net', nameServer: 'cloudflare'}],
	})).toEqual([
		'example.net/powerdns web1.example.net A 203.0.113.10', 'example.net/cloudflare web1.example.net A 203.0.113.10',
	]);
});

test('an address that a person named has that name, and the hostname keeps the address', () => {
	expect(lines({...vm(), addresses: [address('203.0.113.10', 'Mail.Example.org')]})).toEqual([
		'example.net/powerdns web1.example.net A 203.0.113.10',
		`${reverse}/powerdns 10.${reverse} PTR mail.example.org (203-0-113-10.static.example.net)`,
	]);
});

test('in a delegated part of a /24 the name lies below the part', () => {
	expect(lines(vm('203.0.113.10'), {dns: [{zone: `0/25.${reverse}`, nameServer: 'rfc2136'}]}))
		.toEqual([`0/25.${reverse}/rfc2136 10.0/25.${reverse} PTR web1.example.net (203-0-113-10.static.example.net)`]);
});

test('the pool of the VM\'s own cluster says the generic name', () => {
	expect(lines({...vm('203.0.113.10'), cluster: 'ams1'}).at(-1)).toContain('(203-0-113-10.ams.example.net)');
	expect(lines({...vm('203.0.113.10'), cluster: 'par1'}).at(-1)).not.toContain('(');
});

test('without addresses, or without a zone, nothing is wanted', () => {
	expect(lines(vm())).toEqual([]);
	expect(lines({...vm('203.0.113.10'), hostname: 'web1.evil-example.net'}, {dns: [{zone: 'example.net', nameServer: 'powerdns'}]})).toEqual([]);
	expect(lines(vm('203.0.113.10'), {dns: []})).toEqual([]);
});
