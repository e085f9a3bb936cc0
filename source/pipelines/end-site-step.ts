import {scheduler} from '../domain/activity.js';
import {formatAge} from '../domain/duration.js';
import {type Install, type InstallStep} from '../domain/install.js';
import {type PanelAction} from '../domain/panel.js';
import {type InstallChange} from '../store/installs.js';
import {type Tables} from '../store/store.js';
import {writeRunning} from './change-running.js';
import {type InstallMove} from './move-install.js';
import {type SiteOutcome, type SiteRow, type SiteRun} from './site-step.js';

type Stop = {readonly next: 'stop'; readonly outcome: InstallMove['outcome']; readonly what: string};

/** A step that was begun; `asked` is written down already, and about to be asked. The install is as it is now, save for that. */
export type BegunStep = {
	readonly install: Install;
	readonly row: SiteRow;
	readonly asked: PanelAction | undefined;
	/** Null: it was erased. */
	readonly adminPassword: string | null;
	readonly end?: undefined;
};

/** The next step of an install, or why none was begun. */
export type Begun = BegunStep | {readonly install: Install | undefined; readonly row?: SiteRow; readonly end: Stop};

/** What follows a step: the next one, or nothing for now. */
export type SiteEnd = Stop | {readonly next: 'step'; readonly begun: Begun};

export const stopped = (outcome: InstallMove['outcome'], what: string): Stop => ({next: 'stop', outcome, what});

/** Nothing is under way any more. */
export const atRest = {progress: null, doing: null} as const;

/** Takes it out of the queue at a step's border, as was asked while it ran; taken back, it is as it would be otherwise. */
export const dropAtBorder = async (install: Install, droppedFrom: 'pending' | 'failed', {installs, activity}: Tables, now: number, rest: InstallChange = {}): Promise<void> => {
	await installs.change(install, {
		...rest, ...atRest, state: 'dropped', droppedFrom, droppedAt: now, isDropAsked: false,
	}, now);
	await activity.add({
		at: now, level: 'info', actor: scheduler, subject: install.domain, installId: install.id,
		message: `the install stopped at ${install.position}, as ${install.droppedBy ?? 'somebody'} asked; the account ${install.account} stays`,
	});
};

/** Whoever asked the panel for this died of it, or of something else, as often as is allowed: nothing more is tried, not even an undo, until a person wants it. */
export const giveUpDead = async (install: Install, {to, doing}: SiteRow, attempts: number, {installs, activity}: Tables, now: number): Promise<string> => {
	const {id, domain, kind, position, stepSince} = install;
	const cause = `cronsole ended ${attempts} times while ${doing}, each time before ${install.panel} had answered (given up after ${attempts} attempts)`;
	await installs.addStep(id, {
		from: position, to, outcome: 'failed', reason: cause, attempt: attempts, startedAt: stepSince ?? now, durationMs: now - (stepSince ?? now), log: null,
	});
	await installs.change(install, {
		...atRest, state: 'failed', cause, attempt: attempts, nextAttemptAt: null, stepSince: null,
	}, now);
	await activity.add({
		at: now, level: 'error', actor: scheduler, subject: domain, installId: id, message: `the ${kind} failed at ${doing}: ${cause}`,
	});
	return cause;
};

/** The step log's row of an attempt that failed. */
export const failedStep = ({install, row, context, panel, startedAt}: SiteRun, reason: string): InstallStep => ({
	from: row.from, to: row.to, outcome: 'failed', reason, attempt: install.attempt + 1, startedAt, durationMs: context.clock.now() - startedAt, log: panel.said(),
});

/** The step ended well: the position moves on, everything that belongs to it is written and the next step begins, all in the same transaction. */
export const endStep = async (
	run: SiteRun,
	{outcome, why, change, alongside}: Exclude<SiteOutcome, {readonly outcome: 'given-up'}>,
	beginNext: (tables: Tables) => Promise<Begun>,
): Promise<SiteEnd> => {
	const {install, row, context: {clock, log}, panel} = run;
	const {id, domain} = install;
	const isLast = row.to === 'done';
	const now = clock.now();
	const end = await writeRunning(run, async (present, tables): Promise<SiteEnd> => {
		const startedAt = present.stepSince ?? run.startedAt;
		await tables.installs.advance(present, row.to, {
			outcome, reason: why ?? null, attempt: install.attempt + 1, startedAt, durationMs: now - startedAt, log: panel.said(),
		}, {...change, ...(isLast && {state: 'done', isDropAsked: false})}, now);
		await alongside?.(tables);
		if (!isLast) {
			return {next: 'step', begun: await beginNext(tables)};
		}

		await tables.activity.add({
			at: now, level: 'info', actor: scheduler, subject: domain, installId: id, message: `the ${install.kind} is done after ${formatAge(now - install.createdAt)}`,
		});
		return stopped('done', why ?? 'done');
	});
	log({
		level: 'info', event: 'install-step', install: id, message: `${domain}: ${row.from} → ${row.to}, ${outcome}${why === undefined ? '' : `: ${why}`}`,
	});
	return end;
};

/** The step is tried again; `failed` is an attempt that counts. */
export const waitForNext = async (run: SiteRun, {cause, afterMs, failed}: {readonly cause: string; readonly afterMs: number; readonly failed?: InstallStep}): Promise<SiteEnd> => {
	const {install, row, context: {clock, log}, panel} = run;
	const {id, domain} = install;
	const now = clock.now();
	const isDropped = await writeRunning(run, async (present, tables) => {
		const change: InstallChange = {
			cause, attempt: present.attempt + Number(failed !== undefined), nextAttemptAt: now + afterMs, ...(!panel.isOpen() && {inFlight: null}),
		};
		if (failed) {
			await tables.installs.addStep(id, failed);
		}

		await (present.isDropAsked ? dropAtBorder(present, 'pending', tables, now, change) : tables.installs.change(present, {...change, ...atRest, state: 'pending'}, now));
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
	const isDropped = await writeRunning(run, async (present, tables) => {
		for (const step of steps) {
			await tables.installs.addStep(id, step);
		}

		const to: InstallChange = {
			cause, attempt: present.attempt + 1, nextAttemptAt: null, stepSince: null, ...(!isOpen && {inFlight: null}), ...change,
		};
		await tables.activity.add({
			at: now, level: 'error', actor: scheduler, subject: domain, installId: id, message: `the ${kind} failed at ${row.doing}: ${cause}`,
		});
		await (present.isDropAsked ? dropAtBorder(present, 'failed', tables, now, to) : tables.installs.change(present, {...to, ...atRest, state: 'failed'}, now));
		return present.isDropAsked;
	});
	log({
		level: 'error', event: 'install-failed', install: id, message: `${domain}: ${row.from} → ${row.to}, failed: ${cause}`,
	});
	return isDropped ? stopped('dropped', 'dropped') : stopped('failed', `failed: ${cause}`);
};
