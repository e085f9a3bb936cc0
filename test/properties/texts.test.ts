import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {flagNames, flagTable, flagText} from '../../source/commands/words/flags.js';
import {parseArguments} from '../../source/commands/words/parse.js';
import {joinWords, splitLine} from '../../source/tui/command-line.js';
import {csvLine} from '../../source/commands/print/csv-line.js';
import {formatInterval, parseDuration} from '../../source/domain/duration.js';
import {formatProperties, parseProperties} from '../../source/domain/property-string.js';
import {parseUpid} from '../../source/domain/proxmox-texts.js';
import {safeText} from '../../source/domain/safe-text.js';
import {Refused} from '../../source/intents/refused.js';
import {runs, seed} from './seed.js';

const anyText = fc.string({unit: 'binary', maxLength: 200});
const hex = (digits: number) => fc.string({unit: fc.constantFrom(...'0123456789ABCDEF'), minLength: digits, maxLength: digits});
const name = fc.stringMatching(/^[a-z](?:[\d\-a-z]{0,20}[\da-z])?$/);

describe(`of any text (seed ${seed})`, () => {
	test('a duration is read or it is none; what is written of one is read as the same', () => {
		fc.assert(fc.property(fc.oneof(anyText, fc.stringMatching(/^-?\d{0,12}[a-z]?$/)), text => {
			const ms = parseDuration(text);
			expect(ms === undefined || (Number.isSafeInteger(ms) && ms >= 0)).toBe(true);
			// What lasts so long ends at a moment.
			expect(Number.isNaN(new Date(Date.UTC(2100, 0) + (ms ?? 0)).getTime())).toBe(false);
		}), runs(2000));
		fc.assert(fc.property(fc.integer({min: 1, max: 86_400 * 3660}), seconds => {
			expect(parseDuration(formatInterval(seconds))).toBe(seconds * 1000);
		}), runs(2000));
	});

	test('a UPID is taken apart into what it was made of, and nothing else is one', () => {
		const parts = fc.record({
			node: name, pid: hex(8), pstart: hex(8), start: hex(8), type: name, id: fc.stringMatching(/^\d{0,9}$/), user: fc.stringMatching(/^[a-z]{1,8}@(?:pam|pve)(?:![a-z]{1,8})?$/),
		});
		const spell = ({node, pid, pstart, start, type, id, user}: Readonly<Record<'node' | 'pid' | 'pstart' | 'start' | 'type' | 'id' | 'user', string>>) => `UPID:${node}:${pid}:${pstart}:${start}:${type}:${id}:${user}:`;
		fc.assert(fc.property(parts, given => {
			const {node, type, id, user} = given;
			expect(parseUpid(spell(given))).toEqual({
				node, type, id, user, startTime: Number.parseInt(given.start, 16),
			});
		}), runs(2000));
		// Whatever is put in or left out: what comes out can stand in a URL's path.
		fc.assert(fc.property(parts, fc.nat(80), fc.nat(5), anyText, (given, at, length, put) => {
			const text = spell(given);
			const found = parseUpid(text.slice(0, at) + put + text.slice(at + length));
			expect(found === undefined || /^[\d\-a-z]+$/i.test(found.node)).toBe(true);
			expect(Object.values(found ?? {}).some(part => /[\s/:]/.test(String(part)))).toBe(false);
		}), runs(2000));
	});

	test('safe text is one line, short, and is the same when it is made safe again', () => {
		fc.assert(fc.property(fc.oneof(anyText, fc.string({unit: fc.constantFrom('\u{1B}', '[', ']', '\u{7}', 'm', '\n', '\r', '\u{9B}', '\u{202E}', '\u{301}', 'a', ' ', '\u{D800}', '😀')})), fc.integer({min: 1, max: 60}), (text, most) => {
			const safe = safeText(text, most);
			expect([...safe].length).toBeLessThanOrEqual(most);
			expect(safe).not.toMatch(/[\p{Control}\u{2028}\u{2029}\u{202A}-\u{202E}]/u);
			expect(safe.isWellFormed()).toBe(true);
			expect(safeText(safe, most)).toBe(safe);
		}), runs(3000));
	});

	test('a line of CSV has its cells, none of them a formula, and no line of its own', () => {
		// eslint-disable-next-line regexp/no-super-linear-move -- The lines are short.
		const parse = (line: string): readonly string[] => Array.from(`${line},`.matchAll(/(?:"((?:[^"]|"")*)"|([^,]*)),/g), ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain!);
		fc.assert(fc.property(fc.array(fc.oneof(anyText, fc.constantFrom('=1+1', '+x', '-x', '@x', '\t=1', 'a,"b"\n')), {minLength: 1, maxLength: 6}), cells => {
			const read = parse(csvLine(cells));
			expect(read.map((cell, index) => cell === cells[index] || cell === `'${cells[index]}`)).toEqual(cells.map(() => true));
			expect(read.some(cell => /^[\t\r+\-=@]/.test(cell))).toBe(false);
		}), runs(2000));
	});

	test('a property string is put together again as it was', () => {
		const key = fc.stringMatching(/^[a-z]\w{0,8}$/);
		const value = fc.stringMatching(/^[\w\-./:=]{1,12}$/);
		fc.assert(fc.property(fc.uniqueArray(fc.tuple(key, value), {selector: ([word]) => word, maxLength: 8}), pairs => {
			const text = formatProperties(new Map(pairs));
			expect([...parseProperties(text)]).toEqual(pairs);
		}), runs(1000));
		fc.assert(fc.property(anyText, text => {
			expect(parseProperties(formatProperties(parseProperties(text)))).toEqual(parseProperties(text));
		}), runs(1000));
	});
});

describe(`a command line (seed ${seed})`, () => {
	test('is taken apart, or refused with what to do, whatever it is made of', async () => {
		const word = fc.oneof(anyText, fc.constantFrom(...flagNames.map(flag => flagText(flag))), fc.constantFrom(...flagNames.map(flag => `${flagText(flag)}=x`)), fc.constantFrom('--', '-', '-h', '=', '--=', '-=x', 'vm', 'create'));
		await fc.assert(fc.asyncProperty(fc.array(word, {maxLength: 8}), async argv => {
			try {
				const {words, flags} = await parseArguments(argv);
				expect(Object.keys(flags).every(flag => (flagNames as readonly string[]).includes(flag))).toBe(true);
				// Nothing that was said is lost, nothing that was not is there.
				expect(words.every(said => argv.includes(said))).toBe(true);
			} catch (error) {
				expect(error).toBeInstanceOf(Refused);
				expect((error as Refused).hint).not.toBe('');
			}
		}), runs(600));
	});

	test('says the words and flags that it was made of', async () => {
		const flags = fc.uniqueArray(fc.constantFrom(...flagNames), {maxLength: 5}).chain(names => fc.tuple(...names.map(flag => fc.tuple(fc.constant(flag), fc.stringMatching(/^[^\0]{1,20}$/)))));
		await fc.assert(fc.asyncProperty(flags, fc.array(anyText, {maxLength: 4}), async (given, words) => {
			const argv = given.map(([flag, value]) => flagTable[flag].kind === 'switch' ? flagText(flag) : `${flagText(flag)}=${value}`);
			const call = await parseArguments([...argv, '--', ...words]);
			expect(call).toEqual({words, flags: Object.fromEntries(given.map(([flag, value]) => [flag, flagTable[flag].kind === 'switch' ? true : value]))});
		}), runs(400));
	});

	test('of the console is split into the words that it was joined of', () => {
		fc.assert(fc.property(fc.array(anyText, {maxLength: 6}), words => {
			fc.pre(words[0] !== 'cronsole');
			expect(splitLine(joinWords(words))).toEqual({words});
		}), runs(2000));
		fc.assert(fc.property(anyText, line => {
			expect(Object.keys(splitLine(line))).toHaveLength(1);
		}), runs(2000));
	});
});
