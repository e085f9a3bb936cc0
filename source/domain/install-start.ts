import {type Install} from './install.js';
import {type Settings} from './settings.js';

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
