import {canonicalIp, parseIp} from '../domain/ip.js';

/** What a zone is seeded with; names as people write them, without the final dot. */
export type ZoneSeed = {
	readonly name: string;
	readonly kind?: 'Native' | 'Master' | 'Slave';
	/** `DEFAULT` unless given; with '' the serial never rises. */
	readonly soaEditApi?: string;
};

type StoredRecord = {readonly content: string; readonly disabled: boolean};
type Comment = {readonly content: string; readonly account: string; readonly modified_at: number};
/** Names with their final dot, as the API has them. */
export type StoredSet = {readonly name: string; readonly type: string; readonly ttl: number; readonly records: readonly StoredRecord[]; readonly comments: readonly Comment[]};

type Fields = Readonly<Record<string, unknown>>;
type Sets = ReadonlyMap<string, StoredSet>;

/** A 422 of the API: its own words. */
export class Unprocessable extends Error {
	override readonly name = 'Unprocessable';
}

const refuse = (text: string): never => {
	throw new Unprocessable(text);
};

const knownTypes = new Set(['A', 'AAAA', 'CNAME', 'MX', 'NS', 'PTR', 'SOA', 'SRV', 'TXT']);
const serialModes = new Set(['DEFAULT', 'INCREASE', 'EPOCH', 'SOA-EDIT', 'SOA-EDIT-INCREASE']);
const namedTypes = new Set(['CNAME', 'NS', 'PTR']);
const singleTypes = new Set(['CNAME', 'SOA']);

export const withDot = (name: string): string => name.endsWith('.') ? name : `${name}.`;
const keyOf = (name: string, type: string): string => `${name.toLowerCase()} ${type}`;

const textField = (fields: Fields, key: string): string => {
	const value = fields[key];
	return typeof value === 'string' ? value : refuse(`Key '${key}' not present or not a String`);
};

const fieldsOf = (value: unknown): Fields => typeof value === 'object' && value !== null && !Array.isArray(value) ? value as Fields : {};
const itemsOf = (value: unknown): readonly Fields[] | undefined => Array.isArray(value) ? (value as unknown[]).map(item => fieldsOf(item)) : undefined;

/** What is stored of a record's content. */
const readContent = (name: string, type: string, content: string): string => {
	const bad = (why: string): never => refuse(`Record ${name}/${type} '${content}': ${why}`);
	if (type === 'A' || type === 'AAAA') {
		const family = type === 'A' ? 4 : 6;
		return parseIp(content)?.family === family ? canonicalIp(content)! : bad('Parsing record content (try \'pdnsutil check-zone\'): unable to parse IP address');
	}

	const parsed = namedTypes.has(type) ? withDot(content) : content;
	const expected = type === 'TXT' && !content.startsWith('"') ? `"${content}"` : parsed;
	return content === expected ? content : bad(`Not in expected format (parsed as '${expected}')`);
};

const readRecords = (fields: Fields, name: string, type: string): readonly StoredRecord[] | undefined => itemsOf(fields.records)?.map(record => {
	const content = readContent(name, type, textField(record, 'content'));
	return {content, disabled: record.disabled === true};
});

const readComments = (fields: Fields, nowMs: number): readonly Comment[] | undefined => itemsOf(fields.comments)?.map(comment => ({
	content: textField(comment, 'content'), account: textField(comment, 'account'), modified_at: Math.floor(nowMs / 1000),
}));

const checkSet = (sets: Sets, {name, type, records}: StoredSet): void => {
	const title = `RRset ${name} IN ${type}`;
	if (singleTypes.has(type) && records.length > 1) {
		refuse(`${title} has more than one record`);
	}

	const seen = new Set<string>();
	for (const {content} of records) {
		if (seen.has(content)) {
			refuse(`Duplicate record in RRset ${name} IN ${type} with content "${content}"`);
		}

		seen.add(content);
	}

	const others = sets.values().filter(set => set.name === name && set.type !== type && set.records.length > 0);
	if (others.some(set => type === 'CNAME' || set.type === 'CNAME')) {
		refuse(`${title}: Conflicts with pre-existing RRset`);
	}
};

const replaced = (sets: Sets, zone: string, fields: Fields, nowMs: number): StoredSet => {
	const [name, type] = [textField(fields, 'name').toLowerCase(), textField(fields, 'type')];
	if (name !== zone && !name.endsWith(`.${zone}`)) {
		refuse(`RRset ${name} IN ${type}: Name is out of zone`);
	}

	const present = sets.get(keyOf(name, type));
	const {ttl} = fields;
	const comments = readComments(fields, nowMs) ?? present?.comments ?? [];
	if (!Array.isArray(fields.records)) {
		return Array.isArray(fields.comments)
			? {
				name, type, ttl: present?.ttl ?? 0, records: present?.records ?? [], comments,
			}
			: refuse(`No change for RRset ${name} IN ${type}`);
	}

	if (typeof ttl !== 'number' || !Number.isSafeInteger(ttl)) {
		return refuse('Key \'ttl\' not an Integer or not present');
	}

	const set = {
		name, type, ttl, records: readRecords(fields, name, type)!, comments,
	};
	checkSet(sets, set);
	return set;
};

/** The sets after a change: all of it, or it is refused. */
const changedSets = (sets: Sets, zone: string, body: unknown, nowMs: number): Sets => {
	const changed = new Map(sets);
	const seen = new Set<string>();
	for (const fields of itemsOf(fieldsOf(body).rrsets) ?? refuse('No rrsets given in update request')) {
		const [owner, type] = [textField(fields, 'name'), textField(fields, 'type')];
		const what = textField(fields, 'changetype').toUpperCase();
		const key = keyOf(owner, type);
		if (!owner.endsWith('.')) {
			refuse(`DNS Name '${owner}' is not canonical`);
		}

		if (!knownTypes.has(type)) {
			refuse(`RRset ${owner} IN ${type}: unknown type given`);
		}

		if (seen.has(key)) {
			refuse(`Duplicate RRset ${owner} IN ${type} with changetype: ${what}`);
		}

		seen.add(key);
		if (what !== 'DELETE' && what !== 'REPLACE') {
			refuse('Changetype not understood');
		}

		const set = what === 'REPLACE' ? replaced(changed, zone, fields, nowMs) : undefined;
		if (set === undefined || (set.records.length === 0 && Array.isArray(fields.records))) {
			changed.delete(key);
		} else {
			changed.set(key, set);
		}
	}

	return changed;
};

/** One zone: its truth, and the changes that it takes. Moments come in as wall ms. */
export const createZone = ({name: plainName, kind = 'Native', soaEditApi = 'DEFAULT'}: ZoneSeed) => {
	const name = withDot(plainName.toLowerCase());
	let sets: Sets = new Map();
	let serial = 1;

	const put = (set: StoredSet): void => {
		sets = new Map(sets).set(keyOf(set.name, set.type), set);
	};

	return {
		name,
		kind,
		soaEditApi,
		serial: () => serial,
		list: (): readonly StoredSet[] => sets.values().toArray(),
		/** What the API shows of one name: only what is served, and whatever else has a comment, as bare as PowerDNS 4.7 shows it. */
		listNamed(owner: string, type: string | null): readonly StoredSet[] {
			const isAsked = (set: StoredSet) => set.name === owner && (type === null || set.type === type) && set.records.some(({disabled}) => !disabled);
			return [...sets].flatMap(([, set]): readonly StoredSet[] => {
				const records = isAsked(set) ? set.records.filter(({disabled}) => !disabled) : [];
				return records.length > 0 || set.comments.length > 0 ? [{...set, ttl: records.length > 0 ? set.ttl : 0, records}] : [];
			});
		},
		find: (owner: string, type: string): StoredSet | undefined => sets.get(keyOf(withDot(owner), type)),
		/** One more record, as if it had always been there. */
		put(record: {readonly name: string; readonly type: string; readonly content: string; readonly ttl?: number}): void {
			const present = sets.get(keyOf(withDot(record.name), record.type));
			put({
				name: withDot(record.name.toLowerCase()), type: record.type, ttl: record.ttl ?? present?.ttl ?? 3600,
				records: [...present?.records ?? [], {content: record.content, disabled: false}], comments: present?.comments ?? [],
			});
		},
		remove(owner: string, type: string): void {
			sets = new Map([...sets].filter(([key]) => key !== keyOf(withDot(owner), type)));
		},
		/** A PATCH: all of it or nothing; throws `Unprocessable`. */
		change(body: unknown, nowMs: number): void {
			sets = changedSets(sets, name, body, nowMs);
			serial += serialModes.has(soaEditApi) ? 1 : 0;
		},
	};
};

export type Zone = ReturnType<typeof createZone>;
