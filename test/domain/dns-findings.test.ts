import {describe, expect, test} from 'vitest';
import {findDnsFindings, type OwedRecord} from '../../source/domain/dns-findings.js';
import {type DnsSettings} from '../../source/domain/settings.js';

const now = 1_000_000_000;
const minute = 60_000;

const zone = (name: string, own: {readonly nameServer?: string; readonly url?: string} = {}): DnsSettings => ({
	zone: name, nameServer: 'powerdns', provider: 'powerdns', url: 'http://127.0.0.1:8081', apiKey: {reveal: () => 'secret'}, serverId: 'localhost', reserved: [], ...own,
});

const zones = [zone('example.net'), zone('113.0.203.in-addr.arpa'), zone('example.net', {nameServer: 'powerdns-2', url: 'http://127.0.0.1:8082'}), zone('example.org', {url: 'http://127.0.0.1:8082'})];

const owed = (own: Partial<OwedRecord> = {}): OwedRecord => ({
	zone: 'example.net', nameServer: 'powerdns', name: 'web1.example.net', type: 'A', vmId: 101, isGivenUp: false, hostname: 'web1.example.net', state: 'owed', error: 'connection refused', since: now - (2 * minute), ...own,
});

const foreign = (vmId: number, own: Partial<OwedRecord> = {}): OwedRecord => owed({
	vmId, name: `web${vmId}.example.net`, hostname: `web${vmId}.example.net`, state: 'foreign', error: `198.51.100.${vmId - 100} stands there, which cronsole did not make`, since: now, ...own,
});

const vms = (count: number) => Array.from({length: count}, (_, index) => 101 + index);
const find = (debts: readonly OwedRecord[]) => findDnsFindings(debts, zones, now);

describe('a name server that keeps records from being written is', () => {
	test('no incident for a minute, and then one with all that is owed there', () => {
		const fresh = [owed({since: now - minute + 1}), owed({vmId: 102, since: now})];
		expect(find(fresh)).toEqual([]);
		expect(find([owed({since: now - minute}), ...fresh.slice(1)])).toEqual([{
			key: 'dns:example.net:powerdns', severity: 'warning', cause: 'example.net on powerdns: connection refused; 2 records are owed', command: 'cronsole check', affects: 2,
		}]);
	});

	test('one incident for all of its zones, under a key that stays', () => {
		const reverse = owed({zone: '113.0.203.in-addr.arpa', name: '10.113.0.203.in-addr.arpa', type: 'PTR'});
		expect(find([owed(), reverse])).toMatchObject([{key: 'dns:example.net:powerdns', cause: 'example.net and 1 more zone on powerdns: connection refused; 2 records are owed'}]);
		expect(find([reverse])).toMatchObject([{key: 'dns:example.net:powerdns', cause: '113.0.203.in-addr.arpa on powerdns: connection refused; 1 record is owed'}]);
	});

	test('an incident of its own beside another server, though that one is called the same in another zone', () => {
		expect(find([owed(), owed({nameServer: 'powerdns-2'}), owed({zone: 'example.org'})]).map(({key, affects}) => [key, affects]))
			.toEqual([['dns:example.net:powerdns-2', 2], ['dns:example.net:powerdns', 1]]);
	});

	test('said with what most of its records met', () => {
		expect(find([owed({error: 'timed out'}), owed(), owed({error: 'timed out'})])).toMatchObject([{cause: 'example.net on powerdns: timed out; 3 records are owed', affects: 3}]);
	});

	test('told apart from a zone that the config has no more, and from what was never tried', () => {
		expect(find([owed({zone: 'example.com', error: 'the config has no such zone there'})])).toMatchObject([{key: 'dns:example.com:powerdns', command: 'cronsole dns debts'}]);
		expect(find([owed({error: null})])).toEqual([]);
	});
});

describe('a record that needs a person is', () => {
	test('an incident of its VM at once, which says what helps', () => {
		expect(find([foreign(101)])).toEqual([{
			key: 'dns:vm:101', severity: 'warning', affects: 1, command: 'cronsole dns set v101',
			cause: 'web101.example.net A: 198.51.100.1 stands there, which cronsole did not make (example.net on powerdns); remove it there, or take it over with `cronsole dns adopt v101`',
		}]);
	});

	test('not to be adopted where the server refuses it', () => {
		expect(find([foreign(101, {state: 'refused', error: 'the name is too long'})])).toMatchObject([{cause: 'web101.example.net A: the name is too long (example.net on powerdns)', command: 'cronsole dns set v101'}]);
	});

	test('said with its VM\'s hostname where the record has another name', () => {
		expect(find([foreign(101, {type: 'PTR', name: '10.113.0.203.in-addr.arpa'})])[0]!.cause).toMatch(/^web101\.example\.net: 10\.113\.0\.203\.in-addr\.arpa PTR: 198\.51\.100\.1 stands there/);
	});

	test('one incident with the VM\'s others', () => {
		expect(find([foreign(101), foreign(101, {type: 'AAAA'}), foreign(102)]).map(({key, cause}) => [key, cause.includes('(and 1 more)')])).toEqual([['dns:vm:101', true], ['dns:vm:102', false]]);
	});

	test('one incident for more than ten VMs of one place', () => {
		expect(find(vms(10).map(id => foreign(id)))).toHaveLength(10);
		const many = vms(11).map(id => foreign(id));
		expect(find([...many, foreign(111, {nameServer: 'powerdns-2'})])).toMatchObject([
			{
				key: 'dns:example.net:powerdns:foreign', affects: 11, command: 'cronsole dns debts',
				cause: 'example.net on powerdns: 11 records are somebody else\'s, as web101.example.net A: 198.51.100.1 stands there, which cronsole did not make',
			},
			{key: 'dns:vm:111', affects: 1},
		]);
		expect(find(many.map(record => ({...record, state: 'refused', error: 'not authoritative'})))).toMatchObject([
			{key: 'dns:example.net:powerdns:refused', affects: 11, cause: 'example.net on powerdns refuses 11 records, as web101.example.net A: not authoritative'},
		]);
	});

	test('of a VM that gave it up, which may be gone, with a command that is not refused for that', () => {
		const refused = foreign(101, {state: 'refused', isGivenUp: true, error: 'PowerDNS does not take it'});
		expect(find([refused])).toMatchObject([{key: 'dns:vm:101', command: 'cronsole vm dns v101'}]);
		expect(find([refused, foreign(101)])).toMatchObject([{key: 'dns:vm:101', command: 'cronsole dns set v101'}]);
	});
});
