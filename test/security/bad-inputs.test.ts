import fs from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import {expect, onTestFinished, test} from 'vitest';
import {deploy} from '../commands/deployed.js';
import {type Said} from '../commands/shell.js';
import {listBadInputs, type BadInput} from './bad-inputs.js';
import {createRandom} from './random.js';

const seed = Number(process.env.CRONSOLE_SEED ?? 7);
const count = Number(process.env.CRONSOLE_BAD_INPUTS ?? 1000);

/** What is in every table and in every folder, as far as a call could change it. */
const createWitness = (folder: string) => {
	const database = new Database(path.join(folder, 'state/cronsole/cronsole.db'), {readonly: true});
	onTestFinished(() => {
		database.close();
	});
	const tables = database.prepare('select name from sqlite_master where type = \'table\' order by name').pluck().all() as string[];
	return {
		version: () => database.pragma('data_version', {simple: true}) as number,
		dump: () => JSON.stringify(tables.map(table => [table, database.prepare(`select * from "${table}"`).all()])),
		files: () => fs.readdirSync(folder, {recursive: true, encoding: 'utf8'}).filter(name => !name.includes('cronsole.db') && !name.includes('witness')).toSorted().join('\n'),
	};
};

const harmful = /[^\P{Control}\n]|[\u{202A}-\u{202E}\u{2066}-\u{2069}]/u;
const machinery = /TypeError|RangeError|ReferenceError|SyntaxError|SqliteError|ZodError|\bat .*:\d+:\d+\)|\[object |node_modules|ERR_/;

const faultsOf = ({code, out, err}: Said, {argv}: BadInput): readonly string[] => {
	const lines = err.split('\n').slice(0, -1);
	const isJson = argv.includes('--json');
	return [
		code === 2 ? [] : `exit code ${code}`,
		// A config has a line for each problem.
		lines.length === 2 ? [] : `${lines.length} lines`,
		lines.some(line => line.trim() === '') ? 'an empty line' : [],
		lines.some(line => line.length > 4100) ? 'a long line' : [],
		harmful.test(err) || harmful.test(out) ? 'control characters' : [],
		machinery.test(err) ? 'words of the machinery' : [],
		(isJson ? out === '' || 'error' in JSON.parse(out) : out === '') ? [] : `standard output: ${out.slice(0, 100)}`,
	].flat();
};

test(`${count} bad inputs to every command (seed ${seed}) end with exit code 2, a line what is wrong, a line what to do, and nothing changed`, {timeout: 600_000}, async () => {
	const shell = await deploy('pools:\n  - {name: fra1-v4, cluster: fra1, bridge: vmbr0, gateway: 203.0.113.1, prefix: 24, first: 203.0.113.10, last: 203.0.113.19}\n');
	const witness = createWitness(shell.folder);
	const before = {version: witness.version(), dump: witness.dump(), files: witness.files()};
	const found: string[] = [];
	for (const input of listBadInputs(count, createRandom(seed))) {
		const began = performance.now();
		const said = await shell.cronsole(input.argv, {stdin: input.stdin});
		const took = performance.now() - began;
		const faults = [...faultsOf(said, input), ...took > 15_000 ? [`${Math.round(took)} ms`] : [], ...witness.version() === before.version ? [] : ['the database was written']];
		if (faults.length === 0) {
			continue;
		}

		found.push(`${input.what}: ${faults.join(', ')}: ${JSON.stringify(input.argv).slice(0, 300)} ${String(input.stdin).slice(0, 100)} -> ${JSON.stringify(said.err.slice(0, 300))}`);
		before.version = witness.version();
	}

	expect(found).toEqual([]);
	expect(witness.dump()).toBe(before.dump);
	expect(witness.files()).toBe(before.files);
	expect(Object.keys(Object.prototype)).toEqual([]);
});
