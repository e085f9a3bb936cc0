import {type App} from '../../app.js';
import {formatAge, formatTook} from '../../domain/duration.js';
import {type Install, type InstallStep} from '../../domain/install.js';
import {createStartOf, startText} from '../install-starts.js';
import {type Overview} from '../state.js';
import {type Piece} from '../text.js';
import {
	factLines,
	headingLines,
	type Detail,
	type DetailContext,
	type DetailLines,
} from './detail-lines.js';

const help = ({state, id, reference, isDropAsked, attempt}: Install): string => {
	switch (state) {
		case 'failed': {
			return `t, or cronsole install retry ${id}; d drops it`;
		}

		case 'pending': {
			return attempt > 0 ? `t, or cronsole install retry ${id}, tries it now; d drops it` : `d, or cronsole install drop ${id}, drops it`;
		}

		case 'running': {
			return isDropAsked ? `u, or cronsole install undrop ${id}, lets it go on` : `d, or cronsole install drop ${id}, stops it at its next step's border`;
		}

		case 'dropped': {
			return `cronsole install undrop ${id}`;
		}

		case 'done': {
			return `cronsole install reinstall ${reference} makes it anew`;
		}
	}
};

const droppedText = ({isDropAsked, droppedBy, droppedAt}: Install, {times}: DetailContext): string | null => {
	if (droppedAt !== null) {
		return `by ${droppedBy ?? 'somebody'} at ${times.full(droppedAt)}`;
	}

	return isDropAsked ? `at its next step's border, as ${droppedBy ?? 'somebody'} asked` : null;
};

const startsText = (install: Install, start: number | null, {times, now}: DetailContext): string | null => {
	if (install.state !== 'pending') {
		return null;
	}

	return start === null ? 'not by itself: Process Installs is paused, off or held' : `${times.full(Math.max(start, now))} (${startText(start, now)})`;
};

const standingLines = (install: Install, start: number | null, context: DetailContext): DetailLines => {
	const {state, progress, doing, position, attempt, cause, inFlight, stepSince} = install;
	const {now} = context;
	return [
		...factLines(context, 'state', progress === null || state !== 'running' ? state : `${state}, ${Math.floor(progress)}%`, state === 'failed' ? 'bad' : 'plain'),
		...factLines(context, 'doing', doing, 'accent'),
		...factLines(context, 'position', `${position} (the last step completed)`),
		...factLines(context, 'since', stepSince === null || state === 'done' ? null : `${context.times.full(stepSince)} (${formatAge(now - stepSince)})`),
		...factLines(context, 'in flight', inFlight === null ? null : `${inFlight.action}, asked of the panel ${formatAge(now - inFlight.since)} ago`),
		...factLines(context, 'why', cause, 'bad'),
		...factLines(context, 'attempts', attempt > 0 ? String(attempt) : null),
		...factLines(context, 'starts', startsText(install, start, context)),
		...factLines(context, 'dropped', droppedText(install, context)),
		...factLines(context, 'helps', help(install), 'accent'),
	];
};

const siteLines = (install: Install, context: DetailContext): DetailLines => {
	const {
		id, reference, generation, kind, application, panel, account, accountState, plan, site, title, adminUser, client, createdAt, updatedAt,
	} = install;
	const adminUrl = site?.adminUrl ?? null;
	return [
		...factLines(context, 'install', `${id}, order ${reference}${generation > 1 ? `, the ${generation}. time` : ''}${kind === 'reinstall' ? ', made anew' : ''}`),
		...factLines(context, 'application', `${application} on ${panel}`),
		...factLines(context, 'account', `${account}, ${accountState === 'none' ? 'not made yet' : accountState}${plan === null ? '' : `, plan ${plan}`}`),
		...factLines(context, 'site', site?.url ?? null),
		...factLines(context, 'admin', `${adminUser}${adminUrl === null ? '' : `, ${adminUrl}`}`),
		...factLines(context, 'title', title),
		...factLines(context, 'client', [client.name, client.email].filter(part => part !== '').join(', ')),
		...factLines(context, 'ordered', `${context.times.full(createdAt)}, changed ${formatAge(context.now - updatedAt)} ago`),
	];
};

const outcomeStyles = {done: 'good', skipped: 'dim', failed: 'bad'} as const;

const stepLine = ({from, to, outcome, reason, attempt, startedAt, durationMs}: InstallStep, {times}: DetailContext): readonly Piece[] => [
	['dim', `  ${times.full(startedAt)}  `],
	[outcomeStyles[outcome], outcome.padEnd(8)],
	['plain', `${formatTook(durationMs).padStart(6)}  ${from} to ${to}`],
	['dim', attempt > 1 ? `  attempt ${attempt}` : ''],
	[outcome === 'failed' ? 'bad' : 'dim', reason === null ? '' : `  ${reason}`],
];

const logLines = ({to, log}: InstallStep): DetailLines => log === null || log === ''
	? []
	: [[['dim', `  ${to}`]], ...log.split('\n').map((line): readonly Piece[] => [['plain', `    ${line}`]])];

/** An install: how it stands and why, what was ordered, its steps, and what the panel said in them, the newest first. */
export const readInstallDetail = async (app: App, id: number, overview: Overview, context: DetailContext): Promise<Detail> => {
	const [install, steps] = await Promise.all([app.read.installs.find(id), app.read.installs.listSteps(id)]);
	if (!install) {
		return {title: `install ${id}`, lines: [[['bad', '  there is no such install']]]};
	}

	const {tasks, now} = context;
	const start = createStartOf(overview, {settings: app.settings(), tasks, now})(install);
	const newest = steps.toReversed();
	const log = newest.flatMap(step => logLines(step));
	return {
		title: install.domain,
		lines: [
			[],
			...standingLines(install, start, context),
			[],
			...siteLines(install, context),
			...headingLines('Steps, newest first'),
			...(steps.length === 0 ? [[['dim', '  nothing was done yet']] satisfies readonly Piece[]] : newest.map(step => stepLine(step, context))),
			...(log.length === 0 ? [] : [...headingLines('What the panel said, newest step first'), ...log]),
		],
	};
};
