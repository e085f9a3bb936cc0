import {type App} from '../app.js';
import {formatAge} from '../domain/duration.js';
import {type Install, installStates} from '../domain/install.js';
import {safeText} from '../domain/safe-text.js';
import {type Done} from '../intents/intents.js';
import {Refused} from '../intents/refused.js';
import {answer, warnWithoutLeader} from './answer.js';
import {exitCodes, type Command, type Output} from './io.js';
import {
	installJson,
	startsAt,
	startText,
	wholeInstallJson,
} from './json/install-json.js';
import {dueAt} from './json/status-json.js';
import {readChoice, readId} from './read-words.js';
import {printTable} from './table.js';
import {createTimes} from './times.js';

const readStarts = async (app: App) => {
	const overview = await app.overview({vms: 0, installs: 0, activity: 0});
	const nextRun = dueAt('process_installs', overview, app.settings());
	return (install: Install): number | null => startsAt(install, app.settings(), nextRun, overview.now);
};

/** Staged installs. */
export const listInstalls: Command = async (app, _words, flags, output) => {
	const state = readChoice(flags.state, installStates, '--state');
	const [installs, starts] = await Promise.all([app.read.installs.list(state), readStarts(app)]);
	if (output.isJson) {
		output.json({installs: installs.map(install => installJson(install, starts(install)))});
		return exitCodes.done;
	}

	const now = output.now();
	const rows = installs.map(install => {
		const at = starts(install);
		return [
			`${install.id}`,
			install.reference,
			install.state,
			install.domain,
			install.application,
			`${install.attempt}`,
			formatAge(now - install.createdAt),
			safeText(install.cause ?? startText(at, now), 160),
		];
	});
	await printTable(output, ['ID', 'REFERENCE', 'STATE', 'SITE', 'APPLICATION', 'TRY', 'AGE', 'WHY'], rows);
	return exitCodes.done;
};

/** Everything about an install. */
export const showInstall: Command = async (app, [word], _flags, output) => {
	const id = readId(word, 'install');
	const [install, starts] = await Promise.all([app.read.installs.find(id), readStarts(app)]);
	if (!install) {
		throw new Refused('unknown', `there is no install ${id}`, '`cronsole install list` shows them all');
	}

	const at = starts(install);
	if (output.isJson) {
		output.json(wholeInstallJson(install, at));
		return exitCodes.done;
	}

	const times = createTimes(app.settings().timezone);
	const rows: ReadonlyArray<readonly [string, string | null]> = [
		['id', `${install.id}, generation ${install.generation}`],
		['reference', install.reference],
		['site', `${install.application} on ${install.panel}, account ${install.account}`],
		['client', `${install.client.name} <${install.client.email}>`],
		['state', `${install.state}${install.attempt > 0 ? `, attempt ${install.attempt}` : ''}${install.progress === null ? '' : `, ${install.progress} %`}`],
		['why', install.cause],
		['dropped', install.droppedAt === null ? null : `by ${install.droppedBy ?? 'somebody'}, ${times.full(install.droppedAt)}`],
		['starts', at === null ? null : times.full(at)],
		['ordered', times.full(install.createdAt)],
	];
	output.out(install.domain);
	for (const [name, value] of rows.filter(([, value]) => value !== null)) {
		output.out(`  ${name.padEnd(10)} ${safeText(value!, 500)}`);
	}

	return exitCodes.done;
};

const change = (wish: (app: App, id: number) => Promise<Done<Install>>, needsLeader: boolean): Command => async (app, [word], _flags, output: Output) => {
	const done = await wish(app, readId(word, 'install'));
	if (needsLeader && done.changed) {
		await warnWithoutLeader(app, output, 'process_installs');
	}

	return answer(done, output, {install: wholeInstallJson(done.subject, (await readStarts(app))(done.subject))});
};

/** Takes a pending or failed install out of the queue. */
export const dropInstall = change(async (app, id) => app.intents.dropInstall(id), false);

/** Takes a dropped install back. */
export const undropInstall = change(async (app, id) => app.intents.undropInstall(id), true);

/** Tries a failed install again. */
export const retryInstall = change(async (app, id) => app.intents.retryInstall(id), true);
