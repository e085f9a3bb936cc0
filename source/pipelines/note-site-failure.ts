import {ClientError, type ClientErrorKind} from '../clients/client-error.js';
import {panelTrouble} from '../domain/panel-trouble.js';
import {LockLost} from '../store/leases.js';
import {StoreUnusable} from '../store/store.js';
import {InstallChanged} from './change-running.js';
import {
	failedStep,
	failForGood,
	stopped,
	waitForNext,
	type SiteEnd,
} from './end-site-step.js';
import {backOffMs, pollMs} from './retry.js';
import {type SiteRun} from './site-step.js';
import {undoInstall} from './undo-install.js';

/** Nobody asks again before what was asked has ended by itself, or this has passed. */
const mostUnknownMs = 60_000;

/** What helps: asking again, looking what came of it, or only a person. */
const remedies: Readonly<Record<ClientErrorKind, 'again' | 'look' | 'person'>> = {
	transient: 'again', locked: 'again', 'no-quorum': 'again', observed: 'again', 'unknown-outcome': 'look', rejected: 'person', denied: 'person', missing: 'person',
};

/** The panel as a whole cannot be used: it waits, ever longer, and nothing is counted. */
const waitForPanel = async (run: SiteRun, error: ClientError): Promise<SiteEnd> => {
	const {install, context: {clock}, panel, startedAt} = run;
	const elapsedMs = clock.now() - (install.stepSince ?? startedAt);
	return waitForNext(run, {
		cause: panelTrouble(install.panel, panel.clean(error.message)), afterMs: Math.max(error.retryAfterMs ?? 0, pollMs(elapsedMs, {least: 5000, most: 5 * 60_000})),
	});
};

const giveUp = async (run: SiteRun, error: ClientError, cause: string): Promise<SiteEnd> => {
	const failed = failedStep(run, cause);
	const undone = run.row.isUndone ? await undoInstall(run, error) : undefined;
	return failForGood(run, {cause, steps: undone ? [failed, undone.step] : [failed], ...undone});
};

const judge = async (run: SiteRun, error: ClientError): Promise<SiteEnd> => {
	const {install, context: {settings, random}, panel} = run;
	const remedy = remedies[error.kind];
	const reason = panel.clean(error.message);
	if (error.scope === 'cluster') {
		return waitForPanel(run, error);
	}

	if (remedy === 'person') {
		return giveUp(run, error, reason);
	}

	const attempts = install.attempt + 1;
	if (attempts >= settings.scheduler.maxAttempts) {
		return giveUp(run, error, `${reason} (given up after ${attempts} attempts)`);
	}

	const afterMs = remedy === 'look'
		? Math.min(mostUnknownMs, settings.installs.panels[install.panel]?.timeoutMs ?? mostUnknownMs)
		: Math.max(error.retryAfterMs ?? 0, backOffMs(install.attempt, random));
	return waitForNext(run, {cause: reason, afterMs, failed: failedStep(run, reason)});
};

/** What a thrown step leads to, for this install alone: only a lost lease and a store that cannot be used go further up. */
export const noteSiteFailure = async (run: SiteRun, error: unknown): Promise<SiteEnd> => {
	if (error instanceof LockLost || error instanceof StoreUnusable) {
		throw error;
	}

	if (error instanceof InstallChanged) {
		return stopped('busy', error.message);
	}

	const isOfPanel = error instanceof ClientError;
	// That we are stopped is nobody's failure.
	if (run.context.signal.aborted && (!isOfPanel || remedies[error.kind] !== 'person')) {
		return waitForNext(run, {cause: 'it was stopped while it ran', afterMs: 0});
	}

	if (isOfPanel) {
		return judge(run, error);
	}

	// A mistake of ours: whatever is there stays as it is, to be looked at.
	const cause = run.panel.clean(`unexpected: ${error instanceof Error ? error.message : String(error)}`);
	return failForGood(run, {cause, steps: [failedStep(run, cause)]});
};
