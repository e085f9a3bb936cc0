import {type Incident} from '../domain/incident.js';
import {taskLock, taskNames} from '../domain/task.js';
import {verbs, type Verb} from '../intents/verbs.js';
import {vmOf} from './forms-here.js';
import {topPage, type State} from './state.js';
import {
	incidentOf,
	needsShown,
	subjectOf,
	type Subject,
} from './subject.js';

/** The words of a line, or why it has none. */
export type SplitLine = {readonly words: readonly string[]} | {readonly problem: string};

const pieces = /(?<space>\s+)|'(?<single>[^']*)'|"(?<double>(?:\\[\s\S]|[^"\\])*)"|\\(?<escaped>[\s\S])|(?<plain>[^\s"'\\]+)|(?<open>["'\\])/g;

/** Takes a line apart as a shell would, but nothing in it stands for anything else. A `cronsole` at its beginning is none of its words. */
export const splitLine = (line: string): SplitLine => {
	const words: string[] = [];
	let word: string | undefined;
	for (const {groups = {}} of line.matchAll(pieces)) {
		const {space, single, double, escaped, plain, open} = groups;
		if (open !== undefined) {
			return {problem: open === '\\' ? String.raw`nothing stands behind the \ at the end` : `the quote ${open} has no end`};
		}

		if (space === undefined) {
			word = (word ?? '') + (single ?? double?.replaceAll(/\\(["\\])/g, '$1') ?? escaped ?? plain!);
		} else if (word !== undefined) {
			words.push(word);
			word = undefined;
		}
	}

	const last = word === undefined ? words : [...words, word];
	return {words: last[0] === 'cronsole' ? last.slice(1) : last};
};

const quoted = (word: string): string => /^[\w%+,\-./:=@]+$/.test(word) ? word : `'${word.replaceAll('\'', String.raw`'\''`)}'`;

/** A line that `splitLine` takes apart into these words. */
export const joinWords = (words: readonly string[]): string => words.map(word => quoted(word)).join(' ');

const patterns = (verbs as readonly Verb[])
	.toSorted((a, b) => b.name.length - a.name.length)
	.map(verb => ({verb, pattern: new RegExp(String.raw`^\s*(?:cronsole\s+)?${verb.name.replace(' ', String.raw`\s+`)}(?:\s|$)`)}));

/** The verb that a line begins with, the longest that fits; `rest` null: the line ends with it. */
export const findVerbIn = (line: string): {readonly verb: Verb; readonly rest: string | null} | undefined => {
	for (const {verb, pattern} of patterns) {
		const [begun] = pattern.exec(line) ?? [];
		if (begun !== undefined) {
			return {verb, rest: /\s$/.test(begun) ? line.slice(begun.length) : null};
		}
	}

	return undefined;
};

/** Whether what was typed is a line to be run, and no longer a few letters of a verb. */
export const isLine = (text: string): boolean => (findVerbIn(text)?.rest ?? null) !== null || /^\s*(?:cronsole\s+)?(?:-|help\s)/.test(text);

/** Whether a verb says nothing without more words. */
export const needsWords = ({usage}: Verb): boolean => usage.replaceAll(/\[[^[\]]*\]/g, '').trim() !== '';

const installOf = (subject: Subject | undefined): string | null => {
	const id = subject?.kind === 'install' ? subject.id : (subject?.kind === 'activity' ? subject.row.installId : null);
	return id === null ? null : `i${id}`;
};

const taskOf = (subject: Subject | undefined): string | null => {
	if (subject?.kind === 'task') {
		return subject.name;
	}

	return subject?.kind === 'lock' ? taskNames.find(name => taskLock(name) === subject.lock.name) ?? null : null;
};

const lockOf = (subject: Subject | undefined): string | null => subject?.kind === 'lock' ? subject.lock.name.replace(/^task:/, '') : taskOf(subject);

/** What the cursor is on, or was on when the palette was opened; looked up once for all verbs. */
export type Here = {readonly subject: Subject | undefined; readonly incident: Incident | undefined};

export const hereOf = (state: State): Here => state.overlay?.kind === 'palette' ? state.overlay.here : {subject: subjectOf(state), incident: incidentOf(state)};

/** What the row under the cursor is called at a place of a verb's usage; null: it is nothing that could stand there. */
const wordAt = ({name}: Verb, place: string, {subject, incident}: Here): string | null => {
	const [noun] = name.split(' ', 1);
	switch (`${noun} ${place}`) {
		case 'vm REF':
		case 'backup REF':
		case 'snapshot REF':
		case 'dns REF': {
			return vmOf(subject);
		}

		case 'install ID':
		case 'install REF':
		case 'account REF': {
			return installOf(subject);
		}

		case 'backup BACKUP': {
			return subject?.kind === 'backup' ? `b${subject.line.id}` : null;
		}

		case 'snapshot NAME': {
			return subject?.kind === 'snapshot' ? subject.line.name : null;
		}

		case 'task NAME': {
			return taskOf(subject);
		}

		case 'lock [NAME]': {
			return lockOf(subject);
		}

		case 'ack ID': {
			return incident ? String(incident.id) : null;
		}

		default: {
			return null;
		}
	}
};

/** The words that the row under the cursor puts behind a verb. */
export const wordsHere = (verb: Verb, here: Here): readonly string[] => {
	const words = verb.usage.split(' ').map(place => wordAt(verb, place, here));
	const end = words.indexOf(null);
	return words.slice(0, end === -1 ? undefined : end) as readonly string[];
};

/** A verb as the beginning of a line, with what is known of the row under the cursor. */
export const prefill = (verb: Verb, here: Here): string => `${verb.name} ${wordsHere(verb, here).map(word => `${quoted(word)} `).join('')}`;

const most = 50;
const isSecret = (line: string): boolean => line.split(/\s+/).some(word => /^--.*(?:password|passphrase|secret|token)/i.test(word));

/** The lines that can be recalled once this one was run. */
export const remembered = (lines: readonly string[], line: string): readonly string[] => isSecret(line) || lines.at(-1) === line ? lines : [...lines, line].slice(-most);

/** Calls by a flag that are verbs inside the console. */
const asVerb = (call: string): string => {
	const {flag, name} = /^--(?<flag>clear-locks|run-task)=(?<name>\S+)$/.exec(call)?.groups ?? {};
	return flag === undefined ? call : `${flag === 'run-task' ? 'task run' : 'lock clear'} ${name!}`;
};

/** The command that helps with what a page is about. */
const helpHere = (state: State): string | null => {
	const page = topPage(state);
	if (page?.kind === 'needs') {
		const {needs, index} = needsShown(state);
		return needs[index]?.command ?? null;
	}

	const subject = page?.kind === 'detail' ? subjectOf(state) : undefined;
	return subject?.kind === 'incident' ? subject.incident.command : null;
};

/** What stands in the palette when it is opened: on the page of needs and of an incident the command that helps, if it is one of ours. */
export const paletteStart = (state: State): string => {
	const said = /^cronsole (?<call>.+)$/.exec(helpHere(state)?.split(' && ', 1)[0] ?? '')?.groups?.call ?? '';
	const line = asVerb(said);
	const found = findVerbIn(line);
	return found && !(found.verb.isWriting && state.isReadOnly) ? line : '';
};
