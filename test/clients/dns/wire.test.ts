import {expect, test} from 'vitest';
import {encodeName, WireError} from '../../../source/clients/dns/wire-bytes.js';
import {
	classes,
	decodeMessage,
	encodeMessage,
	encodeValue,
	opcodes,
	types,
	type NewRecord,
} from '../../../source/clients/dns/wire.js';
import {exchanges} from './captured-exchanges.js';

const record = (name: string, type: keyof typeof types, value: string): NewRecord => ({
	name, type: types[type], class: classes.IN, ttl: 300, rdata: encodeValue(types[type], value),
});

/** A message with one answer whose name and content are given as bytes. */
const withAnswer = (name: readonly number[], type: number, rdata: readonly number[], more: readonly number[] = []): Buffer => Buffer.from([
	0, 1, 0x80, 0, 0, 0, 0, 1, 0, 0, 0, 0, ...name, 0, type, 0, 1, 0, 0, 0, 60, 0, rdata.length, ...rdata, ...more,
]);

test('what is written is read again', () => {
	const answers = [
		record('web1.example.net', 'A', '203.0.113.10'),
		record('web1.example.net', 'AAAA', '2001:db8::1'),
		record('10.113.0.203.in-addr.arpa', 'PTR', 'web1.example.net'),
		record('www.example.net', 'CNAME', 'web1.example.net'),
		record('5.0/25.113.0.203.in-addr.arpa', 'PTR', '_x.example.net'),
	];
	const message = decodeMessage(encodeMessage({
		id: 4711, isAnswer: true, isAuthoritative: true, rcode: 3, opcode: opcodes.update, questions: [{name: 'example.net', type: types.SOA, class: classes.IN}], answers,
	}));
	expect(message).toMatchObject({
		id: 4711, isAnswer: true, isAuthoritative: true, isTruncated: false, rcode: 3, opcode: 5, questions: [{name: 'example.net', type: 6, class: 1}],
	});
	expect(message.answers.map(({name, value}) => `${name} ${value}`)).toEqual([
		'web1.example.net 203.0.113.10',
		'web1.example.net 2001:db8::1',
		'10.113.0.203.in-addr.arpa web1.example.net',
		'www.example.net web1.example.net',
		'5.0/25.113.0.203.in-addr.arpa _x.example.net',
	]);
});

test('what a real server wrote is read, compressed names and all', () => {
	const read = exchanges.map(({request, answer}) => ({request: decodeMessage(request), answer: decodeMessage(answer)}));
	const query = read[0];
	const update = read.at(-1);
	expect(query!.request.questions).toEqual([{name: 'web1.example.net', type: 1, class: 1}]);
	expect(query!.answer).toMatchObject({isAnswer: true, isAuthoritative: true, rcode: 0});
	const found = query!.answer.answers.map(({name, value, ttl}) => `${name} ${ttl} ${value}`);
	expect(new Set(found)).toEqual(new Set(['web1.example.net 300 203.0.113.10', 'web1.example.net 300 203.0.113.11']));
	expect(query!.answer.authorities).toMatchObject([{name: 'example.net', value: 'ns1.example.net'}]);
	expect(query!.answer.additionals).toMatchObject([{name: 'ns1.example.net', value: '127.0.0.1'}, {type: types.TSIG, value: null}]);
	expect(update!.request).toMatchObject({
		opcode: opcodes.update,
		answers: [{name: 'web2.example.net', class: classes.NONE, value: null}],
		authorities: [{name: 'web2.example.net', class: classes.IN, value: '203.0.113.12'}],
	});
});

test('an SOA is read in its fields', () => {
	const rdata = [...encodeName('ns1.example.net'), ...encodeName('hostmaster.example.net'), ...[7, 3600, 600, 86_400, 60].flatMap(value => [0, value >>> 16, (value >>> 8) & 255, value & 255])]; // eslint-disable-line no-bitwise
	expect(decodeMessage(withAnswer([0], types.SOA, rdata)).answers[0]!.value).toBe('ns1.example.net hostmaster.example.net 7 3600 600 86400 60');
});

test('names are in lower case, and strange bytes in them survive the way there and back', () => {
	expect(encodeName('Web1.Example.NET')).toEqual(encodeName('web1.example.net'));
	expect(encodeName('')).toEqual(Buffer.from([0]));
	const strange = Buffer.from([4, 0x2E, 0x5C, 0x00, 0xFF, 1, 0x20, 0]);
	const {value} = decodeMessage(withAnswer([0], types.PTR, [...strange])).answers[0]!;
	expect(value).toBe(String.raw`\.\\\000\255.\032`);
	expect(encodeName(value!)).toEqual(strange);
});

test.each([
	['an empty label', 'a..example.net'],
	['a final dot', 'example.net.'],
	['a label of 64', `${'x'.repeat(64)}.net`],
	['more than 255 bytes', Array.from({length: 128}, () => 'x').join('.')],
	['a letter that is not of ASCII', 'bücher.example.net'],
	['a byte above 255', String.raw`\256.net`],
])('a name with %s is not written', (_, name) => {
	expect(() => encodeName(name)).toThrow(WireError);
});

test.each([
	['A', '203.0.113.256'], ['A', '2001:db8::1'], ['AAAA', '203.0.113.1'], ['TXT', 'text'],
] as const)('no %s record is made of %s', (type, value) => {
	expect(() => encodeValue(types[type], value)).toThrow(WireError);
});

test.each([
	['a name that points at itself', withAnswer([0xC0, 12], types.A, [1, 2, 3, 4])],
	['names that point at each other', withAnswer([0xC0, 14, 0xC0, 12], types.A, [1, 2, 3, 4])],
	['a name that points forward', withAnswer([0xC0, 30], types.A, [1, 2, 3, 4])],
	['a name that grows by pointing back into itself', withAnswer([1, 0x61, 0xC0, 12], types.A, [1, 2, 3, 4])],
	['a label of a kind that there is not', withAnswer([0x41, 0x61, 0], types.A, [1, 2, 3, 4])],
	['an address of three bytes', withAnswer([0], types.A, [1, 2, 3])],
	['an address of five bytes', withAnswer([0], types.A, [1, 2, 3, 4, 5])],
	['a record without content', withAnswer([0], types.A, [])],
	['a name that is shorter than its record', withAnswer([0], types.PTR, [0, 0])],
	['a name that goes on after its record', withAnswer([0], types.PTR, [2, 0x61], [0x61, 0])],
	['bytes after its end', withAnswer([0], types.A, [1, 2, 3, 4], [0])],
	['only a header that promises more', Buffer.from([0, 1, 0x80, 0, 255, 255, 255, 255, 255, 255, 255, 255])],
	['nothing at all', Buffer.alloc(0)],
])('a message with %s is refused', (_, bytes) => {
	expect(() => decodeMessage(bytes)).toThrow(WireError);
});

test('a message that is cut anywhere is refused', () => {
	const {answer} = exchanges[0]!;
	for (let length = 0; length < answer.length; length++) {
		expect(() => decodeMessage(answer.subarray(0, length))).toThrow(WireError);
	}
});
