import PQueue from 'p-queue';
import {type Clock} from '../domain/clock.js';
import {type Operation} from '../domain/operation.js';
import {type Settings} from '../domain/settings.js';
import {type Reads} from '../store/store.js';
import {coalesce} from './coalesce.js';
import {readConditions, type Conditions} from './conditions.js';
import {type Mover} from './move-operation.js';
import {createRests} from './rests.js';

/** Goes on with whatever is ready, without a run. */
export type Continuation = {
	/** Something may be ready: looks at once. */
	readonly wake: () => void;
	readonly stop: () => void;
};

export type ContinuationDeps = {
	readonly read: Reads;
	readonly settings: () => Settings;
	/** Whether this process may go on with anything now: it leads. */
	readonly isAllowed: () => boolean;
	readonly mover: Mover;
	readonly clock: Clock;
	readonly complain: (error: unknown, what: string) => void;
};

/** What is due but may not go on yet is asked after this often. */
const floorMs = 250;
const longestSleepMs = 60_000;

/** One cluster's share, so that a slow one holds up nobody else. */
type Lane = {readonly queue: PQueue; readonly concurrency: number};

const laneOf = (lanes: Map<string, Lane>, cluster: string, calls: number): Lane => {
	const present = lanes.get(cluster);
	// While one operation writes to the database another one may call.
	const concurrency = Math.max(4, calls * 2);
	if (present?.concurrency === concurrency) {
		return present;
	}

	const lane = {queue: new PQueue({concurrency}), concurrency};
	lanes.set(cluster, lane);
	return lane;
};

/** Moves ready operations on, so many at a time for each cluster, and wakes when the next one's moment comes. */
export const createContinuation = ({read, settings, isAllowed, mover, clock, complain}: ContinuationDeps): Continuation => {
	const lanes = new Map<string, Lane>();
	const rests = createRests(clock);
	const queued = new Set<number>();
	let timer: NodeJS.Timeout | undefined;
	let isStopped = false;

	const moveOne = async (operation: Operation) => {
		if (!isStopped && isAllowed()) {
			rests.note(operation.id, await mover.move(operation));
		}

		queued.delete(operation.id);
		draining.ask();
	};

	const drainLane = async (cluster: string, calls: number, {goingOn, nodesDown}: Conditions) => {
		const {queue, concurrency} = laneOf(lanes, cluster, calls);
		const room = (concurrency * 2) - queue.size - queue.pending;
		if (room < concurrency) {
			return;
		}

		const ready = await read.operations.listReady({
			now: clock.now(), tasks: goingOn, clusters: [cluster], nodesDown, start: settings().scheduler.startAt === 'once', limit: room + queued.size + rests.count(),
		});
		for (const operation of ready.filter(one => !queued.has(one.id) && !mover.isMoving(one) && !rests.isResting(one.id)).slice(0, room)) {
			queued.add(operation.id);
			void queue.add(async () => moveOne(operation));
		}
	};

	const plan = async () => {
		const moment = await read.operations.nextMoment();
		const left = Math.min((moment ?? Infinity) - clock.now(), (rests.nextEnd() ?? Infinity) - clock.monotonic());
		clearTimeout(timer);
		if (!isStopped && Number.isFinite(left)) {
			timer = setTimeout(draining.ask, left <= 0 ? floorMs : Math.min(longestSleepMs, left + 1));
		}
	};

	const draining = coalesce(async () => {
		if (!isAllowed()) {
			return;
		}

		const conditions = await readConditions(read, settings(), clock.now());
		if (conditions.hold === null) {
			for (const {name, calls} of settings().clusters.filter(cluster => conditions.clusters.includes(cluster.name))) {
				await drainLane(name, calls, conditions);
			}
		}

		await plan();
	}, error => {
		complain(error, 'continuation');
	});

	return {
		wake: draining.ask,
		stop() {
			isStopped = true;
			draining.stop();
			clearTimeout(timer);
			for (const {queue} of lanes.values()) {
				queue.clear();
			}
		},
	};
};
