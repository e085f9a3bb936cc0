import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {pathToFileURL} from 'node:url';
import {afterAll, expect, test} from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
const {withoutFacades} = await import(pathToFileURL(path.join(root, 'scripts/build-plugins.js')).href) as {readonly withoutFacades: (text: string) => string};
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'cronsole-bundle-'));
afterAll(() => {
	fs.rmSync(folder, {recursive: true});
});

const banner = 'import {createRequire as createRequireOfBundle} from \'node:module\';const require = createRequireOfBundle(import.meta.url);\n';

test('builtins are asked for themselves, in every spelling of an import, before all else', async () => {
	const text = withoutFacades(`${banner}var early=join2("a","b");import{join as join2,sep}from"node:path";import fs2 from"fs";import*as os2 from"node:os";import url,{URL as Url}from"node:url";export{early,fs2,join2,os2,sep,url,Url};`);
	expect(text.slice(banner.length)).not.toMatch(/\bimport\b/);
	const file = path.join(folder, 'builtins.mjs');
	fs.writeFileSync(file, text);
	const found = await import(pathToFileURL(file).href) as Readonly<Record<string, unknown>>;
	expect(found.early).toBe(path.join('a', 'b'));
	expect([found.join2, found.sep, found.fs2, found.os2, found.Url]).toEqual([path.join, path.sep, fs, os, URL]);
	expect(found.url).toHaveProperty('pathToFileURL', pathToFileURL);
});

test('better-sqlite3 is required; other packages, parts of the bundle and node:module are imported as they were', () => {
	const imports = 'import{a as b}from"./chunk-A.js";import Koffi from"koffi";import{createRequire as c}from"node:module";import"node:fs";';
	expect(withoutFacades(`${banner}${imports}import Sqlite from"better-sqlite3";`)).toBe(`${banner}const Sqlite=require("better-sqlite3");${imports}`);
	expect(withoutFacades(banner + imports)).toBe(banner + imports);
});

test('an import whose meaning would change is refused', () => {
	expect(() => withoutFacades(`${banner}import{default as fs}from"node:fs";`)).toThrow(/see what it writes now/);
});
