import {
	backupScheduleOf,
	findDueDay,
	hasBackupDay,
	type DayRecord,
} from '../domain/backup-schedule.js';
import {createLocalClock, type LocalTime} from '../domain/local-time.js';
import {emptyTally, type Tally} from '../domain/run.js';
import {type TaskName} from '../domain/task.js';
import {resolveTaskStates} from '../domain/task-state.js';
import {type Vm} from '../domain/vm.js';
import {forEach, type ItemResult} from './for-each.js';
import {moveOwn} from './move-own.js';
import {sweepBackups} from './sweep-backups.js';
import {type Task, type TaskContext} from './task.js';

const task: TaskName = 'schedule_backup';

/** How many VMs are looked at together. */
const pageSize = 500;

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

/** A run that comes later than it should. */
const slackMinutes = 15;

/** A VM that is to be backed up now, and for which local day. */
type Due = {readonly vm: Vm; readonly localDate: string};

/** What a run comes to know of all VMs at once. */
type Knowledge = {
	readonly now: number;
	readonly window: string;
	readonly lateMinutes: number;
	readonly localOf: (vm: Vm) => LocalTime;
	readonly recordOf: (vm: Vm, date: string) => DayRecord | undefined;
	/** VMs whose scheduled backup of an earlier day or attempt has not ended. */
	readonly busy: ReadonlySet<number>;
};

const createLocalOf = (defaultZone: string, now: number): Knowledge['localOf'] => {
	const known = new Map<string, LocalTime>();
	return ({timezone}) => {
		const zone = timezone ?? defaultZone;
		const local = known.get(zone) ?? createLocalClock(zone)(now);
		known.set(zone, local);
		return local;
	};
};

/** Runs by hand do not change how far apart the scheduled ones are. */
const findLateMinutes = async ({store, settings, clock}: TaskContext): Promise<number> => {
	const states = resolveTaskStates(settings.tasks, await store.read.taskSettings.list(clock.now()));
	const {intervalSeconds} = states.find(({name}) => name === task)!;
	return Math.max(60, Math.ceil(intervalSeconds / 60)) + slackMinutes;
};

const gather = async (context: TaskContext): Promise<Knowledge> => {
	const {store: {read}, settings, clock} = context;
	const now = clock.now();
	// Two days ago by UTC is yesterday or earlier in every zone.
	const days = await read.backups.listDays(new Date(now - (2 * dayMs)).toISOString().slice(0, 10));
	const records = new Map(days.map(day => [`${day.vmId} ${day.localDate}`, day]));
	const underWay = await read.operations.listUnderWay([task]);
	return {
		now, window: settings.backups.window, lateMinutes: await findLateMinutes(context), localOf: createLocalOf(settings.timezone, now),
		recordOf: ({id}, date) => records.get(`${id} ${date}`),
		busy: new Set(underWay.map(({vmId}) => vmId)),
	};
};

const findDue = (vm: Vm, {now, window, lateMinutes, localOf, recordOf, busy}: Knowledge): readonly Due[] => {
	const schedule = backupScheduleOf(vm, window);
	if (vm.needsAttention !== null || busy.has(vm.id) || !hasBackupDay(schedule)) {
		return [];
	}

	const localDate = findDueDay(schedule, {
		now, local: localOf(vm), lateMinutes, recordOf: date => recordOf(vm, date),
	});
	return localDate === undefined ? [] : [{vm, localDate}];
};

const listDue = async ({vms}: TaskContext['store']['read'], knowledge: Knowledge): Promise<readonly Due[]> => {
	const due: Due[] = [];
	for (let after = 0; ;) {
		const page = await vms.list({state: 'ready', after, limit: pageSize});
		due.push(...page.flatMap(vm => findDue(vm, knowledge)));
		if (page.length < pageSize) {
			return due;
		}

		after = page.at(-1)!.id;
	}
};

/** Where a backup of that cluster would go; the reason where it cannot be made now. */
const findPlace = (cluster: string, {settings, readerOf}: TaskContext): {readonly storage: string} | {readonly obstacle: string} => {
	const found = settings.clusters.find(({name}) => name === cluster);
	if (found && !found.backup) {
		return {obstacle: 'the config names no storage for backups (`backup: {storage: NAME}`)'};
	}

	return found?.backup && readerOf(cluster) ? {storage: found.backup.storage} : {obstacle: 'it cannot be worked on now'};
};

/** The operation and the day's record, in one transaction. Counted where it is moved on. */
const add = async ({vm, localDate}: Due, storage: string, {store, clock}: TaskContext): Promise<ItemResult> => {
	await store.write(async ({operations, backups}) => {
		const now = clock.now();
		const {operation, isNew} = await operations.add(vm.id, {
			kind: 'scheduled-backup', params: {localDate}, requestedBy: task, now,
		});
		if (isNew) {
			await backups.add({
				vmId: vm.id, kind: 'scheduled', localDate, storage, note: null, createdAt: now, operationId: operation.id,
			});
		}
	});
	return 'untouched';
};

/** Asks for every backup that is due; those whose last good one is the oldest come first. */
const addDue = async (context: TaskContext): Promise<Tally> => {
	const {store: {read}, signal, report} = context;
	const knowledge = await gather(context);
	const due = await listDue(read, knowledge);
	if (due.length === 0) {
		return emptyTally;
	}

	const lastGood = await read.backups.listLastGood();
	const ageOf = ({vm}: Due) => lastGood.get(vm.id) ?? 0;
	const places = new Map([...new Set(due.map(({vm}) => vm.cluster))].map(cluster => [cluster, findPlace(cluster, context)]));
	for (const [cluster, place] of places) {
		if ('obstacle' in place) {
			report(`${cluster}  ${due.filter(({vm}) => vm.cluster === cluster).length} due backups are left out: ${place.obstacle}`);
		}
	}

	// Sorting keeps the order of those that have never had one.
	return forEach(due.toSorted((a, b) => ageOf(a) - ageOf(b)), signal, async one => {
		const place = places.get(one.vm.cluster)!;
		return 'obstacle' in place ? 'waiting' : add(one, place.storage, context);
	});
};

/** Asks for a backup of each VM whose schedule says so, once per VM and scheduled day, and moves them on. */
export const scheduleBackup: Task = {
	name: task,
	async run(context) {
		await sweepBackups(context);
		const asked = await addDue(context);
		const moved = await moveOwn(task)(context);
		return {
			...moved, errors: moved.errors + asked.errors, waiting: moved.waiting + asked.waiting, message: moved.message ?? asked.message,
		};
	},
};
