import {describe, expect, test} from 'vitest';
import {decideRecord, type RecordDecision} from '../../source/domain/decide-record.js';
import {type DnsRecord, type PresentSet} from '../../source/domain/dns-record.js';
import {createRandom} from '../../source/simulation/random.js';

type Row = Parameters<typeof decideRecord>[0];

const list = (text: string): readonly string[] => text.split(' ').filter(Boolean);
const row = (wanted: string, mine = '', own: Partial<DnsRecord> = {}): Row => ({
	values: list(wanted), mine: list(mine), generic: null, isGivenUp: false, takesOver: false, ...own,
});
const stands = (values: string, alias: string | null = null): PresentSet => ({values: list(values), alias});

const told = (decision: RecordDecision): string => {
	switch (decision.what) {
		case 'nothing': {
			return `nothing; ours: ${decision.mine.join(' ')}`;
		}

		case 'write': {
			return `write ${decision.to.join(' ')}; ours: ${decision.mine.join(' ')}${decision.lacks === null ? '' : `; ${decision.lacks}`}`;
		}

		case 'foreign': {
			return `foreign: ${decision.why}`;
		}
	}
};

const stranger = 'x stands there, which cronsole did not make';

describe('what is wanted', () => {
	test.each([
		['is written where nothing stands', row('a b'), stands(''), 'write a b; ours: a b'],
		['stands there, made by us', row('a b', 'b a'), stands('b a'), 'nothing; ours: a b'],
		['stands there, made by somebody else', row('a'), stands('a'), 'nothing; ours: '],
		['stands there, partly made by somebody else', row('a b', 'b'), stands('a b'), 'nothing; ours: b'],
		['stands there beside somebody else\'s', row('a', 'a'), stands('a x'), 'nothing; ours: a'],
		['is written again where it vanished', row('a', 'a'), stands(''), 'write a; ours: a'],
		['replaces what we wrote before', row('b', 'a'), stands('a'), 'write b; ours: b'],
		['completes what somebody else began', row('a b'), stands('a'), 'write a b; ours: b'],
		['takes our surplus away beside somebody else\'s', row('a', 'a b'), stands('a b x'), 'write a x; ours: a'],
		['takes our surplus away where the rest was somebody else\'s', row('a', 'b'), stands('a b'), 'write a; ours: '],
		['was written, but nobody heard that it was', row('a b', 'a b'), stands('a'), 'write a b; ours: a b'],
	])('%s', (_, record, present, expected) => {
		expect(told(decideRecord(record, present))).toBe(expected);
	});
});

describe('somebody else\'s', () => {
	test.each([
		['is left alone', row('a'), stands('x'), `foreign: ${stranger}`],
		['is left alone where we lack one value only', row('a b', 'a'), stands('a x'), `foreign: ${stranger}`],
		['does not keep what is ours and wanted no more', row('b', 'a'), stands('a x'), `write x; ours: ; ${stranger}`],
		['does not count that which is wanted too', row('a b'), stands('a x'), `foreign: ${stranger}`],
		['is taken over where a person said so', row('a', '', {takesOver: true}), stands('x y'), 'write a; ours: a'],
		['is ours where a person said so and it is as it is wanted', row('a', '', {takesOver: true}), stands('a'), 'nothing; ours: a'],
		['alias stands in the way', row('a'), stands('', 'y.example.org'), 'foreign: a CNAME to y.example.org stands there'],
		['alias stands in the way of taking over too', row('a', 'a', {takesOver: true}), stands('', 'y.example.org'), 'foreign: a CNAME to y.example.org stands there'],
	])('%s', (_, record, present, expected) => {
		expect(told(decideRecord(record, present))).toBe(expected);
	});
});

describe('what is to go', () => {
	test.each([
		['goes', row('', 'a b'), stands('a b'), 'write ; ours: '],
		['is gone', row('', 'a'), stands(''), 'nothing; ours: '],
		['leaves others\' values under the same name', row('', 'a'), stands('x a y'), 'write x y; ours: '],
		['was somebody else\'s and stays', row(''), stands('a'), 'nothing; ours: '],
		['is an alias by now, which is not ours', row('', 'a'), stands('', 'y.example.org'), 'nothing; ours: '],
		['is not taken over, whatever was said while it was wanted', row('', 'a', {takesOver: true}), stands('a x'), 'write x; ours: '],
		['leaves a generic name that somebody else made', row('', 'a', {generic: 'g'}), stands('a g'), 'write g; ours: '],
	])('%s', (_, record, present, expected) => {
		expect(told(decideRecord(record, present))).toBe(expected);
	});
});

describe('a generic name', () => {
	test.each([
		['is replaced, whoever made it', row('host', '', {generic: 'g'}), stands('g'), 'write host; ours: host'],
		['goes also where the hostname stands beside it', row('host', 'host', {generic: 'g'}), stands('host g'), 'write host; ours: host'],
		['does not excuse a stranger', row('host', '', {generic: 'g'}), stands('g x'), `foreign: ${stranger}`],
		['comes back', row('g', 'host', {generic: 'g'}), stands('host'), 'write g; ours: g'],
		['that stands there was somebody else\'s', row('g', '', {generic: 'g'}), stands('g'), 'nothing; ours: '],
		['may be the VM\'s own name', row('g', '', {generic: 'g'}), stands(''), 'write g; ours: g'],
		['that is the VM\'s own does not come back over a stranger', row('g', 'host', {generic: 'g'}), stands('x host'), `write x; ours: ; ${stranger}`],
		['does not come back over a stranger, and nobody misses it', row('g', 'host', {generic: 'g', isGivenUp: true}), stands('x host'), 'write x; ours: '],
		['is not missed where a stranger stands', row('g', 'host', {generic: 'g', isGivenUp: true}), stands('x'), 'nothing; ours: '],
		['is not missed where an alias stands', row('g', 'host', {generic: 'g', isGivenUp: true}), stands('', 'y.example.org'), 'nothing; ours: '],
		['takes nothing over', row('g', 'host', {generic: 'g', isGivenUp: true, takesOver: true}), stands('x'), 'nothing; ours: '],
	])('%s', (_, record, present, expected) => {
		expect(told(decideRecord(record, present))).toBe(expected);
	});
});

test('over many rows: what somebody else made is never missing, we never claim it, and a second look asks for nothing more', () => {
	const random = createRandom(7);
	const some = (): readonly string[] => random.shuffle(['a', 'b', 'c', 'g', 'x']).slice(0, random.integer(0, 4));
	for (let round = 0; round < 4000; round++) {
		const record = {
			values: some(), mine: some(), generic: random.next() < 0.5 ? 'g' : null, isGivenUp: random.next() < 0.3, takesOver: false,
		};
		const present = some();
		const decision = decideRecord(record, {values: present, alias: null});
		const theirs = present.filter(value => !record.mine.includes(value));
		const after = decision.what === 'write' ? decision.to : present;
		const what = JSON.stringify({record, present, decision});
		expect(theirs.filter(value => value !== record.generic && !after.includes(value)), what).toEqual([]);
		expect(new Set(after).size, what).toBe(after.length);
		if (decision.what !== 'foreign') {
			expect(decision.mine.filter(value => theirs.includes(value) || !after.includes(value)), what).toEqual([]);
			const again = decideRecord({...record, mine: decision.mine}, {values: after, alias: null});
			expect(again.what, what).toBe(decision.what === 'write' && decision.lacks !== null ? 'foreign' : 'nothing');
		}

		// What is ours and wanted no more stands nowhere.
		expect(after.filter(value => record.mine.includes(value) && !record.values.includes(value)), what).toEqual([]);
		expect(record.isGivenUp || decision.what === 'foreign' || (decision.what === 'write' && decision.lacks !== null) || record.values.every(value => after.includes(value)), what).toBe(true);
	}
});
