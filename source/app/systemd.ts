import {type Clock} from '../domain/clock.js';
import {safeText} from '../domain/safe-text.js';
import {type Health} from './health.js';

/** Sends systemd a few lines; throws where it cannot. */
export type Notify = (lines: string) => void;

/** What systemd hears of this process. None of them throws. */
export type Systemd = {
	readonly ready: () => void;
	readonly reloading: () => void;
	readonly stopping: () => void;
	/** Feeds its watchdog for as long as `health` finds no fault, and says how things are; the answer stops it. */
	readonly startFeeding: (deps: {readonly health: Pick<Health, 'findFault'>; readonly isLeading: () => boolean}) => () => void;
};

type Environment = Readonly<Record<string, string | undefined>>;

/**
 Node has no datagram sockets of this kind, and a child that spoke for us would have to be believed by its word (`NotifyAccess=all`); so systemd's own
 library is called, from the very loop that is watched. It is there wherever systemd is.
 */
const openLibrary = async (): Promise<Notify> => {
	const {default: koffi} = await import('koffi');
	const send = koffi.load('libsystemd.so.0').func('int sd_notify(int unset_environment, const char *state)') as (unset: number, state: string) => number;
	return lines => {
		const answer = send(0, lines);
		if (answer < 0) {
			throw new Error(`systemd could not be told: error ${-answer}`);
		}
	};
};

const watchdogMs = ({WATCHDOG_USEC: usec, WATCHDOG_PID: pid}: Environment): number | null => {
	const ms = Number(usec) / 1000;
	return ms > 0 && (pid === undefined || Number(pid) === process.pid) ? ms : null;
};

/** Without a watchdog its state is told this often all the same. */
const tellEveryMs = 10_000;

export type SystemdDeps = {
	readonly env: Environment;
	readonly clock: Clock;
	readonly onError: (message: string) => void;
	readonly open?: () => Promise<Notify>;
};

/** Where systemd started this process and wants to hear of it; else undefined. Throws where it cannot be told: it would wait in vain. */
export const openSystemd = async ({env, clock, onError, open = openLibrary}: SystemdDeps): Promise<Systemd | undefined> => {
	if (env.NOTIFY_SOCKET === undefined || env.NOTIFY_SOCKET === '') {
		return undefined;
	}

	const send = await open();
	let lastError: string | undefined;
	const notify = (...lines: readonly string[]): void => {
		try {
			send(lines.join('\n'));
			lastError = undefined;
		} catch (error) {
			const {message} = error as Error;
			if (message !== lastError) {
				lastError = message;
				onError(message);
			}
		}
	};

	return {
		ready() {
			notify('READY=1');
		},
		reloading() {
			notify('RELOADING=1', `MONOTONIC_USEC=${Math.round(clock.monotonic() * 1000)}`);
		},
		stopping() {
			notify('STOPPING=1', 'STATUS=handing over');
		},
		startFeeding({health, isLeading}) {
			const limitMs = watchdogMs(env);
			let isAsking = false;
			let isOver = false;
			const feed = async () => {
				// One question at a time: what does not answer is not asked again.
				if (isAsking) {
					return;
				}

				isAsking = true;
				const fault = await health.findFault();
				isAsking = false;
				if (!isOver) {
					// A line break in a text would begin a line of its own, which could feed the watchdog.
					notify(...fault === null ? ['WATCHDOG=1', `STATUS=${isLeading() ? 'leading' : 'standing by'}`] : [`STATUS=${safeText(fault, 300)}`]);
				}
			};

			void feed();
			const timer = setInterval(() => {
				void feed();
			}, limitMs === null ? tellEveryMs : limitMs / 4);
			return () => {
				isOver = true;
				clearInterval(timer);
			};
		},
	};
};
