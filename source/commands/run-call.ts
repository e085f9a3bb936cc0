import {type App} from '../app.js';
import {findConfigFile, loadSettings} from '../config.js';
import {Refused} from '../intents/refused.js';
import {findActor} from './actor.js';
import {commands} from './commands.js';
import {reportFailure} from './failure.js';
import {flagText, type Flags} from './flags.js';
import {init} from './init.js';
import {type Command, type Output} from './io.js';
import {demoFlags, findMode, refuseOtherFlags} from './modes.js';
import {type Call, parseArguments} from './parse.js';
import {readVerb, refuseReadOnly} from './read-verb.js';
import {readWait} from './read-words.js';

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

const runVerb = async (call: Call, output: Output): Promise<number> => {
	const {verb, words} = readVerb(call);
	return verb.name === 'init' ? init(words, call.flags, output) : runWithApp(commands[verb.name], words, call.flags, output);
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
	return runWithApp(mode.command, word === undefined || word === '' ? [] : [word], flags, output);
};

/** Does what a command line other than `--help` says; answers with the exit code and throws nothing. */
export const runCall = async (argv: readonly string[], output: Output): Promise<number> => {
	try {
		const call = await parseArguments(argv);
		// Before anything is written: what is refused must have done nothing.
		readWait(call.flags);
		return call.words.length === 0 ? (await runMode(call, output)) : (await runVerb(call, output));
	} catch (error) {
		return reportFailure(error, output);
	}
};
