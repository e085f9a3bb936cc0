import {scheduler} from '../domain/activity.js';
import {formatAge} from '../domain/duration.js';
import {atNewStep, type Install, type InstallStep} from '../domain/install.js';
import {type PanelAction} from '../domain/panel.js';
import {type InstallChange, type WholeInstall} from '../store/installs.js';
import {type Tables} from '../store/store.js';
import {withChange, writeRunning} from './change-running.js';
import {type InstallMove} from './move-install.js';
import {prepareRun} from './prepare-site-run.js';
import {type SiteOutcome, type SiteRow, type SiteRun} from './site-step.js';

type Stop = {readonly next: 'stop'; readonly outcome: InstallMove['outcome']; readonly what: string};

type Started = {
	readonly row: SiteRow;
	/** Written down already, and about to be asked. */
	readonly asked: PanelAction | undefined;
	readonly end?: undefined;
};

type Ended = {readonly row?: SiteRow; readonly end: Stop};

/** What is to be written: into the install's row first of all, and then, where that was as it was known, besides. */
type Written = {readonly to?: InstallChange; readonly also?: (tables: Tables) => Promise<void>};

/** What follows for an install. */
export type Next = Written & (Started | Ended);

/** Says what follows for an install as it is then. */
export type Plan = (install: Install, tables: Tables) => Promise<Next>;

/** A step that was begun, with the row as it was written. */
export type BegunStep = {readonly present: WholeInstall} & Started;

/** The next step of an install, or why none was begun. */
export type Begun = BegunStep | ({readonly present: WholeInstall | undefined} & Ended);

/** What follows a step: the next one, or nothing for now. */
export type SiteEnd = Stop | {readonly next: 'step'; readonly begun: Begun; readonly passed: number};

export const stopped = (outcome: InstallMove['outcome'], what: string): Stop => ({next: 'stop', outcome, what});

/** Nothing is under way any more. */
export const atRest = {progress: null, doing: null} as const;

/** Takes it out of the queue at a step's border, as was asked while it ran; taken back, it is as it would be otherwise. */
export const dropAtBorder = ({id, domain, account, position, droppedBy}: Install, droppedFrom: 'pending' | 'failed', now: number) => ({
	to: {
		...atRest, state: 'dropped', droppedFrom, droppedAt: now, isDropAsked: false,
	},
	also: async ({activity}) => activity.add({
		at: now, level: 'info', actor: scheduler, subject: domain, installId: id,
		message: `the install stopped at ${position}, as ${droppedBy ?? 'somebody'} asked; the account ${account} stays`,
	}),
}) as const satisfies Written;

/** Whoever asked the panel for this died of it, or of something else, as often as is allowed: nothing more is tried, not even an undo, until a person wants it. */
export const giveUpDead = ({id, domain, kind, position, panel, stepSince}: Install, {to, doing}: SiteRow, attempt: number, now: number) => {
	const cause = `cronsole ended ${attempt} times while ${doing}, each time before ${panel} had answered (given up after ${attempt} attempts)`;
	return {
		to: {
			...atRest, state: 'failed', cause, attempt, nextAttemptAt: null, stepSince: null,
		},
		async also({installs, activity}: Tables) {
			await installs.addStep(id, {
				from: position, to, outcome: 'failed', reason: cause, attempt, startedAt: stepSince ?? now, durationMs: now - (stepSince ?? now), log: null,
			});
			await activity.add({
				at: now, level: 'error', actor: scheduler, subject: domain, installId: id, message: `the ${kind} failed at ${doing}: ${cause}`,
			});
		},
	} as const satisfies Written;
};

/** The step log's row of an attempt that failed. */
export const failedStep = ({install, row, context, panel, startedAt}: SiteRun, reason: string): InstallStep => ({
	from: row.from, to: row.to, outcome: 'failed', reason, attempt: install.attempt + 1, startedAt, durationMs: context.clock.now() - startedAt, log: panel.said(),
});

type Passed = Exclude<SiteOutcome, {readonly outcome: 'given-up'}>;

const finish = ({install: {id, domain, kind, createdAt}, row}: SiteRun, why: string | undefined, now: number): Next => ({
	to: {state: 'done', isDropAsked: false},
	also: async ({activity}) => activity.add({
		at: now, level: 'info', actor: scheduler, subject: domain, installId: id, message: `the ${kind} is done after ${formatAge(now - createdAt)}`,
	}),
	row,
	end: stopped('done', why ?? 'done'),
});

/** How far an install gets in one transaction. */
type Way = {
	readonly steps: readonly SiteRowStep[];
	readonly change: InstallChange;
	readonly also: ReadonlyArray<(tables: Tables) => Promise<void>>;
	readonly begun: Begun;
};

type SiteRowStep = InstallStep & Pick<SiteRow, 'from' | 'to'>;

/** Past the step that ended, and past those behind it that ask nobody, to the one that begins. Writes nothing. */
const findWay = async (run: SiteRun, {outcome, why, change, alongside}: Passed, present: WholeInstall, plan: (install: Install) => Promise<Next>): Promise<Way> => {
	const {install, row: {from, to: position}, context, panel} = run;
	const now = context.clock.now();
	const startedAt = present.install.stepSince ?? run.startedAt;
	const step: SiteRowStep = {
		from, to: position, outcome, reason: why ?? null, attempt: install.attempt + 1, startedAt, durationMs: now - startedAt, log: panel.said(),
	};
	const ended = {...atNewStep, ...change};
	const {to, also, ...next} = position === 'done' ? finish(run, why, now) : await plan(withChange(present, {...ended, position}, now).install);
	const way: Way = {
		steps: [step], change: {...ended, ...to}, also: [alongside, also].filter(write => write !== undefined), begun: {present: withChange(present, {...ended, ...to, position}, now), ...next},
	};
	if (way.begun.end !== undefined || !way.begun.row.isInstant) {
		return way;
	}

	const soon = prepareRun(way.begun, context);
	const came = await soon.row.step(soon);
	if (came.outcome === 'given-up') {
		return way;
	}

	const rest = await findWay(soon, came, way.begun.present, plan);
	return {
		steps: [...way.steps, ...rest.steps], change: {...way.change, ...rest.change}, also: [...way.also, ...rest.also], begun: rest.begun,
	};
};

/** The step ended well: the position moves on, everything that belongs to it is written and the next step begins, all in the same transaction. */
export const endStep = async (run: SiteRun, outcome: Passed, plan: Plan): Promise<SiteEnd> => {
	const {install: {id, domain}, context: {clock, log}} = run;
	const {steps, begun} = await writeRunning(run, async (present, tables) => {
		const way = await findWay(run, outcome, present, async ended => plan(ended, tables));
		if (!await tables.installs.advance(present.install, way.steps, way.change, clock.now())) {
			return undefined;
		}

		for (const write of way.also) {
			await write(tables);
		}

		return way;
	});
	for (const {from, to, outcome: came, reason} of steps) {
		log({
			level: 'info', event: 'install-step', install: id, message: `${domain}: ${from} → ${to}, ${came}${reason === null ? '' : `: ${reason}`}`,
		});
	}

	return {next: 'step', begun, passed: steps.length};
};

/** The step is tried again; `failed` is an attempt that counts. */
export const waitForNext = async (run: SiteRun, {cause, afterMs, failed}: {readonly cause: string; readonly afterMs: number; readonly failed?: InstallStep}): Promise<SiteEnd> => {
	const {install, row, context: {clock, log}, panel} = run;
	const {id, domain} = install;
	const now = clock.now();
	const isDropped = await writeRunning(run, async ({install: present}, tables) => {
		const {to, also}: Written = present.isDropAsked ? dropAtBorder(present, 'pending', now) : {to: {...atRest, state: 'pending'}};
		const change: InstallChange = {
			cause, attempt: present.attempt + Number(failed !== undefined), nextAttemptAt: now + afterMs, ...(!panel.isOpen() && {inFlight: null}), ...to,
		};
		if (!await tables.installs.change(present, change, now)) {
			return undefined;
		}

		if (failed) {
			await tables.installs.addStep(id, failed);
		}

		await also?.(tables);
		return present.isDropAsked;
	});
	log({
		level: 'warning', event: 'install-step', install: id, message: `${domain}: ${row.from} → ${row.to}, ${failed ? 'failed, ' : ''}next try in ${formatAge(afterMs)}: ${cause}`,
	});
	return isDropped ? stopped('dropped', 'dropped') : stopped('waiting', `waiting: ${cause}`);
};

type Failure = {
	readonly cause: string;
	/** Of the step log. */
	readonly steps: readonly InstallStep[];
	readonly change?: InstallChange;
	/** The panel may still be at something. */
	readonly isOpen?: boolean;
};

/** It failed for good: nothing more is tried until a person wants it. */
export const failForGood = async (run: SiteRun, {cause, steps, change, isOpen = run.panel.isOpen()}: Failure): Promise<SiteEnd> => {
	const {install: {id, kind, domain}, row, context: {clock, log}} = run;
	const now = clock.now();
	const isDropped = await writeRunning(run, async ({install: present}, tables) => {
		const {to, also}: Written = present.isDropAsked ? dropAtBorder(present, 'failed', now) : {to: {...atRest, state: 'failed'}};
		const whole: InstallChange = {
			cause, attempt: present.attempt + 1, nextAttemptAt: null, stepSince: null, ...(!isOpen && {inFlight: null}), ...change, ...to,
		};
		if (!await tables.installs.change(present, whole, now)) {
			return undefined;
		}

		for (const step of steps) {
			await tables.installs.addStep(id, step);
		}

		await tables.activity.add({
			at: now, level: 'error', actor: scheduler, subject: domain, installId: id, message: `the ${kind} failed at ${row.doing}: ${cause}`,
		});
		await also?.(tables);
		return present.isDropAsked;
	});
	log({
		level: 'error', event: 'install-failed', install: id, message: `${domain}: ${row.from} → ${row.to}, failed: ${cause}`,
	});
	return isDropped ? stopped('dropped', 'dropped') : stopped('failed', `failed: ${cause}`);
};
