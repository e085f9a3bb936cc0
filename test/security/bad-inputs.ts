import {
	flagNames,
	flagTable,
	flagText,
	type FlagName,
} from '../../source/commands/words/flags.js';
import {demoFlags, modes, type Mode} from '../../source/commands/modes.js';
import {flagsOf} from '../../source/commands/words/find-verb.js';
import {verbs, type Verb} from '../../source/intents/verbs.js';
import {badBody} from './bad-bodies.js';
import {hostileWords} from './hostile-words.js';
import {type Random} from './random.js';

/** A call that must be refused. */
export type BadInput = {
	/** What was called, and what is wrong with it. */
	readonly what: string;
	readonly argv: readonly string[];
	readonly stdin: string | Uint8Array;
};

/** Words after a verb that may be anything (files are even made under them); every other one must name something that is there. */
const freeWords = new Set(['WHAT', 'FILE', '[FILE]', '[P]']);

const badValues: Readonly<Partial<Record<FlagName, readonly string[]>>> = {
	for: ['soon', '-1h', '1h ', '0s', '1.5h', '9999999999d', '999999999d', '5', '1h\n', '٣h', 'NaN', '∞'],
	since: ['yesterday', '-1h', '1w', '1h30m', '0m'],
	wait: ['soon', '-5m', '5', '1e3s', 'm'],
	level: ['loud', 'info,error', '__proto__', '\0'],
	state: ['readdy!', '__proto__', 'constructor', '%'],
	month: ['2026-13', '2026-00', '26-1', '2026-11-01', '2026-1', '../2026', '2026-11\n'],
	at: ['mon', 'mon=24:00', 'mon=1:30', 'mun=02:30', 'mon=02:30,mon=03:30', 'mon=02:30;', '=,', '__proto__=02:30', 'mon=\0'],
	template: ['debian-13', '../debian', '__proto__', 'constructor'],
	file: ['/nonexistent/order.json', '/', '/dev/null', 'a\0b', '../../../../etc/hostname'],
	as: ['scheduler', 'a\nb', '\u{1B}[1m', '\u{202E}x', 'x'.repeat(65), ' '],
	config: ['/nonexistent.yaml', '/', 'a\0b', '/dev/null/x'],
	database: ['postgres://db/cronsole', 'mysql://x/y'],
};

const wordsOf = (verb: Verb): readonly string[] => {
	const all = verb.usage.replaceAll(/\[--[^\]]*\]/g, '').split(' ').filter(word => word !== '');
	return all.filter((word, index) => !word.startsWith('--') && !all[index - 1]?.startsWith('--'));
};

/** The words of a call that names what is there, as far as it can be known; nobody confirms it. */
const goodWords = (verb: Verb): readonly string[] => wordsOf(verb).filter(word => !word.startsWith('[')).map(word => word === 'REF' ? 'v101' : (word === 'CLUSTER[/NODE]' ? 'fra1' : 'x'));

// eslint-disable-next-line regexp/no-super-linear-move -- What is read is ours.
const required = (verb: Verb): readonly string[] => Array.from(verb.usage.replaceAll(/\[--[^\]]*\]/g, '').matchAll(/(--[-a-z]+) \S+/g), ([, flag]) => `${flag}=x`);

const wordMistake = (verb: Verb, random: Random): Pick<BadInput, 'argv' | 'what'> | undefined => {
	const places = wordsOf(verb);
	const named = places.filter(word => !freeWords.has(word));
	if (named.length === 0) {
		return undefined;
	}

	// That nothing of an unknown node is in maintenance is so already.
	const hostile = verb.usage.startsWith('CLUSTER[/NODE]') ? hostileWords.filter(word => !word.startsWith('fra1/')) : hostileWords;
	// One that is there, and beside it one that is not.
	const isReal = named.length > 1 && named[0] === 'REF' && random.chance(0.5);
	const words = places.filter(word => !word.startsWith('[') || random.chance(0.3)).map((_, index) => index === 0 && isReal ? 'v101' : random.pick(hostile));
	return words.length < (isReal ? 2 : 1) ? undefined : {argv: [...verb.name.split(' '), ...required(verb), ...random.chance(0.5) ? ['--yes'] : [], '--', ...words], what: 'words'};
};

const globals: readonly FlagName[] = ['wait', 'as', 'config', 'database'];

const flagMistake = (accepted: readonly FlagName[], random: Random, also = globals): readonly string[] => {
	const others = flagNames.filter(name => !('isGlobal' in flagTable[name]) && !accepted.includes(name) && Object.values<Mode>(modes).every(mode => !mode.flags.includes(name)) && !demoFlags.includes(name));
	const known = [...accepted, ...also];
	const withBad = known.filter(name => badValues[name] !== undefined);
	return random.pick<() => readonly string[]>([
		() => [`--${random.pick(['stat', 'yess', 'jsn', 'no-json', 'x', '__proto__', 'constructor', 'oProxyCommand', '=', 'for\0', 'é', 'y'.repeat(5000)])}`],
		() => [random.pick(['-x', '-oProxyCommand=x', '-1', '-vvv', '-\n', '-=', '-\u{1B}[2J'])],
		() => [`${flagText(random.pick(others))}=x`],
		() => ['--json', '--json'],
		() => [`--${random.pick(['json', 'yes', 'read-only'])}=${random.pick(['false', '', 'no'])}`],
		() => [random.pick(['--config', '--as', '--database'])],
		() => [`--${random.pick(['config', 'as', 'database'])}=`],
		() => {
			const name = random.pick(withBad);
			return [`${flagText(name)}=${random.pick(badValues[name]!)}`];
		},
	])();
};

const countMistake = (verb: Verb, random: Random): readonly string[] => {
	const words = wordsOf(verb);
	const least = words.filter(word => !word.startsWith('[')).length;
	const isFew = least > 0 && random.chance(0.5);
	const count = isFew ? random.below(least) : words.length + 1 + random.below(3);
	return [...verb.name.split(' '), '--', ...Array.from({length: count}, () => `${random.pick(hostileWords)}!`)];
};

const nameMistake = (verb: Verb, random: Random): readonly string[] => {
	const [noun = '', ...rest] = verb.name.split(' ');
	const wrong = random.pick([`${noun}x`, noun.toUpperCase(), `${noun}\0`, `${noun}\n`, `../${noun}`, `${noun} `]);
	return rest.length > 0 && random.chance(0.5) ? [noun, `${rest.join(' ')}\u{200B}`] : [wrong, ...rest, ...goodWords(verb)];
};

/** `init` writes the config that it is told; to everybody else one that is not there is a mistake. */
const globalsOf = ({name}: Verb): readonly FlagName[] => name === 'init' ? ['wait', 'as', 'database'] : globals;

const ofVerb = (verb: Verb, random: Random): BadInput => {
	const call = [...verb.name.split(' '), ...goodWords(verb), ...required(verb)];
	const accepted = flagsOf(verb);
	const takesBody = accepted.includes('file');
	const kinds: ReadonlyArray<() => Pick<BadInput, 'what' | 'argv'> & {readonly stdin?: BadInput['stdin']} | undefined> = [
		() => wordMistake(verb, random),
		() => wordMistake(verb, random),
		() => ({what: 'a flag', argv: [...call, ...flagMistake(accepted, random, globalsOf(verb))]}),
		() => ({what: 'the count of words', argv: countMistake(verb, random)}),
		() => ({what: 'the name', argv: nameMistake(verb, random)}),
		() => verb.isWriting ? {what: 'read-only', argv: [...call, '--read-only']} : undefined,
		() => verb.isDestructive && verb.name !== 'client forget' ? {what: 'not confirmed', argv: call} : undefined,
		...takesBody
			? Array.from({length: 6}, () => () => ({
				what: 'the body', argv: [...verb.name.split(' '), ...goodWords(verb).map(word => word === 'x' ? 'fra1/101' : word), ...required(verb).filter(flag => !flag.startsWith('--file')), '--file', '-'], stdin: badBody(verb.name, random),
			}))
			: [],
	];
	for (;;) {
		const found = random.pick(kinds)();
		if (found) {
			return {stdin: '', ...found, what: `${verb.name}: ${found.what}`};
		}
	}
};

const ofMode = (name: string, mode: Mode, random: Random): BadInput => {
	const flag = mode.flags.map(text => flagText(text)).slice(0, 1);
	const isWanting = name === 'runTask' || name === 'clearLocks';
	const call = isWanting ? flag.map(text => `${text}=${random.pick(['proces_vms', '__proto__', '../x', 'a\nb', 'vm:1', '\0'])}`) : flag;
	return {what: `${name}: a flag`, stdin: '', argv: isWanting && random.chance(0.3) ? call : [...call, ...flagMistake(mode.accepts.filter(text => !mode.flags.includes(text)), random)]};
};

/** So many bad inputs, to every verb and every call in turn. */
export const listBadInputs = (count: number, random: Random): readonly BadInput[] => {
	const calls = [
		...verbs.map(verb => () => ofVerb(verb, random)),
		...Object.entries<Mode>(modes).map(([name, mode]) => () => ofMode(name, mode, random)),
	];
	return Array.from({length: count}, (_, index) => calls[index % calls.length]!());
};

/** Whether it can be handed to a process: its words have neither a NUL nor half a character. */
export const fitsProcess = ({argv}: BadInput): boolean => argv.every(word => !word.includes('\0') && word.isWellFormed()) && argv.join(' ').length < 100_000;
