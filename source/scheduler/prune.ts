import {setTimeout as sleep} from 'node:timers/promises';
import {scheduler as schedulerActor} from '../domain/activity.js';
import {nonceKeptMs} from '../domain/intake-order.js';
import {formatInterval} from '../domain/duration.js';
import {keptFrom} from '../domain/traffic-periods.js';
import {type Tables} from '../store/store.js';
import {type ChoreContext} from './chores.js';

/** Forgets some rows, and says how many; 0: there are none left. */
type Forget = (tables: Tables) => Promise<number>;

const day = 86_400_000;

/** What is known of backups that are gone: thirteen months. */
const backupsKeptMs = 400 * day;

/** Between two transactions, so that others that want to write find their turn: SQLite's writers do not queue. */
const pauseMs = 20;

const vmsAtOnce = 500;

/** A transaction for each some rows, until none are left or the process stops. */
const forgetAll = async ({fenced, signal}: Pick<ChoreContext, 'fenced' | 'signal'>, forget: Forget): Promise<void> => {
	while (!signal.aborted && await fenced.write(forget) > 0) {
		await sleep(pauseMs);
	}
};

/** Takes clients of whom nothing has been left for long enough out of the rows. */
const forgetClients = (keptMs: number, now: number): Forget => async ({clients, activity}) => {
	const rows = await clients.forgetOlder(now - keptMs);
	if (rows > 0) {
		await activity.add({
			at: now, level: 'info', actor: schedulerActor, subject: 'clients',
			message: `clients of whom nothing has been left for ${formatInterval(keptMs / 1000)} were taken out of ${rows} ${rows === 1 ? 'row' : 'rows'}`,
		});
	}

	return rows;
};

/** What is forgotten by its age alone. */
const byAge = ({settings: {retention}, clock}: Pick<ChoreContext, 'settings' | 'clock'>): readonly Forget[] => {
	const now = clock.now();
	const levels = [['debug', retention.debugMs], ['info', retention.infoMs], ['warning', retention.errorMs], ['error', retention.errorMs]] as const;
	const after = (keptMs: number | null, forget: (tables: Tables, before: number) => Promise<number>): readonly Forget[] =>
		keptMs === null ? [] : [async tables => forget(tables, now - keptMs)];
	return [
		...levels.flatMap(([level, keptMs]) => after(keptMs, async ({activity}, before) => activity.prune(level, before))),
		// That a message was sent stands in the activity log for as long.
		...after(retention.infoMs, async ({outbox}, before) => outbox.prune(before)),
		...after(retention.infoMs, async ({installs}, before) => installs.pruneSteps(before)),
		...after(retention.infoMs, async ({intake}, before) => intake.prune(before)),
		async ({intake}) => intake.pruneNonces(now - nonceKeptMs),
		...after(retention.errorMs, async ({incidents}, before) => incidents.prune(before)),
		...after(retention.runsMs, async ({runs}, before) => runs.prune(before)),
		...after(retention.runsMs, async ({runRequests}, before) => runRequests.prune(before)),
		async ({backups}) => backups.prune(now - backupsKeptMs),
		...(retention.clientsMs === null ? [] : [forgetClients(retention.clientsMs, now)]),
	];
};

/** Old operations of some VMs at a time: to find them is work too. */
const pruneOperations = async (context: ChoreContext): Promise<void> => {
	const now = context.clock.now();
	const last = await context.store.read.stepLog.findLastVm();
	for (let from = 0; from <= last && !context.signal.aborted; from += vmsAtOnce) {
		await forgetAll(context, async ({stepLog}) => stepLog.prune(now, {from, to: from + vmsAtOnce - 1}));
	}
};

/** Forgets what is older than the config keeps it. */
export const prune = async (context: ChoreContext): Promise<void> => {
	for (const forget of byAge(context)) {
		await forgetAll(context, forget);
	}

	await pruneOperations(context);
	await context.store.sessions.prune(context.clock.now() - day);
};

/** Forgets hours and days of traffic that nobody bills any more. */
export const pruneTraffic = async (context: ChoreContext): Promise<void> => {
	const kept = keptFrom(context.clock.now());
	await forgetAll(context, async ({traffic}) => traffic.prune('hour', kept.hour));
	await forgetAll(context, async ({traffic}) => traffic.prune('day', kept.day));
};
