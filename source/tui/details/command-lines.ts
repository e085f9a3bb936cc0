import {allowedNow, type VmVerb} from '../../domain/allowed-now.js';
import {type Operation} from '../../domain/operation.js';
import {vmName, type Vm} from '../../domain/vm.js';
import {
	headingLines,
	textLines,
	type DetailContext,
	type DetailLines,
} from './detail-lines.js';

/** A command with its words, and what it does. */
export type ReadyCommand = {readonly verb: VmVerb; readonly words: string; readonly does: string};

/** The VM that commands are for. */
export type CommandVm = {readonly vm: Vm; readonly open: readonly Operation[]; readonly graceMs: number};

const plainWord = /^[\w%+,\-./:=@]+$/;

/** A word as a shell takes it, whoever chose it. */
export const shellWord = (word: string): string => plainWord.test(word) ? word : `'${word.replaceAll('\'', String.raw`'\''`)}'`;

const hintOf = ({verb, does}: ReadyCommand, {vm, open, graceMs}: CommandVm): readonly [style: 'dim' | 'warning', text: string] => {
	const allowed = allowedNow(verb, vm, open, graceMs);
	return typeof allowed === 'string' ? ['dim', allowed === 'now' ? does : `${does}; ${allowed}`] : ['warning', `not now: ${allowed.reason}; ${allowed.hint.replaceAll('REF', () => vmName(vm))}`];
};

/** Commands that are of use here, as they are typed, with what they do or why they cannot be asked for. */
export const commandLines = (commands: readonly ReadyCommand[], given: CommandVm, context: DetailContext): DetailLines => [
	...headingLines('Commands'),
	...commands.flatMap(command => [
		...textLines(context, `cronsole ${command.verb} ${command.words}`, 'accent'),
		...textLines(context, hintOf(command, given)[1], hintOf(command, given)[0], 4),
	]),
];
