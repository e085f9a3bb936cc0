import fs from 'node:fs';
import path from 'node:path';
import {expect, test} from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
const page = fs.readFileSync(path.join(root, 'docs/threat-model.md'), 'utf8');
const named = page.matchAll(/“([^“”]+)” \(`(test\/[^`]+)`\)/g).map(([, title, file]) => [file!, title!] as const).toArray();

test('everybody in the threat model is held by a test', () => {
	const rows = page.split('\n').filter(line => line.startsWith('| **'));
	expect(rows.length).toBeGreaterThanOrEqual(9);
	expect(rows.filter(row => !/“[^“”]+” \(`test\/[^`]+`\)/.test(row))).toEqual([]);
});

test.each(named)('%s has “%s”', (file, title) => {
	expect(fs.readFileSync(path.join(root, file), 'utf8').replaceAll(String.raw`\'`, '\'')).toContain(title);
});
