import meow from 'meow';
import {safeText} from '../../domain/safe-text.js';
import {findNearest} from '../../domain/suggest.js';
import {Refused} from '../../intents/refused.js';
import {
	flagByText,
	type FlagName,
	flagNames,
	type Flags,
	flagTable,
	flagText,
} from './flags.js';

/** A call, taken apart. */
export type Call = {readonly words: readonly string[]; readonly flags: Flags};

const refuse = (message: string, hint: string): Refused => new Refused('invalid', message, hint);

// Free text may be empty: a script passes on what it was given.
const texts: ReadonlySet<FlagName> = new Set(['reason', 'note']);

const shorts: ReadonlyMap<string, string> = new Map([['-h', '--help']]);

const readValue = (name: FlagName, value: string | undefined, isNextWord: boolean): string => {
	if (value === undefined || (isNextWord && flagByText.has(value)) || (value === '' && !texts.has(name))) {
		throw refuse(`${flagText(name)} needs a value`, `write ${flagTable[name].usage}`);
	}

	return value;
};

/** meow takes one pair of quotes off a value that stands in them; they are what was written. */
const keepQuotes = (value: string): string => /^["']/.test(value) && value.endsWith(value[0]!) ? `"${value}"` : value;

/**
 Brings argv into the one spelling that meow reads without guessing: every value behind its `=`. A value may then be `-`, begin
 with a hyphen, or be left out where it is optional.
 */
const normalise = (argv: readonly string[]): {readonly plain: readonly string[]; readonly seen: ReadonlySet<FlagName>} => {
	const plain: string[] = [];
	const seen = new Set<FlagName>();
	const rest = [...argv];
	while (rest.length > 0) {
		const given = rest.shift()!;
		const argument = shorts.get(given) ?? given;
		if (argument === '--') {
			return {plain: [...plain, '--', ...rest], seen};
		}

		if (argument === '-' || !argument.startsWith('-')) {
			plain.push(argument);
			continue;
		}

		const end = argument.indexOf('=');
		const text = end === -1 ? argument : argument.slice(0, end);
		const name = flagByText.get(text);
		if (name === undefined) {
			const nearest = findNearest(text, flagByText.keys());
			throw refuse(`unknown flag ${safeText(text, 60)}`, nearest === undefined ? '`cronsole --help` lists them' : `did you mean ${nearest}?`);
		}

		if (seen.has(name)) {
			throw refuse(`${text} stands there twice`, 'leave one of them out');
		}

		seen.add(name);
		const {kind} = flagTable[name];
		if (kind === 'switch') {
			// `--read-only=false` behind a forced `--read-only` must not take it back.
			if (end !== -1) {
				throw refuse(`${text} takes no value`, `write ${text} alone, or leave it out`);
			}

			plain.push(argument);
		} else if (kind === 'value') {
			const value = end === -1 ? rest.shift() : argument.slice(end + 1);
			plain.push(`${text}=${keepQuotes(readValue(name, value, end === -1))}`);
		} else {
			const value = end === -1 ? '' : argument.slice(end + 1);
			plain.push(`${text}=${keepQuotes(value)}`);
		}
	}

	return {plain, seen};
};

/** meow takes `--no-mail` for the opposite of a flag `mail`: it is a flag of its own. */
const withNegations = (flags: Readonly<Record<string, unknown>>): Flags => {
	const negated = flagNames.filter(name => /^no[A-Z]/.test(name) && flags[`${name.charAt(2).toLowerCase()}${name.slice(3)}`] === false);
	return Object.fromEntries([...Object.entries(flags).filter(([name]) => Object.hasOwn(flagTable, name)), ...negated.map(name => [name, true] as const)]);
};

/** Takes a command line apart; refuses unknown flags with the one that was probably meant. */
export const parseArguments = async (argv: readonly string[]): Promise<Call> => {
	const {plain, seen} = normalise(argv);
	const {input, flags} = meow('', {
		importMeta: import.meta,
		pkg: {name: 'cronsole'},
		argv: plain,
		description: false,
		autoHelp: false,
		autoVersion: false,
		booleanDefault: undefined,
		// Each flag that meow knows costs every start: it hears of those that are there.
		flags: Object.fromEntries(Array.from(seen, name => [name, {type: flagTable[name].kind === 'switch' ? 'boolean' : 'string'}] as const)),
	});
	return {words: input, flags: withNegations(flags)};
};
