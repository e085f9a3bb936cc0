import {installPositions, type Install, type InstallPosition} from '../domain/install.js';
import {createPanelTalk} from './ask-panel.js';
import {
	atRest,
	dropAtBorder,
	endStep,
	failedStep,
	failForGood,
	giveUpDead,
	stopped,
	type SiteEnd,
} from './end-site-step.js';
import {nextRow} from './install-site.js';
import {type InstallContext, type MoveInstall} from './move-install.js';
import {noteSiteFailure} from './note-site-failure.js';
import {type SiteRow, type SiteRun} from './site-step.js';

type Begun = {readonly install: Install | undefined; readonly row?: SiteRow; readonly end?: SiteEnd};

const isReached = (position: InstallPosition, goal: InstallPosition): boolean => installPositions.indexOf(position) >= installPositions.indexOf(goal);

/** Begins the step after the install's position, or says why there is none to begin. */
const begin = async (id: number, {store, clock, signal, settings}: InstallContext, goal: InstallPosition): Promise<Begun> => store.write(async tables => {
	const {installs, taskSettings} = tables;
	const now = clock.now();
	const install = await installs.find(id);
	if (install?.state !== 'pending' && install?.state !== 'running') {
		const state = install?.state ?? 'busy';
		return {install, end: stopped(state, install ? `it is ${state}${install.cause === null ? '' : `: ${install.cause}`}` : 'it is gone')};
	}

	if (install.isDropAsked) {
		await dropAtBorder(install, 'pending', tables, now);
		return {install, end: stopped('dropped', 'dropped')};
	}

	const row = nextRow(install);
	const isThere = row === undefined || isReached(install.position, goal);
	const isHeld = await taskSettings.findHold(now) !== null;
	if (isThere || isHeld || signal.aborted) {
		if (install.state === 'running') {
			await installs.change(install, {...atRest, state: 'pending'}, now);
		}

		return {install, end: isThere ? stopped('done', 'so far') : stopped('waiting', isHeld ? 'on hold' : 'stopped before this step')};
	}

	// Whoever ran it before and asked the panel something died: that was an attempt.
	const hasDied = install.state === 'running' && install.inFlight !== null;
	const attempt = install.attempt + Number(hasDied);
	if (hasDied && attempt >= settings.scheduler.maxAttempts) {
		return {install, row, end: stopped('failed', `failed: ${await giveUpDead(install, row, attempt, tables, now)}`)};
	}

	await installs.change(install, {
		state: 'running', stepSince: install.stepSince ?? now, attempt, nextAttemptAt: null, progress: null, doing: row.doing,
	}, now);
	return {install: await installs.find(id), row};
});

const runStep = async (run: SiteRun): Promise<SiteEnd> => {
	try {
		const outcome = await run.row.step(run);
		return outcome.outcome === 'given-up'
			? await failForGood(run, {cause: outcome.why, steps: [failedStep(run, outcome.why)], change: outcome.change})
			: await endStep(run, outcome);
	} catch (error) {
		return noteSiteFailure(run, error);
	}
};

const prepareRun = async (install: Install, row: SiteRow, context: InstallContext): Promise<SiteRun> => {
	const adminPassword = await context.store.read.installs.passwordOf(install.id);
	return {
		install, row, context, adminPassword, panel: createPanelTalk({install, adminPassword, context}), startedAt: context.clock.now(),
	};
};

/** From the row's position onward, step by step, until one waits or fails, or the end is reached. */
export const moveInstall: MoveInstall = async ({id}, context, {until = 'done'} = {}) => {
	for (let steps = 0; ; steps++) {
		const {install, row, end: early} = await begin(id, context, until);
		const end = early ?? await runStep(await prepareRun(install!, row!, context));
		if (end.next === 'stop') {
			const place = install ? `i${id} ${install.domain}: ${install.position}` : `i${id}`;
			return {outcome: end.outcome, steps: steps + Number(!early && end.outcome === 'done'), line: `${place}${row ? ` → ${row.to}` : ''}, ${end.what}`};
		}
	}
};
