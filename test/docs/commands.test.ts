import {expect, test} from 'vitest';
import {type Flags} from '../../source/commands/words/flags.js';
import {demoFlags, findMode, refuseOtherFlags} from '../../source/commands/modes.js';
import {parseArguments} from '../../source/commands/words/parse.js';
import {findVerb, flagsOf} from '../../source/commands/words/find-verb.js';
import {verbs} from '../../source/intents/verbs.js';
import {
	blocksOf,
	pages,
	spansOf,
	type Page,
} from './pages.js';

const quoted = /(?:"[^"]*"|'[^']*'|[^\s"';])+|;/g;
const ends = /^[#&;<>|]/;

/** The words of a line of the shell from `cronsole` to whatever ends it. */
const wordsOf = (line: string): readonly string[] => {
	const words = (/^(?:sudo -u cronsole )?cronsole( .*)?$/.exec(line.trim())?.[1] ?? '').match(quoted) ?? [];
	const end = words.findIndex(word => ends.test(word));
	return (end === -1 ? words : words.slice(0, end)).map(word => word.replaceAll(/["']/g, ''));
};

/** Names of packages, files and people that are called like the program. */
const isCall = (line: string): boolean => /^(?:sudo -u cronsole )?cronsole(?: |$)/.test(line.trim());

const callsOf = (page: Page): readonly string[] => [...blocksOf(page, 'sh').flatMap(block => block.split('\n')), ...spansOf(page)].filter(line => isCall(line));

const isVerbAlone = (words: readonly string[]): boolean => verbs.some(({name}) => name === words.join(' '));

const readMode = (flags: Flags): void => {
	if (flags.demo) {
		refuseOtherFlags(flags, demoFlags, '--demo', '');
	} else {
		findMode(flags);
	}
};

/** What the program would say to it before it does anything; undefined: nothing. */
const complaintOf = async (line: string): Promise<string | undefined> => {
	const argv = wordsOf(line);
	// These stand for what the reader puts there, or only name the verb.
	if (/^(?:VERB|NOUN|FLAG)$/.test(argv[0] ?? '') || isVerbAlone(argv)) {
		return undefined;
	}

	try {
		const {words, flags} = await parseArguments(argv);
		if (words.length === 0) {
			readMode(flags);
		} else {
			const {verb} = findVerb(words);
			refuseOtherFlags(flags, flagsOf(verb), verb.name, '');
		}

		return undefined;
	} catch (error) {
		return `${line}: ${(error as Error).message}`;
	}
};

const named = pages.filter(page => callsOf(page).length > 0);

test('the documentation names hundreds of commands', () => {
	expect(named.flatMap(page => callsOf(page)).length).toBeGreaterThan(200);
});

test.each(named)('every command that $name names is one that the program takes', async page => {
	const complaints = await Promise.all(callsOf(page).map(async line => complaintOf(line)));
	expect(complaints.filter(complaint => complaint !== undefined)).toEqual([]);
});

test.each(['cronsole vm shwo REF', 'cronsole vm show', 'cronsole vm list --reason x', 'cronsole --run-task=x --csv'].map(line => [line]))('%s would be noticed', async line => {
	expect(isVerbAlone(wordsOf(line)) || await complaintOf(line) !== undefined).toBe(true);
});
