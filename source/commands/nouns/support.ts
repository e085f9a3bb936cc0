import {readFile, stat} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {type App, type CheckLine} from '../../app.js';
import {listSecrets, printableSettings} from '../../app/printable-settings.js';
import {ConfigInvalid, findConfigFile, loadSettings} from '../../config.js';
import {blotOut} from '../../domain/blot-out.js';
import {formatBytes} from '../../domain/bytes.js';
import {safeText} from '../../domain/safe-text.js';
import {type Settings} from '../../domain/settings.js';
import {type Overview} from '../../store/overview.js';
import {type Flags} from '../words/flags.js';
import {
	exitCodes,
	type Command,
	type Io,
	type Output,
} from '../io/io.js';
import {installJson, installStepsJson} from '../print/json/install-json.js';
import {statusJson} from '../print/json/status-json.js';
import {stepsJson} from '../print/json/vm-json.js';
import {writeNewFile} from '../io/new-file.js';
import {iso} from '../print/times.js';

const limit = {vms: 50, installs: 50, activity: 500} as const;
const steps = 30;
const letters = 500;

const textOf = (error: unknown): string => safeText(error instanceof Error ? error.message : String(error), 2000);

/** Where it could not be read, why: half a bundle is better than none. */
const orWhy = async <T>(look: () => Promise<T>): Promise<T | {readonly error: string}> => {
	try {
		return await look();
	} catch (error) {
		return {error: textOf(error)};
	}
};

const environmentOf = async ({env}: Io) => ({
	system: await orWhy(async () => (/^PRETTY_NAME="?(?<name>[^\n"]*)/m).exec(await readFile('/etc/os-release', 'utf8'))?.groups?.name ?? null),
	kernel: `${os.type()} ${os.release()} ${os.arch()}`,
	cores: os.availableParallelism(),
	memory: formatBytes(os.totalmem()),
	freeMemory: formatBytes(os.freemem()),
	load: os.loadavg(),
	upSeconds: Math.round(os.uptime()),
	account: process.getuid?.() ?? null,
	isUnderSystemd: env.INVOCATION_ID !== undefined,
	hasTerminal: process.stdout.isTTY,
	// Never the values: what stands there is anybody's.
	set: Object.keys(env).filter(name => /^(?:CRONSOLE_|LANG$|LC_|NODE_OPTIONS$|NO_COLOR$|TERM$|TZ$|XDG_)/.test(name)),
});

const check = async (app: App): Promise<readonly CheckLine[]> => {
	const lines: CheckLine[] = [];
	await app.check(line => {
		lines.push(line);
	});
	return lines;
};

const listStuck = async ({read}: App, {vmsInWork, installs}: Overview) => ({
	vms: await Promise.all(vmsInWork.map(async ({vm, operation}) => ({
		...vm,
		operation: operation && {
			id: operation.id, kind: operation.kind, state: operation.state, attempt: operation.attempt, position: operation.position, waitingFor: operation.waitingFor,
			nextAttemptAt: iso(operation.nextAttemptAt), stepSince: iso(operation.stepSince),
		},
		steps: stepsJson(await read.stepLog.list(vm.id, steps)),
	}))),
	installs: await Promise.all(installs.map(async install => ({...installJson(install, null), steps: installStepsJson(await read.installs.listSteps(install.id))}))),
});

/** Passwords that are alive in the rows, in case a step's log quotes one. */
const listPasswords = async ({read}: App, {vmsInWork, installs}: Overview): Promise<readonly string[]> => {
	const ofVms = await Promise.all(vmsInWork.map(async ({vm}) => {
		const whole = await read.vms.find(vm.id);
		return whole?.password;
	}));
	const ofInstalls = await Promise.all(installs.map(async ({id}) => read.installs.passwordOf(id)));
	const open = await read.outbox.list({limit: letters});
	const ofLetters = open.flatMap(({variables}) => Object.entries(variables).flatMap(([name, value]) => typeof value === 'string' && /password/i.test(name) ? [value] : []));
	return [...ofVms, ...ofInstalls, ...ofLetters].filter(word => word !== undefined && word !== null);
};

const secretName = /pass|secret|token|key|credential|auth/i;

const secretsOf = (settings: Settings | null, {env}: Io): readonly string[] => [
	...listSecrets(settings),
	...Object.entries(env).flatMap(([name, value = '']) => secretName.test(name) && value.length > 3 ? [value] : []),
];

/** What stands in the rows; of a database that cannot tell all of its passwords, nothing. */
const readRows = async (app: App) => {
	const settings = app.settings();
	const overview = await app.overview(limit);
	const passwords = await listPasswords(app, overview);
	return {
		passwords,
		rows: {
			status: statusJson(overview, settings, app),
			incidents: overview.incidents,
			locks: overview.leases,
			backlog: await orWhy(async () => app.read.backlog.count()),
			runs: overview.recentRuns.map(run => ({...run, startedAt: iso(run.startedAt), finishedAt: iso(run.finishedAt)})),
			stuck: await listStuck(app, overview),
			activity: overview.activity.map(({address: _, ...row}) => ({...row, at: iso(row.at)})),
		},
	};
};

const aboutProgram = async (version: string, output: Output) => ({
	madeAt: iso(output.now()), cronsole: version, node: process.version, environment: await environmentOf(output.io),
});

const collect = async (app: App, output: Output): Promise<unknown> => {
	const settings = app.settings();
	const found = await orWhy(async () => readRows(app));
	const bundle = {
		...await aboutProgram(app.version, output),
		installation: app.installation,
		database: await orWhy(async () => app.database.look()),
		config: printableSettings(settings),
		check: await orWhy(async () => check(app)),
		...'rows' in found ? found.rows : {rows: found},
	};
	return blotOut(bundle, [...secretsOf(settings, output.io), ...'passwords' in found ? found.passwords : []]);
};

/** What lies where the database should. */
const lookAtFiles = async (database: string): Promise<unknown> => Object.fromEntries(await Promise.all(['', '-wal', '-shm', '.mark'].map(async ending => [
	path.basename(`${database}${ending}`),
	await orWhy(async () => {
		const {size, mode, uid, mtimeMs} = await stat(`${database}${ending}`);
		return {
			bytes: size, mode: mode.toString(8), account: uid, changedAt: iso(Math.round(mtimeMs)),
		};
	}),
] as const)));

/** What there is to tell where the config or the database does not open. */
const collectBare = async (error: unknown, flags: Flags, output: Output): Promise<unknown> => {
	const {env, version} = output.io;
	const settings = await orWhy(async () => loadSettings({file: findConfigFile(flags, env)?.file ?? null, databaseFlag: flags.database, env}));
	const isRead = !('error' in settings);
	return blotOut({
		...await aboutProgram(version, output),
		fault: {message: textOf(error), problems: error instanceof ConfigInvalid ? error.problems.map(problem => safeText(problem, 500)) : []},
		config: isRead ? printableSettings(settings) : {file: findConfigFile(flags, env)?.file ?? null, ...settings},
		files: isRead ? await lookAtFiles(settings.database) : null,
	}, secretsOf(isRead ? settings : null, output.io));
};

const write = async (word: string, make: () => Promise<unknown>, {isJson, json, out}: Output, fault?: string): Promise<number> => {
	const file = path.resolve(word);
	let bytes = 0;
	await writeNewFile(file, async () => {
		const text = `${JSON.stringify(await make(), null, '\t')}\n`;
		bytes = Buffer.byteLength(text);
		return text;
	});
	if (isJson) {
		json({file, bytes, ...fault !== undefined && {fault}});
	} else {
		out(`wrote ${safeText(file, 500)}, ${formatBytes(bytes)}: text that you can read before you send it; secrets, passwords and mailboxes are blotted out`);
	}

	return exitCodes.done;
};

/** Writes everything that somebody who helps wants to know, and no secret, into a new file. */
export const makeBundle: Command = async (app, [word], _flags, output) => write(word!, async () => collect(app, output), output);

/** The same of what there is where the config or the database does not open, and why. */
export const makeBareBundle = async (error: unknown, [word]: readonly string[], flags: Flags, output: Output): Promise<number> => {
	const fault = textOf(error);
	const code = await write(word!, async () => collectBare(error, flags, output), output, fault);
	output.err(`without what is in the database: ${fault}`);
	return code;
};
