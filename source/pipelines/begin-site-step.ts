import {installPositions, type InstallPosition} from '../domain/install.js';
import {type Tables} from '../store/store.js';
import {
	atRest,
	dropAtBorder,
	giveUpDead,
	stopped,
	type Begun,
} from './end-site-step.js';
import {nextRow} from './install-site.js';
import {type InstallContext} from './move-install.js';

const isReached = (position: InstallPosition, goal: InstallPosition): boolean => installPositions.indexOf(position) >= installPositions.indexOf(goal);

/** Begins the step after the install's position, or says why there is none to begin; in the transaction that ends the step before, where there is one. */
export const beginStep = async (id: number, tables: Tables, {clock, signal, settings}: InstallContext, goal: InstallPosition): Promise<Begun> => {
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

	const asked = install.inFlight === null ? row.asks?.(install) : undefined;
	const begun = {
		state: 'running', stepSince: install.stepSince ?? now, attempt, nextAttemptAt: null, progress: null, doing: row.doing,
	} as const;
	await installs.change(install, {...begun, ...(asked !== undefined && {inFlight: {action: asked, since: now}})}, now);
	return {
		install: {...install, ...begun}, row, asked, adminPassword: await installs.passwordOf(id),
	};
};
