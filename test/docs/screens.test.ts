import fs from 'node:fs';
import path from 'node:path';
import {pathToFileURL} from 'node:url';
import {expect, test} from 'vitest';
import {pages, root} from './pages.js';

// Plain JavaScript, as every script.
const {screens} = await import(pathToFileURL(path.join(root, 'scripts/capture-screens-table.js')).href);
const names: readonly string[] = screens.map(({name}: {readonly name: string}) => name);

const fileOf = (name: string): string => path.join(root, 'docs/guide/screens', `${name}.txt`);

const shown = pages.flatMap(({name: page, text}) => text.matchAll(/<!-- screen: ([\w-]+) -->\n([\s\S]*?)<!-- \/screen -->/g).map(([, name, body]) => ({page, name: name!, body: body!})).toArray());

test('the guide shows screens', () => {
	expect(shown.length).toBeGreaterThan(10);
});

test('each name of a screen is there once', () => {
	expect(new Set(names).size).toBe(names.length);
});

test.each(shown)('$page shows the screen $name as it was captured; `npm run screens` captures it', ({name, body}) => {
	expect(names).toContain(name);
	expect(fs.existsSync(fileOf(name)), `docs/guide/screens/${name}.txt is not there`).toBe(true);
	expect(body).toBe(`\`\`\`text\n${fs.readFileSync(fileOf(name), 'utf8')}\`\`\`\n`);
});
