import fs from 'node:fs';
import path from 'node:path';
import {expect, test} from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
const rows = fs.readFileSync(path.join(root, 'docs/failure-modes.md'), 'utf8').split('\n').filter(line => /^\| (?!What goes wrong|-)/.test(line));

/** A test's title as its file has it, quotes and all. */
const titlesIn = (file: string): string => fs.readFileSync(path.join(root, file), 'utf8').replaceAll(String.raw`\'`, '\'');

test('every row of the failure modes names a test', () => {
	expect(rows.length).toBeGreaterThan(40);
	expect(rows.filter(row => !/“[^“”]+” \(`test\/[^`]+`\)/.test(row))).toEqual([]);
});

test.each(rows.flatMap(row => row.matchAll(/“([^“”]+)” \(`(test\/[^`]+)`\)/g).map(([, title, file]) => [file!, title!] as const).toArray()))('%s has “%s”', (file, title) => {
	expect(titlesIn(file)).toContain(`'${title}'`);
});
