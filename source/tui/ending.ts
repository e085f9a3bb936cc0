import {isGone, type Streams} from './terminal.js';

/** How it ended: the exit code, and what there is to say once the screen is restored. */
export type End = {readonly code: number; readonly error?: unknown};

export type Ending = {
	/** Settles with the first end. */
	readonly first: Promise<End>;
	/** Settles when somebody insists while the end is under way. */
	readonly insisted: Promise<void>;
	readonly end: (end: End) => void;
	/** Stops listening, save for errors of a terminal that is gone. */
	readonly close: () => void;
};

const signals = {SIGINT: 130, SIGTERM: 143, SIGHUP: 129} as const;
const hangUp = 129;
const watchMs = 2000;

const ignore = (): void => undefined;

/**
 Hears every way in which a console ends: signals, a terminal that hangs up or refuses to be written to, an error that
 nobody caught. A terminal that was killed sends no signal to every kind of child, so it is looked after as well.
 */
export const createEnding = ({stdin, stdout, stderr}: Streams): Ending => {
	const first = Promise.withResolvers<End>();
	const insisted = Promise.withResolvers<void>();
	const heardBefore = new Set<string>();
	const end = (how: End): void => {
		first.resolve(how);
	};

	const handlers = Object.entries(signals).map(([signal, code]) => ({
		signal: signal as NodeJS.Signals,
		heard() {
			// A terminal that goes may hang up more than once, and its session end with another signal: that is nobody's insisting.
			if (signal !== 'SIGHUP' && heardBefore.has(signal)) {
				insisted.resolve();
			}

			heardBefore.add(signal);
			end({code});
		},
	}));
	const lost = (): void => {
		end({code: hangUp});
	};

	const thrown = (error: unknown): void => {
		end({code: 1, error});
	};

	for (const {signal, heard} of handlers) {
		process.on(signal, heard);
	}

	process.on('uncaughtException', thrown);
	stdout.on('error', lost);
	stdin.on('error', lost);
	stdin.on('end', lost);
	stdin.on('close', lost);
	stderr.on('error', ignore);
	const watchdog = setInterval(() => {
		if (isGone({stdin, stdout})) {
			lost();
		}
	}, watchMs);

	return {
		first: first.promise,
		insisted: insisted.promise,
		end,
		close() {
			clearInterval(watchdog);
			for (const {signal, heard} of handlers) {
				process.off(signal, heard);
			}

			process.off('uncaughtException', thrown);
			stdin.off('end', lost);
			stdin.off('close', lost);
			// A terminal that is gone goes on refusing what is still to be written: that is no news.
		},
	};
};
