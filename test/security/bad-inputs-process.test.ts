import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import Database from 'better-sqlite3';
import {expect, onTestFinished, test} from 'vitest';
import {program, start} from '../support/program.js';
import {config} from '../commands/shell.js';
import {fitsProcess, listBadInputs} from './bad-inputs.js';
import {createRandom} from './random.js';

const seed = Number(process.env.CRONSOLE_SEED ?? 7);

const dump = (file: string): string => {
	const database = new Database(file, {readonly: true});
	const tables = database.prepare('select name from sqlite_master where type = \'table\' order by name').pluck().all() as string[];
	const rows = tables.map(table => [table, database.prepare(`select * from "${table}"`).all()]);
	database.close();
	return JSON.stringify(rows);
};

test(`20 bad inputs as processes of their own (seed ${seed}) end with exit code 2, a line what is wrong, a line what to do, and nothing changed`, {timeout: 120_000}, async () => {
	const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'cronsole-bad-'));
	onTestFinished(() => {
		fs.rmSync(folder, {recursive: true});
	});
	const file = path.join(folder, 'cronsole.yaml');
	fs.writeFileSync(file, config, {mode: 0o600});
	const env = {CRONSOLE_CONFIG: file, XDG_STATE_HOME: path.join(folder, 'state'), HOME: folder};
	await start(program, ['vm', 'list'], env).exited;
	const database = path.join(folder, 'state/cronsole/cronsole.db');
	const before = dump(database);
	const fitting = listBadInputs(400, createRandom(seed)).filter(input => input.stdin === '' && fitsProcess(input) && !input.argv.includes('v101'));
	// From all over the table of verbs, and never the same verb of two rounds.
	const inputs = fitting.filter((_, index) => index % 13 === 0).slice(0, 20);
	const ended = await Promise.all([0, 1].map(async turn => {
		const found: unknown[] = [];
		for (const {what, argv} of inputs.filter((_, index) => index % 2 === turn)) {
			const one = start(program, argv, env);
			found.push([what, await one.exited, one.errors.length, one.lines.filter(line => !line.startsWith('{"error"'))]);
		}

		return found;
	}));
	expect(ended.flat()).toHaveLength(20);
	expect(ended.flat().filter(row => JSON.stringify((row as unknown[]).slice(1)) !== '[2,2,[]]')).toEqual([]);
	expect(dump(database)).toBe(before);
});
