import {type Install, type InstallStep} from '../../../domain/install.js';
import {iso} from '../times.js';

/** A row of `install list`. */
export const installJson = (install: Install, starts: number | null) => {
	const {
		id, reference, state, domain, cause, attempt, kind, position, progress, doing, panel, application,
	} = install;
	return {
		id, reference, state, domain, cause, attempt, startsAt: iso(starts), kind, position, progress, doing, panel, application,
	};
};

/** Everything that is known of an install, but for its password and its steps. */
export const wholeInstallJson = (install: Install, starts: number | null) => {
	const {generation, account, accountState, plan, title, adminUser, adminEmail, url, site, client, isDropAsked, droppedFrom, droppedBy} = install;
	return {
		...installJson(install, starts),
		generation, account, accountState, plan, title, adminUser, adminEmail, url, site, client, isDropAsked, droppedFrom, droppedBy,
		droppedAt: iso(install.droppedAt),
		createdAt: iso(install.createdAt),
		updatedAt: iso(install.updatedAt),
		nextAttemptAt: iso(install.nextAttemptAt),
	};
};

/** The steps of an install, the oldest first. */
export const installStepsJson = (steps: readonly InstallStep[]) => steps.map(({from, to, outcome, reason, attempt, startedAt, durationMs, log}) => ({
	from, to, outcome, reason, attempt, startedAt: iso(startedAt), durationMs, log,
}));
