import {scheduler as schedulerActor} from '../domain/activity.js';
import {type HeldLease, type LeaseView, type Session} from '../domain/lease.js';
import {type Guard} from '../clients/proxmox/proxmox.js';
import {LockLost} from '../store/leases.js';
import {type FencedStore} from '../store/store.js';
import {
	createRenewing,
	type Entry,
	type Renewing,
	type RenewingDeps,
} from './renewing.js';

/** A lease in this process's hands. */
export type Lock = {
	readonly held: HeldLease;
	/** Every change through it checks the lease. */
	readonly store: FencedStore;
	/** Throws `LockLost` once the lease was lost or was not renewed in time: asked straight before each call that changes something outside. */
	readonly guard: Guard;
	/** Held and renewed in time. */
	readonly isAlive: () => boolean;
	/** Taken, cleared or released: it never comes back. */
	readonly isLost: () => boolean;
	readonly release: () => Promise<void>;
};

export type Acquisition = {readonly lock: Lock} | {readonly lock: null; readonly by: LeaseView};

/** A living process that can hold leases. */
export type Instance = {
	readonly session: Session;
	/** Never waits: answers who has it. What this process holds already is held for every other part of it too. */
	readonly acquire: (name: string, ttlMs: number) => Promise<Acquisition>;
	readonly releaseAll: () => Promise<void>;
};

export type InstanceDeps = RenewingDeps;

const viewOf = ({host, pid, id, kind}: Session, {name, acquiredAt, renewedAt, held}: Entry): LeaseView => ({
	name, owner: {
		host, pid, instance: id, kind,
	}, acquiredAt, renewedAt, stale: false, fence: held?.fence ?? 0,
});

const lockOf = (entry: Entry, held: HeldLease, renewing: Renewing, {store, clock}: InstanceDeps): Lock => {
	const isAlive = () => !entry.isLost && clock.monotonic() < entry.deadline;
	return {
		held,
		store: store.fencedBy(held),
		guard() {
			if (!isAlive()) {
				throw new LockLost(held.name);
			}
		},
		isAlive,
		isLost: () => entry.isLost,
		async release() {
			entry.isLost = true;
			renewing.remove(entry);
			await store.leases.release(held);
		},
	};
};

const tellTaken = async ({name}: HeldLease, from: LeaseView, isAlarm: boolean, {store, clock, log}: InstanceDeps) => {
	const owner = `${from.owner.host}:${from.owner.pid}`;
	const message = isAlarm
		? `took over ${name} from ${owner}, which is alive but has not renewed it since ${new Date(from.renewedAt).toISOString()}`
		: `took over ${name} from ${owner}, which is gone`;
	const level = isAlarm ? 'warning' : 'info';
	log({level, event: 'lock-taken', message});
	if (isAlarm || !name.startsWith('vm:')) {
		await store.write(async ({activity}) => activity.add({
			at: clock.now(), level, actor: schedulerActor, subject: name, message,
		}));
	}
};

export const createInstance = (deps: InstanceDeps): Instance => {
	const {store, session, clock} = deps;
	const renewing = createRenewing(deps);

	const ask = async (entry: Entry, ttlMs: number): Promise<Acquisition> => {
		const answer = await store.leases.acquire(entry.name, session.id, ttlMs);
		if (answer.held === null) {
			renewing.remove(entry);
			return {lock: null, by: answer.by};
		}

		entry.held = answer.held;
		renewing.plan();
		if (answer.takenFrom !== null) {
			await tellTaken(answer.held, answer.takenFrom, answer.alarm, deps);
		}

		return {lock: lockOf(entry, answer.held, renewing, deps)};
	};

	return {
		session,
		async acquire(name, ttlMs) {
			const own = renewing.find(name);
			if (own) {
				return {lock: null, by: viewOf(session, own)};
			}

			const now = clock.now();
			const entry: Entry = {
				name, acquiredAt: now, renewedAt: now, deadline: clock.monotonic() + (ttlMs / 2), isLost: false,
			};
			renewing.put(entry);
			try {
				return await ask(entry, ttlMs);
			} catch (error) {
				renewing.remove(entry);
				throw error;
			}
		},
		async releaseAll() {
			for (const entry of renewing.list()) {
				entry.isLost = true;
				renewing.remove(entry);
				if (entry.held) {
					await store.leases.release(entry.held);
				}
			}
		},
	};
};
