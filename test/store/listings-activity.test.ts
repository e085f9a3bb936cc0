import {expect, test} from 'vitest';
import {type Level} from '../../source/domain/activity.js';
import {type Store} from '../../source/store/store.js';
import {makeStore} from './support/temporary-store.js';

type Line = {readonly message: string; readonly level?: Level; readonly actor?: string; readonly subject?: string};

const write = async (store: Store, lines: readonly Line[]) => store.write(async ({activity}) => {
	for (const [at, {message, level = 'info', actor = 'scheduler', subject = 'h.net'}] of lines.entries()) {
		await activity.add({
			at, level, actor: {name: actor, address: null}, subject, message,
		});
	}
});

const lines: readonly Line[] = [
	{message: 'ordered'},
	{message: 'disk 100% full'},
	{message: 'a_b'},
	{message: 'aXb'},
	{message: String.raw`C:\drive`},
	{message: '\'; drop table activity; -- "'},
	{message: 'on 🔥 fire'},
	{message: 'Frau Müller* called'},
	{message: 'HERR MÜLLER', level: 'warning'},
	{message: '[x] done', level: 'debug'},
	{
		message: 'stopped', level: 'error', actor: 'anna', subject: 'web1.example.net',
	},
];

const searches: ReadonlyArray<readonly [text: string, level: Level | null, found: readonly number[]]> = [
	['', null, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]],
	['', 'debug', [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]],
	['', 'warning', [8, 10]],
	['100%', null, [1]],
	['%', null, [1]],
	['a_b', null, [2]],
	['_', null, [2]],
	['\\', null, [4]],
	[String.raw`\d`, null, [4]],
	['\'; drop table activity; --', null, [5]],
	['"', null, [5]],
	['🔥', null, [6]],
	['MÜLLER*', null, [7]],
	['müller', null, [7, 8]],
	['ü', null, [7, 8]],
	['moller', null, []],
	['möller', null, []],
	['[x]', null, [9]],
	['*', null, [7]],
	['?', null, []],
	['ANNA', null, [10]],
	['  stopped anna web1 ', null, [10]],
	['stopped ben', null, []],
	['web1.EXAMPLE', null, [10]],
	['müller', 'error', []],
	['e', 'warning', [8, 10]],
	['\u{0}', null, []],
	['\u{D800}', null, []],
	['x'.repeat(60_000), null, []],
	['Ü'.repeat(60_000), null, []],
];

test('a search of the activity finds what has just that in it, whatever it is, in letters of any case', async () => {
	const store = await makeStore();
	await write(store, lines);

	for (const [text, level, wanted] of searches) {
		const label = `${text.slice(0, 40)} ${String(level)}`;
		const found = await store.read.listings.activity({text, level, limit: 100});
		expect(found.rows.map(({at}) => at), label).toEqual(wanted);
		expect(found.total, label).toBe(wanted.length);

		for (const limit of [0, 1, 2]) {
			const newest = await store.read.listings.activity({text, level, limit});
			expect(newest.rows.map(({at}) => at), label).toEqual(limit === 0 ? [] : wanted.slice(-limit));
			expect(newest.total, label).toBe(wanted.length);
		}
	}
});

test('a word of more than a thousand letters is looked for by its first thousand', async () => {
	const store = await makeStore();
	await write(store, [{message: `${'a'.repeat(999)}Ä`}, {message: `${'a'.repeat(999)}b`}]);
	const {rows} = await store.read.listings.activity({text: `${'A'.repeat(999)}äand-more`, level: null, limit: 9});
	expect(rows.map(({at}) => at)).toEqual([0]);
});

test('a row of the activity is found by its number, however old it is', async () => {
	const store = await makeStore();
	await store.write(async ({activity}) => activity.add({
		at: 5, level: 'info', actor: {name: 'anna', address: '192.0.2.9'}, subject: 'web1', message: 'ordered', vmId: 101,
	}));
	const [row] = (await store.read.listings.activity({text: '', level: null, limit: 9})).rows;
	expect(await store.read.activity.find(row!.id)).toEqual({
		id: row!.id, at: 5, level: 'info', actor: 'anna', address: '192.0.2.9', subject: 'web1', vmId: 101, installId: null, message: 'ordered',
	});
	expect(await store.read.activity.find(row!.id + 1)).toBeUndefined();
});
