import PQueue from 'p-queue';
import {type Panels} from '../clients/panel/panel.js';
import {type VerifySite} from '../clients/panel/site.js';
import {type Clock} from '../domain/clock.js';
import {type Install} from '../domain/install.js';
import {type Log} from '../domain/log.js';
import {isDueAt} from '../domain/operation.js';
import {type Settings} from '../domain/settings.js';
import {type InstallMove, type MoveInstall} from '../pipelines/move-install.js';
import {LockLost} from '../store/leases.js';
import {describeHolder} from './held-by.js';
import {type Instance} from './instance.js';

/** Takes an install's lease and moves it on, so many of a panel at a time. */
export type InstallMover = {
	/** One that is being moved on already answers with that move. Never throws for what is wrong with one install. */
	readonly move: (install: Install, until?: Install['position']) => Promise<InstallMove>;
	readonly isMoving: (install: Pick<Install, 'id'>) => boolean;
	/** Whether more than its next few wait for that panel already: what waits in here notices no pause and no new settings. */
	readonly isFull: (panel: string) => boolean;
	/** Resolves when no move is under way. */
	readonly settled: () => Promise<void>;
};

export type InstallMoverDeps = {
	readonly instance: Instance;
	readonly settings: () => Settings;
	readonly panels: Panels;
	readonly verifySite: VerifySite;
	readonly moveInstall: MoveInstall;
	readonly clock: Clock;
	/** 0 to 1. */
	readonly random: () => number;
	readonly log: Log;
	readonly signal: AbortSignal;
};

/** How many of a panel's installs wait here for each that is moved on. */
const fewAhead = 4;

const still = (outcome: InstallMove['outcome'], line: string): InstallMove => ({outcome, steps: 0, line});

const moveOnce = async (install: Install, deps: InstallMoverDeps, until: Install['position'] | undefined): Promise<InstallMove> => {
	const {instance, settings, moveInstall, log, signal, panels, verifySite, clock, random} = deps;
	const name = `i${install.id} ${install.domain}`;
	if (signal.aborted) {
		return still('waiting', `${name}: stopped before it began`);
	}

	try {
		const acquired = await instance.acquire(`install:${install.id}`, settings().scheduler.leaseMs);
		if (acquired.lock === null) {
			return still('busy', `${name}: ${describeHolder(acquired.by, settings().timezone)}`);
		}

		const {lock} = acquired;
		try {
			// It was listed before the lease was there: somebody else may have tried it meanwhile, and put it off.
			const present = await lock.store.read.installs.find(install.id);
			if (present && until === undefined && !isDueAt(present.nextAttemptAt, clock.now())) {
				return still('waiting', `${name}: waiting: ${present.cause ?? 'its next try'}`);
			}

			return await moveInstall(install, {
				store: lock.store, guard: lock.guard, settings: settings(), panels, verifySite, clock, random, log, signal,
			}, {until});
		} finally {
			await lock.release();
		}
	} catch (error) {
		const message = error instanceof Error ? error.message : String(error);
		log({
			level: error instanceof LockLost ? 'warning' : 'error', event: error instanceof LockLost ? 'lock-lost' : 'move-failed', install: install.id, message: `${name}: ${message}`,
		});
		return still('busy', `${name}: ${message}`);
	}
};

/** Makes the one way in which installs are moved on in this process. */
export const createInstallMover = (deps: InstallMoverDeps): InstallMover => {
	const moving = new Map<number, Promise<InstallMove>>();
	const queues = new Map<string, PQueue>();

	const queueOf = (panel: string): PQueue => {
		const concurrency = deps.settings().installs.panels[panel]?.concurrency ?? 1;
		const queue = queues.get(panel) ?? new PQueue({concurrency});
		queue.concurrency = concurrency;
		queues.set(panel, queue);
		return queue;
	};

	const start = async (install: Install, until: Install['position'] | undefined): Promise<InstallMove> => {
		try {
			return await queueOf(install.panel).add(async () => moveOnce(install, deps, until));
		} finally {
			moving.delete(install.id);
		}
	};

	return {
		async move(install, until) {
			const present = moving.get(install.id);
			if (present) {
				return present;
			}

			const move = start(install, until);
			moving.set(install.id, move);
			return move;
		},
		isMoving: ({id}) => moving.has(id),
		isFull(panel) {
			const queue = queueOf(panel);
			return queue.size >= fewAhead * queue.concurrency;
		},
		async settled() {
			while (moving.size > 0) {
				await Promise.allSettled(moving.values());
			}
		},
	};
};
