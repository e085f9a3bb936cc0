import {safeText} from '../../domain/safe-text.js';
import {findNearest} from '../../domain/suggest.js';
import {Refused} from '../../intents/refused.js';
import {verbs, type Verb, type VerbName} from '../../intents/verbs.js';
import {type FlagName, flagByText} from './flags.js';

/** A verb with the words that follow it. */
export type FoundVerb = {readonly verb: Verb & {readonly name: VerbName}; readonly words: readonly string[]};

const isBeginning = (verb: Verb, words: readonly string[]): boolean => verb.name.split(' ').every((word, index) => words[index] === word);

/** The flags that a verb's usage names. */
export const flagsOf = (verb: Verb): readonly FlagName[] => Array.from(verb.usage.matchAll(/--[-a-z]+/g), ([text]) => flagByText.get(text)).filter(name => name !== undefined);

const placesOf = (verb: Verb): {readonly least: number; readonly most: number} => {
	const all = verb.usage.replaceAll(/\[--[^\]]*\]/g, '').split(' ').filter(word => word !== '');
	// A flag that must be there is followed by its value.
	const words = all.filter((word, index) => !word.startsWith('--') && !all[index - 1]?.startsWith('--'));
	return {least: words.filter(word => !word.startsWith('[')).length, most: words.length};
};

const nounHint = (noun: string): string | undefined => {
	const known = verbs.filter(({name}) => name.split(' ', 1)[0] === noun).map(({name}) => name.split(' ').slice(1).join(' ')).filter(rest => rest !== '');
	return known.length === 0 ? undefined : known.join(', ');
};

/** The verb that the words begin with, the longest that fits; refuses others with the one that was probably meant. */
export const findVerb = (words: readonly string[]): FoundVerb => {
	const verb = verbs.filter(row => isBeginning(row, words)).toSorted((a, b) => b.name.length - a.name.length)[0];
	if (!verb) {
		const said = safeText(words.slice(0, 2).join(' '), 60);
		const known = nounHint(words[0]!);
		if (known !== undefined) {
			const nearest = words.length > 1 ? findNearest(words.slice(0, 2).join(' '), verbs.map(({name}) => name)) : undefined;
			const message = words.length === 1 ? `${said} is no command by itself` : `unknown command: ${said}`;
			throw new Refused('unknown', message, nearest === undefined ? `write ${words[0]} and one of: ${known}` : `did you mean ${nearest}?`);
		}

		const nearest = findNearest(said, verbs.map(({name}) => name)) ?? findNearest(words[0]!, verbs.map(({name}) => name.split(' ', 1)[0]!));
		throw new Refused('unknown', `unknown command: ${said}`, nearest === undefined ? '`cronsole --help` lists them all' : `did you mean ${nearest}?`);
	}

	const rest = words.slice(verb.name.split(' ').length);
	const {least, most} = placesOf(verb);
	if (rest.length < least || rest.length > most) {
		const longer = verbs.filter(({name}) => name.startsWith(`${verb.name} `)).map(({name}) => name);
		const nearest = rest.length > most ? findNearest([verb.name, ...rest].join(' '), longer) : undefined;
		const message = rest.length < least ? `${verb.name} needs more words` : `${verb.name} takes no ${safeText(rest[most]!, 60)}`;
		throw new Refused('invalid', message, nearest === undefined ? `write cronsole ${verb.name} ${verb.usage}`.trimEnd() : `did you mean ${nearest}?`);
	}

	return {verb, words: rest};
};
