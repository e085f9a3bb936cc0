import {type App} from '../app.js';
import {findConfigFile, loadSettings} from '../config.js';
import {safeText} from '../domain/safe-text.js';
import {Refused} from '../intents/refused.js';
import {findActor} from './actor.js';
import {commands} from './commands.js';
import {reportFailure} from './failure.js';
import {flagText, type Flags} from './flags.js';
import {init} from './init.js';
import {type Command, type Output} from './io.js';
import {demoFlags, findMode, refuseOtherFlags} from './modes.js';
import {type Call, parseArguments} from './parse.js';
import {readWait} from './read-words.js';
import {findVerb, flagsOf} from './verb-of.js';

/** Opens the app that the flags and the environment name. */
const openApp = async (flags: Flags, {io}: Output): Promise<App> => {
	const actor = findActor(flags, io.env);
	const settings = await loadSettings({file: findConfigFile(flags, io.env)?.file ?? null, databaseFlag: flags.database, env: io.env});
	return io.openApp({settings, actor, isReadOnly: flags.readOnly ?? false});
};

const runWithApp = async (command: Command, words: readonly string[], flags: Flags, output: Output): Promise<number> => {
	const app = await openApp(flags, output);
	try {
		return await command(app, words, flags, output);
	} finally {
		await app.close();
	}
};

const refuseReadOnly = (flags: Flags, isWriting: boolean, what: string): void => {
	if (isWriting && flags.readOnly) {
		throw new Refused('read-only', `${what} changes something, and this session is read-only`, 'nothing was done; leave --read-only out if you may');
	}
};

const runVerb = async ({words: said, flags}: Call, output: Output): Promise<number> => {
	const {verb, words} = findVerb(said);
	refuseOtherFlags(flags, flagsOf(verb), verb.name, `write cronsole ${verb.name} ${verb.usage}`.trimEnd());
	// What only says what would be done changes nothing.
	refuseReadOnly(flags, verb.isWriting && (verb.name !== 'vm change' || flags.plan === undefined) && !flags.dryRun, verb.name);
	return verb.name === 'init' ? init(words, flags, output) : runWithApp(commands[verb.name], words, flags, output);
};

const runDemo = async (flags: Flags, output: Output): Promise<number> => {
	refuseOtherFlags(flags, demoFlags, '--demo', '`cronsole --help` says which flags go with what');
	const given = (['config', 'database'] as const).find(flag => flags[flag] !== undefined);
	if (given !== undefined) {
		throw new Refused('invalid', `the demo takes no ${flagText(given)}: it has a cluster and a database of its own`, 'leave it out');
	}

	return output.io.runDemo(flags, findActor(flags, output.io.env));
};

const runMode = async ({flags}: Call, output: Output): Promise<number> => {
	if (flags.demo) {
		return runDemo(flags, output);
	}

	const {name, mode} = findMode(flags);
	refuseReadOnly(flags, mode.isWriting, name === 'console' ? name : flagText(name));
	const word = name === 'runTask' ? flags.runTask ?? flags.task : (name === 'clearLocks' ? flags.clearLocks : undefined);
	return runWithApp(mode.command, word === undefined ? [] : [word], flags, output);
};

/** A word behind a flag that takes its value only after `=` was most likely meant as that. */
const refuseStrayValue = ({words, flags}: Call): void => {
	const optional = (['runTask', 'task', 'clearLocks'] as const).find(flag => flags[flag] === '');
	const word = optional === undefined ? (flags.wait === '' ? words.find(said => /^\d+[dhms]$/.test(said)) : undefined) : words[0];
	if (word === undefined) {
		return;
	}

	const text = flagText(optional ?? 'wait');
	throw new Refused('invalid', `${text} takes its value only behind =`, `write ${text}=${safeText(word, 60)}`);
};

/** Does what a command line other than `--help` says; answers with the exit code and throws nothing. */
export const runCall = async (argv: readonly string[], output: Output): Promise<number> => {
	try {
		const call = await parseArguments(argv);
		// Before anything is written: what is refused must have done nothing.
		readWait(call.flags);
		if (call.words.length === 0) {
			return await runMode(call, output);
		}

		refuseStrayValue(call);
		return await runVerb(call, output);
	} catch (error) {
		return reportFailure(error, output);
	}
};
