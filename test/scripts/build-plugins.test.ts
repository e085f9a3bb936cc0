import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {pathToFileURL} from 'node:url';
import {
	afterAll,
	expect,
	onTestFinished,
	test,
	vi,
} from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
type ChangesText = (text: string) => string;
const plugins = pathToFileURL(path.join(root, 'scripts/build-plugins.js')).href;
const {withDates, withoutFacades} = await import(plugins) as {readonly withDates: ChangesText; readonly withoutFacades: ChangesText};
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

type LocalizedTime = {readonly getParts: () => Readonly<Record<string, unknown>>; readonly toISO: () => string};
type Cron = {readonly L: new (date: Date, timezone?: string) => LocalizedTime};

const hourMs = 3_600_000;
const year = Array.from({length: 365 * 24}, (_, hour) => Date.UTC(2026, 0, 1) + (hour * hourMs) + 1234);

// Each keeps for itself what it knows of a zone.
const readCron = async (name: string, text: string): Promise<Cron> => {
	const file = path.join(folder, name);
	fs.writeFileSync(file, text.replace(/^\/\/# source.*$/m, ''));
	return await import(pathToFileURL(file).href) as Cron;
};

test.for(['UTC', 'America/St_Johns', 'Australia/Lord_Howe'])('node-cron reads the clocks of %s as it does by Intl, hours that are left out or come twice among them', async zone => {
	vi.stubEnv('TZ', zone);
	onTestFinished(() => {
		vi.unstubAllEnvs();
	});
	expect(new Intl.DateTimeFormat().resolvedOptions().timeZone).toBe(zone);
	const text = fs.readFileSync(path.join(root, 'node_modules/node-cron/dist/_shared.js'), 'utf8');
	const read = ({L: Time}: Cron) => {
		const times = [...year.map(at => new Time(new Date(at))), new Time(new Date(year[0]!), 'Asia/Tokyo')];
		return times.map(time => ({...time.getParts(), iso: time.toISO()}));
	};

	const file = zone.replace('/', '-');
	const [theirs, ours] = [await readCron(`theirs-${file}.mjs`, text), await readCron(`ours-${file}.mjs`, withDates(text))];
	expect(read(ours)).toEqual(read(theirs));
});

test('a node-cron that reads the clock otherwise is refused', () => {
	expect(() => withDates('')).toThrow(/see how it reads the clock now/);
});
