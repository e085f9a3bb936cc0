import {
	closeSync,
	existsSync,
	mkdirSync,
	openSync,
	readFileSync,
	rmSync,
	statSync,
	truncateSync,
	writeFileSync,
	writeSync,
} from 'node:fs';
import path from 'node:path';
import BetterSqlite from 'better-sqlite3';
import {describe, expect, test} from 'vitest';
import {createShell, order, type Shell} from './shell.js';

const placeOf = ({folder}: Shell): string => path.join(folder, 'state', 'cronsole', 'cronsole.db');

/** A shell whose database has some rows, all of them in its one file. */
const open = async (): Promise<Shell & {readonly place: string}> => {
	const shell = createShell();
	expect((await shell.cronsole('vm create', {stdin: order()})).code).toBe(0);
	const store = await shell.openStore();
	store.keepMark();
	await store.close();
	const place = placeOf(shell);
	const raw = new BetterSqlite(place);
	raw.pragma('wal_checkpoint(truncate)');
	raw.close();
	return {...shell, place};
};

const scribble = (place: string, at: number, length: number): void => {
	const file = openSync(place, 'r+');
	writeSync(file, Buffer.alloc(length, 0xA5), 0, length, at);
	closeSync(file);
};

const replaceWith = (make: (place: string) => void) => (place: string): void => {
	rmSync(place);
	make(place);
};

const accidents: ReadonlyArray<readonly [string, (place: string) => void, RegExp]> = [
	['with a damaged header', place => {
		scribble(place, 0, 100);
	}, /is not a database \(SQLITE_NOTADB\)/],
	['of which only the beginning is left', place => {
		truncateSync(place, 5000);
	}, /is damaged \(SQLITE_CORRUPT\)|is not a database/],
	['that is empty where there was one', replaceWith(place => {
		writeFileSync(place, '');
	}), /is gone or empty, and the mark beside it says that there was one/],
	['that is gone', place => {
		rmSync(place);
	}, /is gone or empty, and the mark beside it says that there was one/],
	['that is a text', replaceWith(place => {
		writeFileSync(place, 'database: none\n'.repeat(1000));
	}), /is not a database/],
	['that is a folder', replaceWith(place => {
		mkdirSync(place);
	}), /cannot be opened \(\w+\)/],
	['of a newer cronsole', place => {
		const raw = new BetterSqlite(place);
		raw.pragma('user_version = 99');
		raw.close();
	}, /was written by a newer cronsole \(schema 99; this one knows \d+\)/],
	['of another program', replaceWith(place => {
		const raw = new BetterSqlite(place);
		raw.exec('create table recipes (name text)');
		raw.close();
	}), /belongs to another program/],
];

const calls = ['status', 'vm list', 'vm create', 'db check', 'task run process_vms', 'check', 'install list', '--run-task=process_vms', '--daemon', 'hold', '--clear-locks'];

describe('a database', () => {
	test.each(accidents)('%s is refused by every call with 69, one line saying what is wrong and one saying what to do', async (_title, damage, said) => {
		const {cronsole, place} = await open();
		damage(place);
		const before = existsSync(place) && statSync(place).isFile() ? readFileSync(place) : null;
		for (const call of calls) {
			const {code, out, err} = await cronsole(call, {stdin: order({reference: 'whmcs-2'})});
			expect([call, code, out]).toEqual([call, 69, '']);
			const [what, hint, ...rest] = err.trimEnd().split('\n');
			expect(what, call).toMatch(said);
			expect(hint!.length, call).toBeGreaterThan(20);
			expect(rest).toEqual([]);
		}

		if (before !== null) {
			expect(readFileSync(place).equals(before)).toBe(true);
		}
	});

	test('with a damaged page inside is found out by db check, and told apart from one that is whole', async () => {
		const {cronsole, place} = await open();
		const well = await cronsole('db check');
		expect([well.code, well.err]).toEqual([0, '']);
		expect(well.out).toMatch(/schema \d+, \d+ tables, WAL .* free\nok {7}every page and every reference is whole\n$/);

		const raw = new BetterSqlite(place);
		const page = raw.prepare('select rootpage from sqlite_schema where name = \'vms\'').pluck().get() as number;
		const size = raw.pragma('page_size', {simple: true}) as number;
		raw.close();
		scribble(place, (page - 1) * size, 200);
		const ill = await cronsole('db check');
		expect(ill.code).toBe(1);
		expect(ill.out).toMatch(/failed {3}it is damaged: .*: stop every cronsole, keep a copy of the file with its -wal, and put a backup in its place/);
		expect((await cronsole('db check --json')).json()).toMatchObject({database: {ok: false, strays: []}});
		const list = await cronsole('vm list');
		expect([list.code, list.out]).toEqual([69, '']);
		expect(list.err).toMatch(/is damaged \(SQLITE_CORRUPT\)/);
		const copy = await cronsole(`db backup ${place}.copy`);
		expect([copy.code, copy.out]).toEqual([1, '']);
		expect(existsSync(`${place}.copy`)).toBe(false);
	});

	test('in which a row names one that is not there is said', async () => {
		const {cronsole, place} = await open();
		const raw = new BetterSqlite(place);
		raw.pragma('foreign_keys = off');
		raw.exec('update operations set vm_id = 999999');
		raw.close();
		const {code, out} = await cronsole('db check');
		expect(code).toBe(1);
		expect(out).toMatch(/failed {3}a row names one that is not there: operations \d+ → vms/);
	});

	test('is copied into a new file only, by whoever may write', async () => {
		const {cronsole, folder} = await open();
		const file = path.join(folder, 'copy.db');
		expect(await cronsole(`db backup ${file} --read-only`)).toMatchObject({code: 2});
		expect(existsSync(file)).toBe(false);
		const {code, out} = await cronsole(`db backup ${file}`);
		expect(code).toBe(0);
		expect(out).toMatch(/copy\.db: .* schema \d+, \d+ rows in \d+ tables, looked through and whole\n$/);
		const again = await cronsole(`db backup ${file}`);
		expect(again).toMatchObject({code: 2, err: `${file} is there already: it was not overwritten\nname another file\n`});
		expect(await cronsole('db backup /nowhere/at/all.db')).toMatchObject({code: 2});
		expect((await cronsole(`db backup ${file}.2 --json`)).json()).toMatchObject({backup: {file: `${file}.2`}});
	});
});

describe('a copy in the database\'s place', () => {
	test('takes no order and starts nothing until it was accepted; then what was under way needs a person', async () => {
		const shell = createShell('timezone: UTC\n');
		const {cronsole} = shell;
		const place = placeOf(shell);
		const full = createShell();
		await full.cronsole('vm create', {stdin: order()});
		await full.cronsole(`db backup ${shell.folder}/copy.db`);
		await cronsole('status');
		const copy = readFileSync(path.join(shell.folder, 'copy.db'));
		for (const ending of ['-wal', '-shm']) {
			rmSync(`${place}${ending}`, {force: true});
		}

		writeFileSync(place, copy);
		expect(await cronsole('vm create', {stdin: order({reference: 'whmcs-9'})})).toMatchObject({code: 75, err: expect.stringMatching(/^nothing can be ordered: this database is the copy of .*\ncompare it with the clusters first: cronsole db accept\n$/) as string});
		expect(await cronsole('vm terminate whmcs-1 --yes')).toMatchObject({code: 75});
		expect(await cronsole('--run-task=process_vms')).toMatchObject({code: 75});
		expect(await cronsole('hold off')).toMatchObject({code: 75});
		expect(await cronsole('db check')).toMatchObject({code: 1, out: expect.stringContaining('nothing is worked on until cronsole db accept') as string});
		expect((await cronsole('vm show whmcs-1')).code).toBe(0);

		const asked = await cronsole('db accept');
		expect(asked).toMatchObject({code: 2, err: 'not confirmed: work stays paused, nothing was changed\nadd --yes to go on with this database\n'});
		expect(asked.out).toContain('web1.example.net (v101): its create was under way: it will need a person, and `cronsole vm retry v101`');
		expect(await cronsole('db accept --yes')).toMatchObject({code: 0, err: ''});
		expect(await cronsole('db accept --yes')).toMatchObject({code: 2});
		expect((await cronsole('vm explain whmcs-1')).out).toContain('the database was restored from before it ended');
		expect((await cronsole('db check')).code).toBe(0);
	});
});
