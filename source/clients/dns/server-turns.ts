import PQueue from 'p-queue';
import {type Clock} from '../../domain/clock.js';
import {longestWaitMs} from '../../domain/operation.js';
import {safeText} from '../../domain/safe-text.js';
import {ClientError} from '../client-error.js';
import {dnsTimeoutMs, type ServerDriver} from './server-kind.js';

type Work<T> = (signal: AbortSignal) => Promise<T>;

/** Who may ask a server now: its zones share the turns, and the pause after a fault of the server as a whole. */
export type Turns = {
	readonly read: <T>(peer: string, work: Work<T>) => Promise<T>;
	readonly change: <T>(peer: string, work: Work<T>) => Promise<T>;
	/** When all of those have ended. */
	readonly idle: () => Promise<void>;
};

/** How long a server is left alone after it could not be reached; then one asks first. */
const pauseMs = 10_000;

/** While one asks first the others come again so soon. */
const leastMs = 1000;

const isOfServer = (error: unknown): error is ClientError => error instanceof ClientError
	&& (error.retryAfterMs !== null || (error.scope === 'cluster' && (error.kind === 'transient' || error.kind === 'unknown-outcome')));

const createPause = (clock: Clock) => {
	let fault: ClientError | undefined;
	let until = 0;
	let isProbing = false;

	return {
		/** Throws the server's fault, as that zone's, while the server is to be left alone; and says for how long. */
		heed(peer: string): void {
			const remainingMs = until - clock.monotonic();
			if (fault === undefined || (!isProbing && remainingMs <= 0)) {
				return;
			}

			const {message, kind, status} = fault;
			const wasSent = kind === 'unknown-outcome';
			throw new ClientError(wasSent ? safeText(`not asked, as it does not answer: ${message}`, 700) : message, {
				peer, kind: wasSent ? 'transient' : kind, scope: 'cluster', status, retryAfterMs: Math.max(leastMs, remainingMs), cause: fault,
			});
		},
		/** Only what began after a fault says that it is over. */
		async watch<T>(work: () => Promise<T>): Promise<T> {
			const before = fault;
			isProbing ||= before !== undefined;
			try {
				const answer = await work();
				fault = fault === before ? undefined : fault;
				return answer;
			} catch (error) {
				if (isOfServer(error)) {
					[fault, until] = [error, Math.max(until, clock.monotonic() + Math.min(error.retryAfterMs ?? pauseMs, longestWaitMs))];
				} else if (fault === before && error instanceof ClientError) {
					fault = undefined;
				}

				throw error;
			} finally {
				isProbing &&= before === undefined;
			}
		},
	};
};

const noTurn = (peer: string): ClientError => new ClientError(safeText(`too many ask that server: no turn within ${dnsTimeoutMs / 1000} s, nothing was sent`), {
	peer, kind: 'transient', scope: 'cluster', retryAfterMs: dnsTimeoutMs,
});

/** The turns at one server. A go has `dnsTimeoutMs` once its turn has come, and waits for its turn no longer than that: nothing goes out later than the caller thinks. */
export const createTurns = ({changesAtOnce, readsAtOnce}: Pick<ServerDriver, 'changesAtOnce' | 'readsAtOnce'>, {clock}: {readonly clock: Clock}): Turns => {
	const pause = createPause(clock);
	const reads = new PQueue({concurrency: readsAtOnce});
	const changes = new PQueue({concurrency: changesAtOnce});

	const through = (queue: PQueue) => async <T>(peer: string, work: Work<T>): Promise<T> => {
		pause.heed(peer);
		const patience = new AbortController();
		const timer = setTimeout(() => {
			patience.abort(noTurn(peer));
		}, dnsTimeoutMs);
		try {
			return await queue.add(async () => {
				clearTimeout(timer);
				pause.heed(peer);
				return pause.watch(async () => work(AbortSignal.timeout(dnsTimeoutMs)));
			}, {signal: patience.signal});
		} finally {
			clearTimeout(timer);
		}
	};

	return {
		read: through(reads),
		change: through(changes),
		async idle() {
			await Promise.all([reads.onIdle(), changes.onIdle()]);
		},
	};
};
