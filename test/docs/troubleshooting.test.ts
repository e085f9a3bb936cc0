import fs from 'node:fs';
import path from 'node:path';
import {expect, test} from 'vitest';
import {findPage, root} from './pages.js';

const read = (folder: string, ending: RegExp): readonly string[] => fs.readdirSync(path.join(root, folder), {recursive: true, encoding: 'utf8'})
	.filter(name => ending.test(name))
	// Backticks and quotes are told in text as they are read.
	.map(name => fs.readFileSync(path.join(root, folder, name), 'utf8').replaceAll(/\\(?=['`])/g, ''));

const files = [...read('source', /\.tsx?$/), ...read('recipes', /\.php$/)];

/** Words that Proxmox says, and not we. */
const foreign = new Set(['VM is locked (backup)']);

const sayings = findPage('docs/guide/troubleshooting.md').text
	.matchAll(/“((?:[^“”]|“[^“”]*”)+)”/g)
	.map(([, saying]) => saying!)
	.filter(saying => !foreign.has(saying) && saying !== 'quotes')
	.toArray();

/** What stands between the names and numbers. */
const partsOf = (saying: string): readonly string[] => saying.split(/[“”…]/).map(part => part.trim()).filter(part => /[a-z]{2}/i.test(part));

test('the page quotes the program a hundred times', () => {
	expect(sayings.length).toBeGreaterThan(90);
});

/** The parts one after the other in one line of the source, with not much between them. */
const patternOf = (saying: string): RegExp => new RegExp(partsOf(saying).map(part => RegExp.escape(part)).join(String.raw`[^\n]{0,160}`));

test.each(sayings.map(saying => [saying]))('the program says “%s”', saying => {
	expect(partsOf(saying).length).toBeGreaterThan(0);
	expect(files.some(text => patternOf(saying).test(text))).toBe(true);
});
