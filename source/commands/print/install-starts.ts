import {type App} from '../../app.js';
import {formatAge} from '../../domain/duration.js';
import {type Install} from '../../domain/install.js';
import {startsAt} from '../../domain/install-start.js';
import {type Settings} from '../../domain/settings.js';
import {resolveTaskStates} from '../../domain/task-state.js';
import {type Overview} from '../../store/overview.js';
import {dueAt} from './json/status-json.js';

/** When pending installs start. */
export type Starts = {
	/** Null: not by itself. Where nobody leads: when it would, if somebody did. */
	readonly at: (install: Install) => number | null;
	/** What keeps a pending one from starting by itself; null: nothing. */
	readonly waitsFor: (install: Install) => string | null;
	/** `starts in 3m12s`, or what it waits for; empty for one that is not pending. */
	readonly text: (install: Install) => string;
};

/** When each install starts, as things stand. */
export const startsOf = (overview: Overview, settings: Settings): Starts => {
	const {hold, leader, now} = overview;
	const nextRun = dueAt('process_installs', overview, settings);
	const task = resolveTaskStates(settings.tasks, overview.taskSettings).find(({name}) => name === 'process_installs')!;
	const at = (install: Install): number | null => hold === null ? startsAt(install, settings, nextRun, now) : null;

	const waitsFor = (install: Install): string | null => {
		if (install.state !== 'pending') {
			return null;
		}

		if (hold !== null) {
			return `the hold by ${hold.by}`;
		}

		if (at(install) === null) {
			return task.paused === null ? 'a run by hand: process_installs has no interval' : 'process_installs, which is paused';
		}

		return leader === null ? 'somebody to lead, or a run by hand' : null;
	};

	return {
		at,
		waitsFor,
		text(install) {
			const obstacle = waitsFor(install);
			if (obstacle !== null) {
				return `waits for ${obstacle}`;
			}

			const start = at(install);
			if (start === null) {
				return '';
			}

			return start <= now ? 'starts now' : `starts in ${formatAge(start - now)}`;
		},
	};
};

/** The same, read now. */
export const readStarts = async (app: App): Promise<Starts> => startsOf(await app.overview({vms: 0, installs: 0, activity: 0}), app.settings());

/** When one starts by itself, read now; null: it does not. */
export const readStart = async (app: App, install: Install): Promise<number | null> => {
	const starts = await readStarts(app);
	return starts.at(install);
};
