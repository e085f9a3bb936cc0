import {
	closeSync,
	openSync,
	readdirSync,
	readFileSync,
	writeFileSync,
	writeSync,
} from 'node:fs';
import path from 'node:path';
import BetterSqlite from 'better-sqlite3';
import {expect, test} from 'vitest';
import {useChildren} from '../store/support/child-process.js';
import {createShell, order} from './shell.js';

const children = useChildren('killed.ts');

const readBundle = (file: string): any => JSON.parse(readFileSync(file, 'utf8'));

test('where the config does not open a bundle says why, with each problem, and no secret of the environment', async () => {
	const {cronsole, folder, file} = createShell('clusters: [{name: fra1, nonsense: 7}]\n');
	const bundle = path.join(folder, 'bundle.json');
	const {code, out, err} = await cronsole(['support', 'bundle', bundle], {
		env: {
			HOME: folder, CRONSOLE_CONFIG: file, XDG_STATE_HOME: folder, USER: 'anna', MY_SECRET: 'nonsense',
		},
	});
	expect([code, out.startsWith(`wrote ${bundle}, `)]).toEqual([0, true]);
	expect(err).toMatch(/^without what is in the database: .*cronsole\.yaml/);
	const text = readFileSync(bundle, 'utf8');
	expect(text).not.toContain('nonsense');
	expect(JSON.parse(text)).toMatchObject({
		cronsole: '1.2.3', node: process.version, environment: {cores: expect.any(Number) as number},
		fault: {problems: expect.arrayContaining([expect.stringContaining('cronsole.yaml')]) as string[]}, config: {file, error: expect.any(String) as string}, files: null,
	});
});

test('where the database does not open it has the config without its secrets, and what lies in the database\'s place', async () => {
	const {cronsole, folder} = createShell();
	await cronsole('vm create', {stdin: order({password: 'Wachtwoord-1'})});
	writeFileSync(path.join(folder, 'state', 'cronsole', 'cronsole.db'), 'Wachtwoord-1, and no database'.repeat(100));
	const bundle = path.join(folder, 'bundle.json');
	const {code, err} = await cronsole(['support', 'bundle', bundle, '--json']);
	expect([code, err]).toEqual([0, expect.stringMatching(/^without what is in the database: .* is not a database \(SQLITE_NOTADB\)\.\n$/)]);
	expect(readFileSync(bundle, 'utf8')).not.toContain('Wachtwoord');
	expect(readBundle(bundle)).toMatchObject({
		fault: {message: expect.stringContaining('is not a database') as string}, config: {clusters: [{name: 'fra1', tokenSecret: '[secret]'}]},
		files: {'cronsole.db': {bytes: 2900, mode: '100600'}, 'cronsole.db.mark': {error: expect.stringContaining('ENOENT') as string}},
	});
});

test('where a page of the database is damaged the bundle has the rest, and says what is wrong', async () => {
	const {cronsole, folder, openStore} = createShell();
	await cronsole('vm create', {stdin: order()});
	await (await openStore()).close();
	const place = path.join(folder, 'state', 'cronsole', 'cronsole.db');
	const raw = new BetterSqlite(place);
	raw.pragma('wal_checkpoint(truncate)');
	const page = raw.prepare('select rootpage from sqlite_schema where name = \'vms\'').pluck().get() as number;
	const size = raw.pragma('page_size', {simple: true}) as number;
	raw.close();
	const file = openSync(place, 'r+');
	writeSync(file, Buffer.alloc(200, 0xA5), 0, 200, (page - 1) * size);
	closeSync(file);
	const bundle = path.join(folder, 'bundle.json');
	expect(await cronsole(['support', 'bundle', bundle])).toMatchObject({code: 0, err: ''});
	expect(readBundle(bundle)).toMatchObject({
		database: {damage: [expect.any(String)]}, rows: {error: expect.stringContaining('is damaged (SQLITE_CORRUPT)') as string}, check: expect.any(Array) as unknown[], config: {clusters: [{name: 'fra1'}]},
	});
});

test('a process that is killed at it leaves nothing under the name, and the next one takes away what it left', async () => {
	const {cronsole, folder} = createShell();
	const bundle = path.join(folder, 'bundle.json');
	const child = children.start();
	void child.ask('bundle', bundle).catch(() => undefined);
	await child.gone;
	expect(readdirSync(folder).filter(name => name.includes('bundle') || name.includes('unfinished'))).toEqual([`.cronsole-${child.pid}.unfinished`]);
	expect(await cronsole(['support', 'bundle', bundle])).toMatchObject({code: 0});
	expect(readdirSync(folder).filter(name => name.includes('bundle') || name.includes('unfinished'))).toEqual(['bundle.json']);
});
