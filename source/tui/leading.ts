import {formatAge} from '../domain/duration.js';
import {type Question} from './overlay.js';
import {type Overview} from './state.js';

export type LeadingMode = 'auto' | 'watch' | 'lead';

/** What the console does about leading, seen from this overview. */
export type LeadingWish = 'lead' | 'ask' | 'hand-over' | 'nothing';

export type LeadingFacts = {
	readonly overview: Overview;
	readonly mode: LeadingMode;
	readonly isReadOnly: boolean;
	/** Whether this console's scheduler was started: it leads or stands by. */
	readonly isStarted: boolean;
	/** Whether a person said no since the last leader went. */
	readonly isDeclined: boolean;
	/** For how long nobody has led while this console was looking on; null: it found nobody leading when it came. */
	readonly leaderlessMs: number | null;
};

// Whoever stands by takes over within moments; a console that steps in between would only have to hand over again.
const patienceMs = 5000;

/** One leads, others stand by; a daemon goes before a console; where a daemon led last, a person decides. */
export const decideLeading = ({overview, mode, isReadOnly, isStarted, isDeclined, leaderlessMs}: LeadingFacts): LeadingWish => {
	const hasDaemon = overview.sessions.some(({kind}) => kind === 'daemon');
	if (isStarted) {
		return hasDaemon ? 'hand-over' : 'nothing';
	}

	if (isReadOnly || mode === 'watch' || hasDaemon) {
		return 'nothing';
	}

	if (mode === 'lead') {
		return isDeclined ? 'nothing' : 'lead';
	}

	const isVacant = overview.leader === null && overview.sessions.every(({kind}) => kind !== 'console') && (leaderlessMs === null || leaderlessMs >= patienceMs);
	if (!isVacant || isDeclined) {
		return 'nothing';
	}

	return overview.lastLeader?.kind === 'daemon' ? 'ask' : 'lead';
};

/** Whether to do the daemon's work here. */
export const leadingQuestion = ({lastLeader}: Overview, now: number): Question => ({
	title: 'Lead here?',
	lines: [
		lastLeader ? `The daemon on ${lastLeader.host} was seen last ${formatAge(now - lastLeader.seenAt)} ago, and nobody leads.` : 'Nobody leads.',
		'If you say yes, this console runs the tasks until you quit or a daemon stands by. If not, it only watches.',
	],
	yes: 'Lead',
	typed: null,
	effect: {kind: 'lead'},
	otherwise: {kind: 'watch'},
});

/** A scheduler somewhere off this thread. */
export type LeadingHandle = {
	readonly isLeading: () => boolean;
	readonly stop: () => Promise<void>;
	/** Resolves with the reason when it is over, told to or not. */
	readonly ended: Promise<string>;
};

export type Leading = {
	readonly isStarted: () => boolean;
	readonly isLeading: () => boolean;
	readonly start: () => Promise<void>;
	/** Hands over: stops the scheduler if there is one. */
	readonly stop: () => Promise<void>;
	/** Says once why the scheduler is over that nobody stopped; it may be started again. */
	readonly takeLoss: () => string | undefined;
};

/** Holds the scheduler of this console, if it has one. */
export const createLeading = (startLeading: () => Promise<LeadingHandle>): Leading => {
	let starting: Promise<LeadingHandle> | undefined;
	let handle: LeadingHandle | undefined;
	let loss: string | undefined;

	const watch = async (started: LeadingHandle) => {
		const reason = await started.ended;
		if (handle !== started) {
			return;
		}

		starting = undefined;
		handle = undefined;
		loss = `the scheduler of this console ended by itself: ${reason}`;
	};

	return {
		isStarted: () => starting !== undefined,
		isLeading: () => handle?.isLeading() ?? false,
		async start() {
			starting ??= startLeading();
			const mine = starting;
			try {
				const started = await mine;
				if (starting === mine && handle !== started) {
					handle = started;
					void watch(started);
				}
			} catch (error) {
				if (starting === mine) {
					starting = undefined;
				}

				throw error;
			}
		},
		async stop() {
			const mine = starting;
			starting = undefined;
			handle = undefined;
			const started = await mine;
			await started?.stop();
		},
		takeLoss() {
			const taken = loss;
			loss = undefined;
			return taken;
		},
	};
};
