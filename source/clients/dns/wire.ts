/* eslint-disable no-bitwise -- A DNS message is made of bits. */
import {formatIp, parseIp} from '../../domain/ip.js';
import {
	encodeName,
	openReader,
	u16,
	u32,
	WireError,
	type Reader,
} from './wire-bytes.js';

export const types = {
	A: 1, NS: 2, CNAME: 5, SOA: 6, PTR: 12, TXT: 16, AAAA: 28, TSIG: 250, ANY: 255,
} as const;
export const classes = {IN: 1, NONE: 254, ANY: 255} as const;
export const opcodes = {query: 0, update: 5} as const;
export const rcodes = {
	noError: 0, formErr: 1, servFail: 2, nxDomain: 3, notImp: 4, refused: 5, yxDomain: 6, yxRrset: 7, nxRrset: 8, notAuth: 9, notZone: 10,
} as const;

/** For people: `NXDOMAIN`. */
export const rcodeName = (rcode: number): string => Object.entries(rcodes).find(([, code]) => code === rcode)?.[0].toUpperCase() ?? `code ${rcode}`;

/** Names are in lower case without the final dot; `\.` and `\007` stand for what a label's byte cannot be shown as. */
export type Question = {
	readonly name: string;
	readonly type: number;
	readonly class: number;
};

export type ResourceRecord = Question & {
	readonly ttl: number;
	/** As it came: names in it may point elsewhere in the message. */
	readonly rdata: Buffer;
	/** Canonical address, name, or the fields of an SOA; null: none, or of a type that is not read here. */
	readonly value: string | null;
};

export type Message = {
	readonly id: number;
	readonly isAnswer: boolean;
	readonly opcode: number;
	readonly isAuthoritative: boolean;
	readonly isTruncated: boolean;
	readonly rcode: number;
	/** An update's zone. */
	readonly questions: readonly Question[];
	/** An update's prerequisites. */
	readonly answers: readonly ResourceRecord[];
	/** An update's changes. */
	readonly authorities: readonly ResourceRecord[];
	readonly additionals: readonly ResourceRecord[];
	/** Where the last record begins: up to there it is signed. */
	readonly lastAt: number;
};

export type NewRecord = Omit<ResourceRecord, 'value'>;
export type NewMessage = Pick<Message, 'id'> & Partial<Omit<Message, 'answers' | 'authorities' | 'additionals'>> & {
	readonly answers?: readonly NewRecord[];
	readonly authorities?: readonly NewRecord[];
	readonly additionals?: readonly NewRecord[];
};

const encodeIp = (text: string, family: 4 | 6): Buffer => {
	const ip = parseIp(text);
	if (ip?.family !== family) {
		throw new WireError(`${JSON.stringify(text)} is no IPv${family} address`);
	}

	return Buffer.from(ip.value.toString(16).padStart(family === 4 ? 8 : 32, '0'), 'hex');
};

const bytesOf: Readonly<Record<number, (value: string) => Buffer>> = {
	[types.A]: value => encodeIp(value, 4),
	[types.AAAA]: value => encodeIp(value, 6),
	[types.PTR]: encodeName,
	[types.CNAME]: encodeName,
	[types.NS]: encodeName,
};

/** The bytes of a value of that type. */
export const encodeValue = (type: number, value: string): Buffer => {
	const encode = bytesOf[type];
	if (!encode) {
		throw new WireError(`Records of type ${type} are not written`);
	}

	return encode(value);
};

const encodeQuestion = (question: Question): Buffer => Buffer.concat([encodeName(question.name), u16(question.type), u16(question.class)]);

export const encodeRecord = (record: NewRecord): Buffer =>
	Buffer.concat([encodeQuestion(record), u32(record.ttl), u16(record.rdata.length), record.rdata]);

export const encodeMessage = ({
	id, isAnswer = false, opcode = opcodes.query, isAuthoritative = false, isTruncated = false, rcode = 0, questions = [], answers = [], authorities = [], additionals = [],
}: NewMessage): Buffer => {
	const flags = (Number(isAnswer) << 15) | (opcode << 11) | (Number(isAuthoritative) << 10) | (Number(isTruncated) << 9) | rcode;
	return Buffer.concat([
		...[id, flags, questions.length, answers.length, authorities.length, additionals.length].map(value => u16(value)),
		...questions.map(question => encodeQuestion(question)),
		...[...answers, ...authorities, ...additionals].map(record => encodeRecord(record)),
	]);
};

const readIp = (family: 4 | 6) => (reader: Reader): string => formatIp({family, value: BigInt(`0x${reader.take(family === 4 ? 4 : 16).toString('hex')}`)});
const readSoa = (reader: Reader): string => [reader.name(), reader.name(), ...Array.from({length: 5}, () => reader.number(4))].join(' ');

const valueOf: Readonly<Record<number, (reader: Reader) => string>> = {
	[types.A]: readIp(4),
	[types.AAAA]: readIp(6),
	[types.PTR]: reader => reader.name(),
	[types.CNAME]: reader => reader.name(),
	[types.NS]: reader => reader.name(),
	[types.SOA]: readSoa,
};

const readQuestion = (reader: Reader): Question => ({name: reader.name(), type: reader.number(2), class: reader.number(2)});

const readRecord = (bytes: Buffer, reader: Reader): ResourceRecord => {
	const question = readQuestion(reader);
	const ttl = reader.number(4);
	const length = reader.number(2);
	const inside = openReader(bytes, reader.at());
	const rdata = reader.take(length);
	// A prerequisite or a deletion says of a whole set that it is meant by having no value.
	const value = length === 0 && question.class !== classes.IN ? undefined : valueOf[question.type]?.(inside);
	if (value !== undefined && inside.at() !== reader.at()) {
		throw new WireError('A record is longer or shorter than its content');
	}

	return {
		...question, ttl, rdata, value: value ?? null,
	};
};

/** Throws `WireError`, and nothing else, where it is no whole message. */
export const decodeMessage = (bytes: Buffer): Message => {
	const reader = openReader(bytes);
	const [id, flags, ...counts] = Array.from({length: 6}, () => reader.number(2)) as [number, number, number, number, number, number];
	let lastAt = bytes.length;
	const questions = Array.from({length: counts[0]}, () => readQuestion(reader));
	const [answers, authorities, additionals] = counts.slice(1).map(count => Array.from({length: count}, () => {
		lastAt = reader.at();
		return readRecord(bytes, reader);
	})) as [ResourceRecord[], ResourceRecord[], ResourceRecord[]];
	if (reader.at() !== bytes.length) {
		throw new WireError('It goes on after its end');
	}

	return {
		id, isAnswer: (flags & 0x80_00) !== 0, opcode: (flags >> 11) & 15, isAuthoritative: (flags & 0x04_00) !== 0, isTruncated: (flags & 0x02_00) !== 0, rcode: flags & 15,
		questions, answers, authorities, additionals, lastAt,
	};
};
