import {durationHint, parseDuration} from '../../domain/duration.js';
import {safeText} from '../../domain/safe-text.js';
import {suggest} from '../../domain/suggest.js';
import {findTaskName, taskNames, type TaskName} from '../../domain/task.js';
import {Refused} from '../../intents/refused.js';
import {type Spell} from '../../intents/intents.js';
import {type Flags} from './flags.js';

/** The ms of a duration on the command line; absent: null. */
export const readDuration = (text: string | undefined, flag: string): number | null => {
	if (text === undefined) {
		return null;
	}

	const ms = parseDuration(text);
	if (ms === undefined || ms === 0) {
		throw new Refused('invalid', `${flag}: ${safeText(text, 40)} is no duration`, durationHint);
	}

	return ms;
};

/** How long `--wait` may take at most; null: it was not given, or without a value. */
export const readWait = ({wait}: Flags): number | null => wait === '' ? null : readDuration(wait, '--wait');

/** `--reason` and `--for`. */
export const readSpell = (flags: Flags): Spell => ({reason: flags.reason ?? null, forMs: readDuration(flags.for, '--for')});

/** A task by either of its spellings. */
export const readTask = (word: string | undefined): TaskName => {
	if (word === undefined || word === '') {
		throw new Refused('invalid', 'the name of a task is missing', `there is ${taskNames.join(', ')}`);
	}

	const task = findTaskName(word);
	if (task === undefined) {
		throw new Refused('unknown', `there is no task ${safeText(word, 60)}`, suggest(word, taskNames));
	}

	return task;
};

/** The number of something; `shown`: the verb that lists the numbers. */
export const readId = (word: string | undefined, what: string, shown = `${what} list`): number => {
	if (word === undefined || !/^\d{1,12}$/.test(word)) {
		throw new Refused('invalid', `${safeText(word ?? '', 40)} is no number of an ${what}`, `\`cronsole ${shown}\` shows the numbers`);
	}

	return Number(word);
};

/** One of some words, in any spelling of its case and hyphens. */
export const readChoice = <T extends string>(text: string | undefined, choices: readonly T[], flag: string): T | undefined => {
	if (text === undefined) {
		return undefined;
	}

	const plain = (word: string) => word.toLowerCase().replaceAll('-', '');
	const found = choices.find(choice => choice === text) ?? choices.find(choice => plain(choice) === plain(text));
	if (found === undefined) {
		throw new Refused('unknown', `${flag}: there is no ${safeText(text, 40)}`, suggest(text, choices));
	}

	return found;
};
