import {type App} from '../app.js';
import {findConfigFile, loadSettings} from '../config.js';
import {Refused} from '../intents/refused.js';
import {findActor} from './words/find-actor.js';
import {reportFailure} from './report-failure.js';
import {flagText, type Flags} from './words/flags.js';
import {type BareCommand, type Command, type Output} from './io/io.js';
import {demoFlags, findMode, refuseOtherFlags} from './modes.js';
import {type Call, parseArguments} from './words/parse.js';
import {readVerb, refuseReadOnly} from './read-verb.js';
import {readWait} from './words/read-words.js';
import {status} from './nouns/status.js';

/** Opens the app that the flags and the environment name. */
const openApp = async (flags: Flags, {io}: Output): Promise<App> => {
	const actor = findActor(flags, io.env);
	const settings = await loadSettings({file: findConfigFile(flags, io.env)?.file ?? null, databaseFlag: flags.database, env: io.env});
	return io.openApp({settings, actor, isReadOnly: flags.readOnly ?? false});
};

/** A command, and what is done instead where the config or the database does not open. */
type Doing = {readonly command: Command; readonly instead?: (error: unknown, ...given: Parameters<BareCommand>) => Promise<number>};

const runWithApp = async ({command, instead}: Doing, ...given: Parameters<BareCommand>): Promise<number> => {
	const [words, flags, output] = given;
	let app: App;
	try {
		app = await openApp(flags, output);
	} catch (error) {
		if (instead && !(error instanceof Refused)) {
			return instead(error, ...given);
		}

		throw error;
	}

	try {
		return await command(app, words, flags, output);
	} finally {
		await app.close();
	}
};

/** What does not open is what a bundle is asked for. */
const bundleInstead: Doing['instead'] = async (...given) => {
	const {makeBareBundle} = await import('./nouns/support.js');
	return makeBareBundle(...given);
};

/** A billing system reads standard output, whatever is wrong. */
const answerInstead: Doing['instead'] = async (error, _words, _flags, output) => {
	const {answerWithout} = await import('./nouns/intake.js');
	return answerWithout(error, output);
};

const insteadOf: Readonly<Partial<Record<string, Doing['instead']>>> = {'support bundle': bundleInstead, intake: answerInstead};

/** Loads the other verbs only where one of them was called: `status` is asked every minute. */
const runVerb = async (call: Call, output: Output): Promise<number> => {
	const {verb: {name}, words} = readVerb(call);
	if (name === 'status') {
		return runWithApp({command: status}, words, call.flags, output);
	}

	const {bareCommands, commands} = await import('./commands.js');
	return name === 'init' ? bareCommands[name](words, call.flags, output) : runWithApp({command: commands[name], instead: insteadOf[name]}, words, call.flags, output);
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
	return runWithApp(mode, word === undefined || word === '' ? [] : [word], flags, output);
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
