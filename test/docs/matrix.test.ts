import fs from 'node:fs';
import path from 'node:path';
import {expect, test} from 'vitest';
import {
	matrix,
	vmConditions,
	type Allowed,
	type VmCondition,
} from '../../source/domain/allowed-now.js';

const guide = path.resolve(import.meta.dirname, '../../docs/guide/vms.md');
const marks = /(<!-- matrix -->\n)[\s\S]*(<!-- \/matrix -->)/;

const words: Readonly<Record<Extract<Allowed, string>, string>> = {
	now: 'now', 'after the present step': 'after', 'after the present operation': 'after', 'already so': 'so',
};

const cell = (allowed: Allowed): string => typeof allowed === 'string' ? words[allowed] : '–';

const table = (): string => {
	const conditions = Object.keys(vmConditions) as readonly VmCondition[];
	const rows = Object.entries(matrix).map(([verb, row]) => [`\`${verb}\``, ...conditions.map(condition => cell(row[condition]))]);
	return [
		['', ...conditions.map(condition => vmConditions[condition])],
		['---', ...conditions.map(() => '---')],
		...rows,
	].map(cells => `| ${cells.join(' | ')} |\n`).join('');
};

test('the guide shows the matrix of verbs and states as it is; CRONSOLE_WRITE=1 writes it', () => {
	const text = fs.readFileSync(guide, 'utf8');
	const wanted = text.replace(marks, (_, begin: string, end: string) => `${begin}${table()}${end}`);
	if (process.env.CRONSOLE_WRITE === '1') {
		fs.writeFileSync(guide, wanted);
	}

	expect(text).toMatch(marks);
	expect(process.env.CRONSOLE_WRITE === '1' ? wanted : text).toBe(wanted);
});
