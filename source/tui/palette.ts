import {taskTable} from '../domain/task.js';
import {verbs, type Verb} from '../intents/verbs.js';
import {
	hereOf,
	prefill,
	wordsHere,
	type Here,
} from './command-line.js';
import {bindingsFor, keyTitle, type CommandName} from './keymap.js';
import {type State} from './state.js';

/** A line of the palette: a verb of the command line, or a key that is no verb. */
export type PaletteEntry = {
	/** `vm suspend`, or what the key does. */
	readonly label: string;
	/** What follows the verb. */
	readonly usage: string;
	readonly key: string;
	readonly summary: string;
	/** Why it does nothing here. */
	readonly reason: string | null;
	readonly does: {readonly kind: 'verb'; readonly verb: Verb; /** What it puts into the line. */ readonly line: string} | {readonly kind: 'key'; readonly command: CommandName};
};

const reasons: Readonly<Record<string, string>> = {init: 'a config is written on a command line: cronsole init FILE'};

const ofVerb = (verb: Verb, here: Here): PaletteEntry => ({
	label: verb.name, usage: verb.usage, key: verb.key ?? '', summary: verb.summary, reason: reasons[verb.name] ?? null, does: {kind: 'verb', verb, line: prefill(verb, here)},
});

/** The same verb for each task, since people know the seven by their names. */
const ofTasks = (verb: Verb): readonly PaletteEntry[] => verb.usage.startsWith('NAME') && verb.name.startsWith('task ')
	? taskTable.map(({name, title}) => ({
		label: `${verb.name} ${name}`, usage: verb.usage.replace(/^NAME ?/, ''), key: verb.key ?? '', summary: `${title}: ${verb.summary}`, reason: null, does: {kind: 'verb', verb, line: `${verb.name} ${name} `},
	}))
	: [];

const hidden: ReadonlySet<CommandName> = new Set(['palette', 'down', 'up', 'first', 'last', 'halfDown', 'halfUp', 'right', 'left']);

const listKeys = (state: State): readonly PaletteEntry[] => bindingsFor(state)
	.filter(({command, verbs: names, isWriting}) => !hidden.has(command) && (names.length === 0 || !isWriting))
	.map(({command, keys, title, reason}) => ({
		label: title, usage: '', key: keyTitle(keys[0]), summary: '', reason: reason(state), does: {kind: 'key', command},
	}));

const wordBegins = /^$|[ _]$/;

/** Whether the letters come in this order; 0 at the beginning, the more the later they come, the wider they stand apart. */
const scoreIn = (text: string, letters: string): number | undefined => {
	let best: number | undefined;
	for (let start = text.indexOf(letters[0]!); start !== -1; start = text.indexOf(letters[0]!, start + 1)) {
		let at = start;
		let gaps = 0;
		for (const letter of letters.slice(1)) {
			const next = text.indexOf(letter, at + 1);
			if (next === -1) {
				return best;
			}

			gaps += next - at - 1;
			at = next;
		}

		best = Math.min(best ?? Infinity, (2 * gaps) + (wordBegins.test(text.slice(0, start)) ? 0 : 3) + (start / 100));
	}

	return best;
};

// Letters that only the explanation has count for less than any in the name, and stand together there.
const inSummary = 100;
/** From here on the letters lie so far apart that nobody meant that, if something else is there. */
const scattered = 10;
// The row under the cursor decides between verbs of one name.
const bonus = 0.5;

const rate = ({label, usage, summary}: PaletteEntry, words: readonly string[]): number | undefined => {
	const name = label.toLowerCase();
	if (name === words.join(' ')) {
		return -1;
	}

	const rest = `${usage} ${summary}`.toLowerCase();
	let sum = 0;
	for (const word of words) {
		const score = scoreIn(name, word) ?? (rest.includes(word) ? inSummary : undefined);
		if (score === undefined) {
			return undefined;
		}

		sum += score;
	}

	return sum;
};

/** Every verb and key that the letters fit, best first; without letters all of them, those first that the row under the cursor is good for. */
export const findEntries = (state: State, typed: string): readonly PaletteEntry[] => {
	const words = typed.toLowerCase().trim().split(/\s+/).filter(word => word !== '');
	const here = hereOf(state);
	const allowed = (verbs as readonly Verb[]).filter(({isWriting}) => !(isWriting && state.isReadOnly));
	const [fitting, others] = [true, false].map(fits => allowed.filter(verb => (wordsHere(verb, here).length > 0) === fits).map(verb => ofVerb(verb, here))) as [PaletteEntry[], PaletteEntry[]];
	if (words.length === 0) {
		return [...fitting, ...others, ...listKeys(state)].toSorted((a, b) => Number(a.reason !== null) - Number(b.reason !== null));
	}

	const found = [...fitting, ...others, ...listKeys(state), ...allowed.flatMap(verb => ofTasks(verb))]
		.map((entry, index) => ({entry, score: rate(entry, words), isFitting: index < fitting.length}))
		.filter((one): one is {entry: PaletteEntry; score: number; isFitting: boolean} => one.score !== undefined);
	const isMeant = found.some(({score}) => score < scattered);
	return found
		.filter(({score}) => !isMeant || score < scattered || score >= inSummary)
		.toSorted((a, b) => (a.score - (a.isFitting ? bonus : 0)) - (b.score - (b.isFitting ? bonus : 0)))
		.map(({entry}) => entry);
};
