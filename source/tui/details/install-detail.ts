import {type App} from '../../app.js';
import {formatAge} from '../../domain/duration.js';
import {type Install, type InstallStep} from '../../domain/install.js';
import {type OutboxState} from '../../domain/outbox-state.js';
import {createStartOf, startText} from '../install-starts.js';
import {installStep} from '../install-words.js';
import {type Overview} from '../state.js';
import {type Piece} from '../text.js';
import {type Style} from '../theme.js';
import {
	factLines,
	headingLines,
	progressPieces,
	type Detail,
	type DetailContext,
	type DetailLines,
} from './detail-lines.js';
import {logLines, stepLines} from './step-lines.js';

type Letter = Awaited<ReturnType<App['read']['outbox']['list']>>[number];

/** Of one install: a welcome for each time that it was made. */
const mostLetters = 5;

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

	return start === null ? 'not by itself: Process Installs is paused, off or held' : `${times.full(Math.max(start, now))} (${startText(start, now)}; at once with r on Process Installs)`;
};

const standingLines = (install: Install, start: number | null, context: DetailContext): DetailLines => {
	const {state, progress, doing, position, attempt, cause, inFlight, stepSince} = install;
	const {now} = context;
	return [
		...factLines(context, 'state', state, state === 'failed' ? 'bad' : 'plain'),
		...(progress === null || state !== 'running' ? [] : [[['dim', '  progress      '], ...progressPieces(context, progress, 20)] as const]),
		...factLines(context, 'doing', doing, 'accent'),
		...factLines(context, 'position', `${position} (the last step completed)${installStep(install) === '' ? '' : `, step ${installStep(install)}`}`),
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

/** The newest steps; more than a person goes through. */
const mostSteps = 50;

/** Of the newest step the whole log (as long as one that is kept), of those before it the end. */
const keptLines = {newest: 200, older: 5} as const;

const saidLines = (newestFirst: readonly InstallStep[], command: string): DetailLines => {
	const said = newestFirst.filter(({log}) => log !== null && log !== '');
	return said.length === 0
		? []
		: [
			...headingLines('What the panel said, newest step first'),
			...said.flatMap(({to, log}, index): DetailLines => [[['dim', `  ${to.slice(0, 60)}`]], ...logLines(log, index === 0 ? keptLines.newest : keptLines.older, command)]),
		];
};

const letterStyles: Readonly<Record<OutboxState, Style>> = {
	pending: 'plain', sending: 'accent', sent: 'good', failed: 'bad', unknown: 'warning',
};

const letterText = ({template, state, to, attempt, nextAttemptAt, sentAt, error}: Letter, {times, now}: DetailContext): string => {
	const when = sentAt === null ? (state === 'pending' && nextAttemptAt !== null && nextAttemptAt > now ? `, again in ${formatAge(nextAttemptAt - now)}` : '') : ` ${times.full(sentAt)}`;
	const tries = state !== 'sent' && attempt > 0 ? `, ${attempt} ${attempt === 1 ? 'try' : 'tries'}` : '';
	return `${template} to ${to}: ${state === 'unknown' ? 'unknown, it may have arrived' : state}${when}${tries}${error === null ? '' : `: ${error}`}`;
};

/** What went out to the client, never what it says. */
const letterLines = (letters: readonly Letter[], context: DetailContext): DetailLines => letters.flatMap(letter => [
	...factLines(context, 'letter', letterText(letter, context), letterStyles[letter.state]),
	...factLines(context, 'helps', letter.state === 'failed' || letter.state === 'unknown' ? `cronsole mail resend ${letter.id}` : null, 'accent'),
]);

/** An install: how it stands and why, what was ordered, its steps, and what the panel said in them, the newest first. */
export const readInstallDetail = async (app: App, id: number, overview: Overview, context: DetailContext): Promise<Detail> => {
	const [install, steps, letters] = await Promise.all([app.read.installs.find(id), app.read.installs.listSteps(id), app.read.outbox.list({installId: id, limit: mostLetters})]);
	if (!install) {
		return {title: `install ${id}`, lines: [[['bad', '  there is no such install']]]};
	}

	const {tasks, now} = context;
	const start = createStartOf(overview, {settings: app.settings(), tasks, now})(install);
	const newest = steps.slice(-mostSteps).toReversed();
	const command = `cronsole install log ${id}`;
	return {
		title: install.domain,
		lines: [
			[],
			...standingLines(install, start, context),
			...letterLines(letters, context),
			[],
			...siteLines(install, context),
			...headingLines('Steps, newest first'),
			...(steps.length === 0 ? [[['dim', '  nothing was done yet']] satisfies readonly Piece[]] : newest.flatMap(step => stepLines({...step, name: `${step.from} to ${step.to}`}, context))),
			...(steps.length > mostSteps ? [[['dim', `  (older ones: ${command})`]] satisfies readonly Piece[]] : []),
			...saidLines(newest, command),
		],
	};
};
