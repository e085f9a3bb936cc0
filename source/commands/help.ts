import {verbs, type Verb} from '../intents/verbs.js';
import {flagByText, flagNames, flagTable} from './words/flags.js';
import {flagsOf} from './words/find-verb.js';

type Row = readonly [left: string, right: string];

/** What a terminal has at least. */
const screenWidth = 80;

const wrap = (text: string, width: number): readonly string[] => {
	const lines = [''];
	for (const word of text.split(' ')) {
		const longer = `${lines.at(-1)!} ${word}`.trimStart();
		if (longer.length > width && lines.at(-1) !== '') {
			lines.push(word);
		} else {
			lines[lines.length - 1] = longer;
		}
	}

	return lines;
};

/** Blocks of rows in two columns, a blank line between blocks. */
const columns = (blocks: ReadonlyArray<readonly Row[]>): string => {
	const width = Math.max(...blocks.flat().map(([left]) => left.length));
	const indent = ' '.repeat(width + 4);
	const rowText = ([left, right]: Row): string => `  ${left.padEnd(width)}  ${wrap(right, screenWidth - indent.length).join(`\n${indent}`)}`;
	return blocks.map(rows => rows.map(row => rowText(row)).join('\n')).join('\n\n');
};

const calls = ['watch', 'lead', 'plain', 'ascii', 'daemon', 'metrics', 'intake', 'demo', 'runTask', 'force', 'clearLocks', 'list'] as const;

const flagRow = (name: typeof flagNames[number]): Row => [flagTable[name].usage, flagTable[name].summary];

const nounOf = ({name}: Verb): string => name.split(' ', 1)[0]!;

/** Verbs of one noun stand together, and so do those that are their noun's only one. */
const verbBlocks = (): ReadonlyArray<readonly Verb[]> => {
	const counts = Map.groupBy<string, Verb>(verbs, verb => nounOf(verb));
	const keyOf = (verb: Verb): string => counts.get(nounOf(verb))!.length > 1 ? nounOf(verb) : '';
	const blocks: Verb[][] = [];
	for (const verb of verbs) {
		const last = blocks.at(-1);
		if (last && keyOf(last[0]!) === keyOf(verb)) {
			last.push(verb);
		} else {
			blocks.push([verb]);
		}
	}

	return blocks;
};

/** The verb with its words; its flags stand in its own help. */
const briefRow = ({name, usage, summary}: Verb): Row => [`${name} ${usage.replace(/ ?\[?--.*/, '')}`.trimEnd(), summary];

const wholeHelp = (): string => `The operations console for hosting providers.

cronsole                        the console
cronsole FLAG                   one of the calls below
cronsole VERB [WORDS] [FLAGS]   one of the verbs below
cronsole VERB --help            its flags; of a noun, as vm, all of its verbs

Calls
${columns([calls.map(name => flagRow(name))])}

Verbs
${columns(verbBlocks().map(rows => rows.map(verb => briefRow(verb))))}

Flags with every verb
${columns([flagNames.filter(name => 'isGlobal' in flagTable[name]).map(name => flagRow(name))])}

REF is an order's reference, a hostname, v101 (our id) or CLUSTER/VMID.
ID is an install's number, its order's reference or its domain; so is REF there.
Exit codes: 0 done, 1 it ran and something failed, 2 refused, nothing was done,
69 the database cannot be used, 75 the lock is held, nothing was run,
129, 130, 143 interrupted.
`;

const verbText = ({name, usage, summary}: Verb): string => [`  cronsole ${name} ${usage}`.trimEnd(), ...wrap(summary, screenWidth - 6).map(line => `      ${line}`)].join('\n');

const dangerText = (found: readonly Verb[]): string => {
	const destructive = found.filter(verb => verb.isDestructive).map(({name}) => name);
	if (found.some(({usage}) => usage.includes('--allow-data-loss'))) {
		destructive.push('vm change --allow-data-loss');
	}

	return destructive.length === 0 ? '' : `\n${wrap(`What destroys something asks for the hostname, or needs --yes: ${destructive.join(', ')}.`, screenWidth).join('\n')}`;
};

const verbHelp = (found: readonly Verb[]): string => {
	const flags = [...new Set(found.flatMap(verb => flagsOf(verb)))];
	return [
		found.map(verb => verbText(verb)).join('\n'),
		flags.length === 0 ? '' : `\nFlags\n${columns([flags.map(name => flagRow(name))])}`,
		dangerText(found),
	].filter(part => part !== '').join('\n') + '\n';
};

const isValueOf = (before: string | undefined): boolean => {
	const flag = flagByText.get(before ?? '');
	return flag !== undefined && flagTable[flag].kind === 'value';
};

/** The help, whole or of the verbs that a command line names. */
export const helpText = (argv: readonly string[] = []): string => {
	const said = argv.filter((word, index) => !word.startsWith('-') && word !== 'help' && !isValueOf(argv[index - 1]));
	for (let count = said.length; count > 0; count--) {
		const beginning = said.slice(0, count).join(' ');
		const found = verbs.filter(({name}) => name === beginning || name.startsWith(`${beginning} `));
		if (found.length > 0) {
			return verbHelp(found);
		}
	}

	return wholeHelp();
};
