import {readFile, rm, writeFile} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {type App, type CheckLine} from '../app.js';
import {listSecrets, printableSettings} from '../app/printable-settings.js';
import {blotOut} from '../domain/blot-out.js';
import {formatBytes} from '../domain/bytes.js';
import {safeText} from '../domain/safe-text.js';
import {Refused} from '../intents/refused.js';
import {type Overview} from '../store/overview.js';
import {
	exitCodes,
	type Command,
	type Io,
	type Output,
} from './io.js';
import {installJson, installStepsJson} from './json/install-json.js';
import {statusJson} from './json/status-json.js';
import {stepsJson} from './json/vm-json.js';
import {iso} from './times.js';

const limit = {vms: 50, installs: 50, activity: 500} as const;
const steps = 30;
const letters = 500;

/** Where it could not be read, why: half a bundle is better than none. */
const orWhy = async <T>(look: () => Promise<T>): Promise<T | {readonly error: string}> => {
	try {
		return await look();
	} catch (error) {
		return {error: safeText(error instanceof Error ? error.message : String(error), 500)};
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

const collect = async (app: App, output: Output): Promise<unknown> => {
	const settings = app.settings();
	const overview = await app.overview(limit);
	const secrets = [
		...listSecrets(settings),
		...await listPasswords(app, overview),
		...Object.entries(output.io.env).flatMap(([name, value = '']) => secretName.test(name) && value.length > 3 ? [value] : []),
	];
	const bundle = {
		madeAt: iso(output.now()),
		cronsole: app.version,
		node: process.version,
		installation: app.installation,
		environment: await environmentOf(output.io),
		database: await orWhy(async () => app.database.look()),
		config: printableSettings(settings),
		check: await orWhy(async () => check(app)),
		status: statusJson(overview, settings, app),
		incidents: overview.incidents,
		locks: overview.leases,
		backlog: await orWhy(async () => app.read.backlog.count()),
		runs: overview.recentRuns.map(run => ({...run, startedAt: iso(run.startedAt), finishedAt: iso(run.finishedAt)})),
		stuck: await listStuck(app, overview),
		activity: overview.activity.map(({address: _, ...row}) => ({...row, at: iso(row.at)})),
	};
	return blotOut(bundle, secrets);
};

/** Writes everything that somebody who helps wants to know, and no secret, into a new file. */
export const makeBundle: Command = async (app, [word], _flags, output) => {
	const file = path.resolve(word!);
	const refusal = ({code}: NodeJS.ErrnoException) => code === 'EEXIST'
		? new Refused('conflict', `${safeText(file, 300)} is there already: it was not touched`, 'name another file')
		: new Refused('invalid', `${safeText(file, 300)} cannot be written (${code})`, 'name a file in a folder that you may write to: cronsole support bundle FILE');
	// Taken first: looking at everything takes a while, and would be for nothing.
	await writeFile(file, '', {flag: 'wx', mode: 0o600}).catch((error: unknown) => {
		throw refusal(error as NodeJS.ErrnoException);
	});
	let text: string;
	try {
		text = `${JSON.stringify(await collect(app, output), null, '\t')}\n`;
		await writeFile(file, text);
	} catch (error) {
		await rm(file);
		throw error;
	}

	if (output.isJson) {
		output.json({file, bytes: Buffer.byteLength(text)});
	} else {
		output.out(`wrote ${safeText(file, 500)}, ${formatBytes(Buffer.byteLength(text))}: text that you can read before you send it; secrets, passwords and mailboxes are blotted out`);
	}

	return exitCodes.done;
};
