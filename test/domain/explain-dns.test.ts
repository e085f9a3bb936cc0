import {expect, test} from 'vitest';
import {type DnsRecord} from '../../source/domain/dns-record.js';
import {
	debtHelp,
	debtsOf,
	listZoneless,
	recordsNeed,
	summarizeRecords,
} from '../../source/domain/explain-dns.js';

const record = (more: Partial<DnsRecord> = {}): DnsRecord => ({
	id: 1, zone: 'example.net', nameServer: 'powerdns', name: 'web1.example.net', type: 'A', values: ['203.0.113.10'], generic: null, vmId: 101, mine: [], isGivenUp: false, takesOver: false,
	state: 'done', error: null, attempt: 0, nextAttemptAt: null, since: 1000, revision: 1, ...more,
});
const owed = record({
	state: 'owed', type: 'AAAA', error: 'it does not answer', attempt: 3,
});
const foreign = record({state: 'foreign', error: '198.51.100.1 stands there, which cronsole did not make', since: 2000});
const refused = record({state: 'refused', error: 'NOTAUTH', since: 1500});
const vm = {id: 101, status: 'ready'} as const;

test('records that are all there are counted; of debts the worst says why', () => {
	expect(summarizeRecords([])).toBeUndefined();
	expect(summarizeRecords([record()])).toBe('1 record written');
	expect(summarizeRecords([record(), record()])).toBe('2 records written');
	expect(summarizeRecords([record(), owed])).toBe('1 of 2 owed: web1.example.net AAAA: it does not answer');
	expect(summarizeRecords([owed, record(), refused, foreign, owed])).toBe('1 of 5 foreign, 1 refused, 2 owed: web1.example.net A: 198.51.100.1 stands there, which cronsole did not make');
	expect(summarizeRecords([record({state: 'owed'})])).toBe('1 of 1 owed: web1.example.net A: not tried yet');
	expect(debtsOf([owed, record(), foreign])).toEqual([foreign, owed]);
});

test('only what trying again does not cure needs a person, and names what helps', () => {
	expect(recordsNeed([record(), owed], vm)).toBeNull();
	expect(recordsNeed([owed, refused], vm)).toEqual({reason: 'DNS: web1.example.net A: NOTAUTH', since: 1500, command: 'cronsole dns set v101'});
	expect(recordsNeed([refused, foreign], vm)).toEqual({
		reason: 'DNS: web1.example.net A: 198.51.100.1 stands there, which cronsole did not make (and 1 more); remove that, or take it over with `cronsole dns adopt v101`',
		since: 1500,
		command: 'cronsole dns set v101',
	});
	expect(recordsNeed([refused], {...vm, status: 'removed'})).toMatchObject({command: 'cronsole vm dns v101'});
	expect([owed, record({state: 'owed'}), refused, foreign].map(debt => debtHelp(debt, vm))).toEqual([
		'cronsole check', null, 'cronsole dns set v101', 'cronsole dns set v101 once that was removed, or cronsole dns adopt v101',
	]);
	expect(debtHelp(foreign, {...vm, status: 'removed'})).toBeNull();
});

test('an error that moves the cursor or hides is shown as plain text in one line', () => {
	expect(summarizeRecords([record({state: 'refused', error: 'no\u{1B}[2J\r\n\u{202E}way'})])).toBe('1 of 1 refused: web1.example.net A: no ⏎ way');
});

test('the hostname and the addresses that no zone holds are named', () => {
	const addresses = [{
		family: 4, address: '203.0.113.10', pool: 'p', ptr: null,
	}, {
		family: 6, address: '2001:db8::10', pool: 'p', ptr: null,
	}] as const;
	const zones = ['example.net', '113.0.203.in-addr.arpa'].map(zone => ({zone, nameServer: 'powerdns'}));
	expect(listZoneless({hostname: 'web1.example.net', cluster: 'fra1', addresses}, zones)).toEqual(['2001:db8::10']);
	expect(listZoneless({hostname: 'web1.example.org', cluster: 'fra1', addresses}, [])).toEqual(['web1.example.org', '203.0.113.10', '2001:db8::10']);
});
