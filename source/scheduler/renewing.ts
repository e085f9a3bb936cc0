import {scheduler as schedulerActor} from '../domain/activity.js';
import {type Clock} from '../domain/clock.js';
import {type HeldLease, type Session} from '../domain/lease.js';
import {type Log} from '../domain/log.js';
import {safeText} from '../domain/safe-text.js';
import {type Store} from '../store/store.js';

/** A lease that this process holds or asks for (`held` undefined). Moments of `…At` are wall ms, the deadline is monotonic. */
export type Entry = {
	readonly name: string;
	readonly acquiredAt: number;
	renewedAt: number;
	held?: HeldLease;
	/** Half of the lease's time after the last renewal was asked for. */
	deadline: number;
	isLost: boolean;
};

/** The leases of this process, all renewed on one timer, each ttl/6 of the shortest. */
export type Renewing = {
	readonly find: (name: string) => Entry | undefined;
	readonly list: () => readonly Entry[];
	readonly put: (entry: Entry) => void;
	readonly remove: (entry: Entry) => void;
	/** To be called when an entry's lease is there. */
	readonly plan: () => void;
};

export type RenewingDeps = {readonly store: Store; readonly session: Session; readonly clock: Clock; readonly log: Log};

/** Nobody may lose what can be renewed in time to a long time-out. */
const longestTimerMs = 60_000;

const renew = async (entries: Map<string, Entry>, {store, session, clock, log}: RenewingDeps) => {
	const asked = clock.monotonic();
	const before = entries.values().filter(({held}) => held !== undefined).toArray();
	const still = await store.leases.renewAll(session.id);
	// One that nobody here knows could not be released when it should have been.
	for (const stray of still.filter(({name}) => !entries.has(name))) {
		await store.leases.release(stray);
	}

	for (const entry of before.filter(candidate => entries.get(candidate.name) === candidate)) {
		if (still.some(({name, fence}) => name === entry.name && fence === entry.held!.fence)) {
			entry.deadline = asked + (entry.held!.ttlMs / 2);
			entry.renewedAt = clock.now();
		} else {
			entry.isLost = true;
			entries.delete(entry.name);
			log({level: 'error', event: 'lock-lost', message: `the lease ${entry.name} was taken or cleared while this process held it: its work stops`});
		}
	}
};

export const createRenewing = (deps: RenewingDeps): Renewing => {
	const entries = new Map<string, Entry>();
	let timer: NodeJS.Timeout | undefined;
	let timerMs = 0;
	let trouble: string | undefined;

	// What kept everybody from writing could not be written down while it did.
	const tellTrouble = async ({store, clock}: RenewingDeps) => {
		if (trouble === undefined) {
			return;
		}

		const message = `the leases could not be renewed for a while: ${trouble}`;
		await store.write(async ({activity}) => activity.add({
			at: clock.now(), level: 'warning', actor: schedulerActor, subject: 'database', message,
		}));
		trouble = undefined;
	};

	const tick = async () => {
		timer = undefined;
		try {
			await renew(entries, deps);
			await tellTrouble(deps);
		} catch (error) {
			trouble = safeText(error instanceof Error ? error.message : String(error), 400);
			deps.log({level: 'error', event: 'renew-failed', message: `the leases could not be renewed: ${trouble}`});
		}

		plan();
	};

	function plan() {
		const ttls = entries.values().flatMap(({held}) => held ? [held.ttlMs] : []).toArray();
		const wantedMs = Math.min(longestTimerMs, ...ttls) / 6;
		if (ttls.length === 0 || (timer !== undefined && wantedMs < timerMs)) {
			clearTimeout(timer);
			timer = undefined;
		}

		if (!(timer === undefined && ttls.length > 0)) {
			return;
		}

		timerMs = wantedMs;
		timer = setTimeout(() => {
			void tick();
		}, wantedMs);
	}

	return {
		find: name => entries.get(name),
		list: () => entries.values().toArray(),
		put(entry) {
			entries.set(entry.name, entry);
		},
		remove(entry) {
			if (entries.get(entry.name) === entry) {
				entries.delete(entry.name);
			}

			plan();
		},
		plan,
	};
};
