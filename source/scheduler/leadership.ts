import {scheduler as schedulerActor} from '../domain/activity.js';
import {type Clock} from '../domain/clock.js';
import {type Session} from '../domain/lease.js';
import {type Log} from '../domain/log.js';
import {type Store} from '../store/store.js';
import {type Instance, type Lock} from './instance.js';

/** Who of all schedulers leads: whoever holds the lease `leader`. */
export type Leadership = {
	/** Tries to lead, notices that it was lost, or hands over; answers the lease while this one leads and has renewed it in time. */
	readonly keep: () => Promise<Lock | undefined>;
	/** The lease, while it is held and alive. */
	readonly present: () => Lock | undefined;
	/** Releases and wakes the others. */
	readonly handOver: () => Promise<void>;
};

export type LeadershipDeps = {
	readonly store: Store;
	readonly instance: Instance;
	readonly clock: Clock;
	readonly log: Log;
	readonly leaseMs: () => number;
	/** How often a living session says that it is here; one that was silent for three times that stands by no more. */
	readonly touchMs: () => number;
};

/** A daemon that is alive and said so lately: a stopped one keeps its witness, but nobody may wait for it. */
const isStandingBy = ({kind, seenAt}: Session, now: number, touchMs: number): boolean => kind === 'daemon' && Math.abs(now - seenAt) <= 3 * touchMs;

export const createLeadership = ({store, instance, clock, log, leaseMs, touchMs}: LeadershipDeps): Leadership => {
	const {session} = instance;
	const me = `${session.kind} ${session.host}:${session.pid}`;
	let lock: Lock | undefined;

	const findDaemon = async (): Promise<Session | undefined> => {
		if (session.kind === 'daemon') {
			return undefined;
		}

		const living = await store.sessions.listLiving();
		return living.find(other => other.id !== session.id && isStandingBy(other, clock.now(), touchMs()));
	};

	const tell = async (message: string, event: string) => {
		log({level: 'info', event, message});
		await store.write(async ({activity}) => activity.add({
			at: clock.now(), level: 'info', actor: schedulerActor, subject: 'scheduler', message,
		}));
	};

	const handOver = async () => {
		const released = lock;
		lock = undefined;
		if (!released) {
			return;
		}

		await released.release();
		await store.ring();
	};

	return {
		async keep() {
			const daemon = await findDaemon();
			if (lock) {
				if (lock.isLost()) {
					lock = undefined;
					log({level: 'warning', event: 'standby', message: `${me} leads no more: the lease was taken or cleared`});
				} else if (daemon) {
					await handOver();
					await tell(`${me} handed over to the daemon ${daemon.host}:${daemon.pid}`, 'standby');
				}

				// One that was not renewed in time may be renewed yet: until then nothing is done under it.
				return lock?.isAlive() ? lock : undefined;
			}

			if (daemon) {
				return undefined;
			}

			const acquired = await instance.acquire('leader', leaseMs());
			if (acquired.lock !== null) {
				lock = acquired.lock;
				await tell(`${me} leads`, 'leading');
			}

			return lock;
		},
		present: () => lock?.isAlive() ? lock : undefined,
		handOver,
	};
};
