import {
	type Kysely,
	type RawBuilder,
	sql,
	type SqlBool,
} from 'kysely';
import {type Activity} from '../../domain/activity.js';
import {type ActivitySearch, type Lines} from '../../domain/listing.js';
import {type Schema} from '../schema.js';
import {levelsFrom, toActivity} from './activity.js';

/** SQLite refuses patterns of 50,000 bytes; nobody types this much. */
const longest = 1000;

const casesOf = (letter: string): readonly string[] => [...new Set([letter, letter.toLowerCase(), letter.toUpperCase()])].filter(form => [...form].length === 1);

/** Letters whose cases LIKE does not know: all but ASCII ones. */
const isForeign = (letter: string): boolean => letter > '\u{7F}' && casesOf(letter).length > 1;

/** For LIKE, which is quick: a letter whose cases it does not know may be any. */
const toLike = (letters: readonly string[]): string => `%${letters.map(letter => isForeign(letter) ? '_' : letter.replace(/[%\\_]/, String.raw`\$&`)).join('')}%`;

/** For GLOB, which is exact and slow: each letter in all its cases. */
const toGlob = (letters: readonly string[]): string => `*${letters.map(letter => /[*?[]/.test(letter) || casesOf(letter).length > 1 ? `[${casesOf(letter).join('')}]` : letter).join('')}*`;

/** Whether the text stands in a row, letters of any case; GLOB looks only at what LIKE lets through and is not sure of. */
const hasText = (text: string): RawBuilder<SqlBool> => {
	// To SQLite a pattern ends at its first NUL.
	const letters = [...text.replaceAll('\0', '\u{FFFD}')].slice(0, longest);
	const [like, glob] = [toLike(letters), toGlob(letters)];
	const has = letters.some(letter => isForeign(letter))
		? (column: string) => sql`(${sql.ref(column)} like ${like} escape '\\' and ${sql.ref(column)} glob ${glob})`
		: (column: string) => sql`${sql.ref(column)} like ${like} escape '\\'`;
	return sql<SqlBool>`(${sql.join(['actor', 'subject', 'message'].map(column => has(column)), sql` or `)})`;
};

/** How many rows there are of these levels: from an index alone. */
const countAll = async (db: Kysely<Schema>, {level}: ActivitySearch): Promise<number> => {
	const {total} = await db.selectFrom('activity').select(eb => eb.fn.countAll<number>().as('total'))
		.$if(level !== null, query => query.where('level', 'in', levelsFrom(level!))).executeTakeFirstOrThrow();
	return total;
};

/** The newest rows that fit. The log is gone through once at most: what fits is counted on from where the rows end. */
export const searchActivity = async (db: Kysely<Schema>, search: ActivitySearch): Promise<Lines<Activity>> => {
	const {level, limit} = search;
	// Each word by itself, as in the other lists: `anna web1` finds what she did to it.
	const words = search.text.split(/\s+/).filter(Boolean);
	const all = () => db.selectFrom('activity')
		// Not by the index of levels, whose rows would have to be sorted.
		.$if(level !== null, query => query.where(sql<string>`+level`, 'in', levelsFrom(level!)))
		.$if(words.length > 0, query => query.where(eb => eb.and(words.map(word => hasText(word)))));
	const rows = await all().selectAll().orderBy('id', 'desc').limit(limit).execute();
	const countOlder = async (id: number) => {
		const {older} = await all().where('id', '<', id).select(eb => eb.fn.countAll<number>().as('older')).executeTakeFirstOrThrow();
		return rows.length + older;
	};

	const total = rows.length < limit ? rows.length : (words.length === 0 ? await countAll(db, search) : await countOlder(rows.at(-1)?.id ?? Number.MAX_SAFE_INTEGER));
	return {rows: rows.map(row => toActivity(row)).toReversed(), total};
};
