import fs from 'node:fs';
import path from 'node:path';
import {expect, test} from 'vitest';
import {bindings, keyTitle, type Binding} from '../../source/tui/keymap.js';

const guide = path.resolve(import.meta.dirname, '../../docs/guide/keys.md');
const marks = /(<!-- keys: (verbs|moving) -->\n)[\s\S]*?(<!-- \/keys -->)/g;

const code = (text: string): string => `\`${text}\``;

const namesOf = (keys: Binding['keys']): string => keys.map(key => code(keyTitle(key))).join(' ');

const hasCommand = ({verbs, isWriting}: Binding): boolean => verbs.length > 0 || isWriting;

const tables: Readonly<Record<string, () => readonly string[]>> = {
	verbs: () => [
		'| key | does | as a command |\n|---|---|---|\n',
		...bindings.filter(row => hasCommand(row)).map(({keys, title, verbs}) => `| ${namesOf(keys)} | ${title} | ${verbs.map(name => code(`cronsole ${name}`)).join(', ')} |\n`),
	],
	moving: () => [
		'| key | does |\n|---|---|\n',
		...bindings.filter(row => !hasCommand(row)).map(({keys, title}) => `| ${namesOf(keys)} | ${title} |\n`),
	],
};

test('the guide has every key of the console as the keymap says it; CRONSOLE_WRITE=1 writes it', () => {
	const text = fs.readFileSync(guide, 'utf8');
	const wanted = text.replaceAll(marks, (_, begin: string, name: string, end: string) => `${begin}${tables[name]!().join('')}${end}`);
	if (process.env.CRONSOLE_WRITE === '1') {
		fs.writeFileSync(guide, wanted);
	}

	expect(text.match(marks)).toHaveLength(2);
	expect(process.env.CRONSOLE_WRITE === '1' ? wanted : text).toBe(wanted);
});

test('every key stands in the guide once', () => {
	const text = fs.readFileSync(guide, 'utf8');
	const generated = text.match(marks)!.join('\n');
	expect(bindings.flatMap(({keys}) => keys).filter(key => generated.split('\n').filter(line => line.startsWith('|') && line.split('|', 2)[1]!.includes(code(keyTitle(key)))).length !== 1)).toEqual([]);
});
