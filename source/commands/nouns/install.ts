import {type App} from '../../app.js';
import {formatAge} from '../../domain/duration.js';
import {type Install, installStates} from '../../domain/install.js';
import {safeText} from '../../domain/safe-text.js';
import {type Done} from '../../intents/intents.js';
import {warnWithoutLeader} from '../print/answer.js';
import {exitCodes, type Command} from '../io/io.js';
import {readStart, readStarts, type Starts} from '../print/install-starts.js';
import {
	installJson,
	installStepsJson,
	wholeInstallJson,
} from '../print/json/install-json.js';
import {printSteps} from '../print/print-steps.js';
import {readInstallRef} from '../words/read-install-ref.js';
import {readChoice} from '../words/read-words.js';
import {printTable} from '../print/table.js';
import {createTimes} from '../print/times.js';
import {waitForInstall} from '../io/wait-for-install.js';

/** Staged installs. */
export const listInstalls: Command = async (app, _words, flags, output) => {
	const state = readChoice(flags.state, installStates, '--state');
	const [installs, starts] = await Promise.all([app.read.installs.list(state), readStarts(app)]);
	if (output.isJson) {
		output.json({installs: installs.map(install => installJson(install, starts.at(install)))});
		return exitCodes.done;
	}

	const now = output.now();
	const rows = installs.map(install => [
		`${install.id}`,
		install.reference,
		install.state,
		install.domain,
		install.application,
		`${install.attempt}`,
		formatAge(now - install.createdAt),
		safeText(install.cause ?? starts.text(install), 160),
	]);
	await printTable(output, ['ID', 'REFERENCE', 'STATE', 'SITE', 'APPLICATION', 'TRY', 'AGE', 'WHY'], rows);
	return exitCodes.done;
};

const facts = (install: Install, starts: Starts, timezone: string): ReadonlyArray<readonly [string, string | null]> => {
	const {id, generation, kind, reference, application, panel, account, accountState, plan, client, state, attempt, progress, doing, position, site, cause, isDropAsked, droppedBy} = install;
	const times = createTimes(timezone);
	const [at, waitsFor] = [starts.at(install), starts.waitsFor(install)];
	return [
		['id', `${id}${generation > 1 ? `, generation ${generation}` : ''}, ${kind}`],
		['reference', reference],
		['site', `${application} on ${panel}${site === null ? '' : `: ${site.url}`}`],
		['admin', `${install.adminUser}${typeof site?.adminUrl === 'string' ? `, ${site.adminUrl}` : ''}`],
		['account', `${account}${plan === null ? '' : `, plan ${plan}`}: ${accountState === 'none' ? 'not made yet' : accountState}`],
		['client', `${client.name} <${client.email}>`.trim()],
		['state', `${state} at ${position}${attempt > 0 ? `, attempt ${attempt}` : ''}${progress === null ? '' : `, ${progress} %`}`],
		['doing', doing],
		['why', cause],
		['dropped', install.droppedAt === null ? (isDropAsked ? `at its next step's border, as ${droppedBy ?? 'somebody'} asked` : null) : `by ${droppedBy ?? 'somebody'}, ${times.full(install.droppedAt)}`],
		['starts', at === null || waitsFor !== null ? null : times.full(at)],
		['waits for', waitsFor],
		['ordered', times.full(install.createdAt)],
	];
};

/** Everything about an install. */
export const showInstall: Command = async (app, [ref = ''], _flags, output) => {
	const install = await app.intents.resolveInstall(ref);
	const [steps, starts] = await Promise.all([app.read.installs.listSteps(install.id), readStarts(app)]);
	const at = starts.at(install);
	if (output.isJson) {
		output.json({...wholeInstallJson(install, at), steps: installStepsJson(steps)});
		return exitCodes.done;
	}

	output.out(install.domain);
	for (const [name, value] of facts(install, starts, app.settings().timezone).filter(([, value]) => value !== null)) {
		output.out(`  ${name.padEnd(10)} ${safeText(value!, 500)}`);
	}

	if (steps.length > 0) {
		output.out('');
		await printSteps(app, steps, output, false);
	}

	return exitCodes.done;
};

/** An install's steps, with what the panel said in each. */
export const logOfInstall: Command = async (app, [ref = ''], _flags, output) => {
	const {id, domain} = await app.intents.resolveInstall(ref);
	const steps = await app.read.installs.listSteps(id);
	if (output.isJson) {
		output.json({id, steps: installStepsJson(steps)});
	} else if (steps.length === 0) {
		output.out(`the install of ${domain} has no step behind it yet`);
	} else {
		await printSteps(app, steps, output, true);
	}

	return exitCodes.done;
};

const change = (wish: (app: App, ref: string) => Promise<Done<Install>>, wanted: 'done' | 'dropped' = 'done'): Command => async (app, [ref = ''], flags, output) => {
	const done = await wish(app, ref);
	if (wanted === 'done' && done.changed) {
		await warnWithoutLeader(app, output, 'process_installs');
	}

	if (!output.isJson) {
		output.out(done.message);
	}

	const {install, exitCode} = await waitForInstall(app, {install: done.subject, wanted}, flags, output);
	if (output.isJson) {
		output.json({changed: done.changed, message: done.message, install: wholeInstallJson(install, await readStart(app, install))});
	}

	return exitCode;
};

const ofOne = (wish: (app: App, id: number) => Promise<Done<Install>>) => async (app: App, ref: string): Promise<Done<Install>> => {
	const {id} = await app.intents.resolveInstall(ref);
	return wish(app, id);
};

/** Takes an install out of the queue, a running one at its next step's border. */
export const dropInstall = change(ofOne(async (app, id) => app.intents.dropInstall(id)), 'dropped');

/** Takes a dropped install back. */
export const undropInstall = change(ofOne(async (app, id) => app.intents.undropInstall(id)));

/** Tries a failed install again. */
export const retryInstall = change(ofOne(async (app, id) => app.intents.retryInstall(id)));

/** Makes a site anew. */
export const reinstallSite = change(async (app, ref) => app.intents.reinstallSite(readInstallRef(ref)));
