import {formatAge} from '../../domain/duration.js';
import {type Install} from '../../domain/install.js';
import {type Settings} from '../../domain/settings.js';
import {iso} from '../times.js';

/** When a pending install will start: staged ones wait for a due run. Null: not by itself. */
export const startsAt = ({state, application, nextAttemptAt}: Install, settings: Settings, nextRunAt: number | null, now: number): number | null => {
	if (state !== 'pending') {
		return null;
	}

	const isStaged = settings.installs.applications[application]?.stage ?? true;
	if (!isStaged) {
		return nextAttemptAt ?? now;
	}

	return nextRunAt === null ? null : Math.max(nextRunAt, nextAttemptAt ?? 0);
};

/** `starts in 3m12s`; empty where it does not start by itself. */
export const startText = (starts: number | null, now: number): string => {
	if (starts === null) {
		return '';
	}

	return starts <= now ? 'starts now' : `starts in ${formatAge(starts - now)}`;
};

/** A row of `install list`. */
export const installJson = (install: Install, starts: number | null) => {
	const {
		id, reference, state, domain, cause, attempt,
	} = install;
	return {
		id, reference, state, domain, cause, attempt, startsAt: iso(starts),
	};
};

/** `install show`. */
export const wholeInstallJson = (install: Install, starts: number | null) => ({
	...installJson(install, starts),
	generation: install.generation,
	panel: install.panel,
	application: install.application,
	account: install.account,
	client: install.client,
	progress: install.progress,
	droppedFrom: install.droppedFrom,
	droppedBy: install.droppedBy,
	droppedAt: iso(install.droppedAt),
	createdAt: iso(install.createdAt),
	updatedAt: iso(install.updatedAt),
	nextAttemptAt: iso(install.nextAttemptAt),
});
