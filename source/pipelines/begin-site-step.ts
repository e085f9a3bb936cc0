import {type Clock} from '../domain/clock.js';
import {installPositions, type Install, type InstallPosition} from '../domain/install.js';
import {type InstallChange} from '../store/installs.js';
import {type Tables} from '../store/store.js';
import {withChange} from './change-running.js';
import {
	atRest,
	dropAtBorder,
	giveUpDead,
	stopped,
	type Begun,
	type Next,
	type Plan,
} from './end-site-step.js';
import {nextRow} from './install-site.js';
import {type InstallContext} from './move-install.js';

const isReached = (position: InstallPosition, goal: InstallPosition): boolean => installPositions.indexOf(position) >= installPositions.indexOf(goal);

/** The step after the install's position, or why there is none to begin; the row is the caller's to write. */
export const planStep = async (install: Install, tables: Tables, {clock, signal, settings}: InstallContext, goal: InstallPosition): Promise<Next> => {
	const now = clock.now();
	if (install.isDropAsked) {
		return {...dropAtBorder(install, 'pending', now), end: stopped('dropped', 'dropped')};
	}

	const row = nextRow(install);
	const isThere = row === undefined || isReached(install.position, goal);
	const isHeld = await tables.taskSettings.findHold(now) !== null;
	if (isThere || isHeld || signal.aborted) {
		return {
			...(install.state === 'running' && {to: {...atRest, state: 'pending'}}),
			end: isThere ? stopped('done', 'so far') : stopped('waiting', isHeld ? 'on hold' : 'stopped before this step'),
		};
	}

	// Whoever ran it before and asked the panel something died: that was an attempt.
	const hasDied = install.state === 'running' && install.inFlight !== null;
	const attempt = install.attempt + Number(hasDied);
	if (hasDied && attempt >= settings.scheduler.maxAttempts) {
		const given = giveUpDead(install, row, attempt, now);
		return {...given, row, end: stopped('failed', `failed: ${given.to.cause}`)};
	}

	const asked = install.inFlight === null ? row.asks?.(install) : undefined;
	const to: InstallChange = {
		stepSince: install.stepSince ?? now, attempt, nextAttemptAt: null, progress: null, doing: row.doing,
		...(asked !== undefined && {inFlight: {action: asked, since: now}}),
		// A column that is written at all has its index written.
		...(install.state !== 'running' && {state: 'running'}),
	};
	return {to, row, asked};
};

/** Begins the step after the install's position. */
export const beginStep = async (id: number, tables: Tables, plan: Plan, clock: Clock): Promise<Begun> => {
	const {installs} = tables;
	const present = await installs.findWhole(id);
	if (present === undefined) {
		return {present, end: stopped('busy', 'it is gone')};
	}

	const {state, cause} = present.install;
	if (state !== 'pending' && state !== 'running') {
		return {present, end: stopped(state, `it is ${state}${cause === null ? '' : `: ${cause}`}`)};
	}

	const {to, also, ...next} = await plan(present.install, tables);
	if (to === undefined) {
		return {present, ...next};
	}

	const now = clock.now();
	await installs.change(present.install, to, now);
	await also?.(tables);
	return {present: withChange(present, to, now), ...next};
};
