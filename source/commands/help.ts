import {verbs, type Verb} from '../intents/verbs.js';
import {flagByText, flagNames, flagTable} from './flags.js';
import {flagsOf} from './verb-of.js';

const columns = (rows: ReadonlyArray<readonly [left: string, right: string]>): string => {
	const width = Math.min(46, Math.max(...rows.map(([left]) => left.length)));
	return rows.map(([left, right]) => left.length > width ? `  ${left}\n  ${' '.repeat(width)}  ${right}` : `  ${left.padEnd(width)}  ${right}`).join('\n');
};

const calls = ['watch', 'lead', 'plain', 'ascii', 'daemon', 'demo', 'runTask', 'force', 'clearLocks', 'list'] as const;

const verbRow = ({name, usage, summary}: Verb): readonly [string, string] => [`${name} ${usage}`.trimEnd(), summary];

const wholeHelp = (): string => `The operations console for hosting providers.

cronsole                      the console
cronsole FLAG                 one of the calls below
cronsole VERB [WORDS] [FLAGS] one of the verbs below; \`cronsole VERB --help\` says more

Calls
${columns(calls.map(name => [flagTable[name].usage, flagTable[name].summary]))}

Verbs
${columns(verbs.map(row => verbRow(row)))}

Flags with every verb
${columns(flagNames.filter(name => 'isGlobal' in flagTable[name]).map(name => [flagTable[name].usage, flagTable[name].summary]))}

REF is an order's reference, a hostname, v101 (our id) or CLUSTER/VMID.
Exit codes: 0 done, 1 it ran and something failed, 2 refused, nothing was done, 69 the database cannot be used,
75 the lock is held, nothing was run, 129, 130, 143 interrupted.
`;

const verbHelp = (found: readonly Verb[]): string => {
	const flags = [...new Set(found.flatMap(verb => flagsOf(verb)))];
	const isDestructive = found.some(verb => verb.isDestructive);
	return [
		columns(found.map(verb => verbRow({...verb, name: `cronsole ${verb.name}`}))),
		flags.length === 0 ? '' : `\nFlags\n${columns(flags.map(name => [flagTable[name].usage, flagTable[name].summary]))}`,
		isDestructive ? '\nIt destroys something: it asks, or needs --yes.' : '',
	].filter(part => part !== '').join('\n') + '\n';
};

/** The help, whole or of the verbs that begin with these words. */
export const helpText = (words: readonly string[] = []): string => {
	const said = words.filter(word => !flagByText.has(word));
	for (let count = said.length; count > 0; count--) {
		const beginning = said.slice(0, count).join(' ');
		const found = verbs.filter(({name}) => name === beginning || name.startsWith(`${beginning} `));
		if (found.length > 0) {
			return verbHelp(found);
		}
	}

	return wholeHelp();
};
