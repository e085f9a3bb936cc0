import {scheduler as schedulerActor} from '../domain/activity.js';
import {type Clock} from '../domain/clock.js';
import {type LeaseView} from '../domain/lease.js';
import {type Settings} from '../domain/settings.js';
import {taskNames, taskLock, taskTable} from '../domain/task.js';
import {type Store} from '../store/store.js';
import {type Instance} from './instance.js';

export type SweepDeps = {
	readonly store: Store;
	readonly instance: Instance;
	readonly clock: Clock;
	readonly settings: () => Settings;
};

/**
 Frees what the dead left behind: a new leader puts the house in order, so that no run seems to go on for an hour because its
 task is due only then. A lock that becomes stale later stays in sight until its task's next start or a person clears it.
 */
export const createSweep = ({store, instance, clock, settings}: SweepDeps) => {
	const free = async (lease: LeaseView): Promise<void> => {
		const acquired = await instance.acquire(lease.name, settings().scheduler.leaseMs);
		if (acquired.lock === null) {
			return;
		}

		try {
			const task = taskNames.find(name => taskLock(name) === lease.name);
			if (task !== undefined) {
				const {title} = taskTable.find(({name}) => name === task)!;
				await acquired.lock.store.write(async ({runs, activity}) => {
					await runs.interrupt(task, clock.now());
					await activity.add({
						at: clock.now(), level: 'warning', actor: schedulerActor, subject: title, message: `its run was interrupted: ${lease.owner.host}:${lease.owner.pid} is gone`,
					});
				});
			}
		} finally {
			await acquired.lock.release();
		}
	};

	return async (which: (lease: LeaseView) => boolean): Promise<void> => {
		const leases = await store.leases.list();
		for (const lease of leases.filter(({name, stale}) => stale && name !== 'leader')) {
			if (which(lease)) {
				await free(lease);
			}
		}
	};
};
