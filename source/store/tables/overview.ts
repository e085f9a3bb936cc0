import {type Kysely} from 'kysely';
import {type Clock} from '../../domain/clock.js';
import {type Install, type InstallState, installStates} from '../../domain/install.js';
import {type Overview, type OverviewReads, type Stamps} from '../overview.js';
import {type Schema} from '../schema.js';
import {type Database} from '../sqlite.js';
import {createActivity} from './activity.js';
import {createClusters} from './clusters.js';
import {createIncidents} from './incidents.js';
import {toInstall} from './installs.js';
import {createToView, listOwned} from './leases.js';
import {createRuns} from './runs.js';
import {
	createIsAlive,
	findLastLeader,
	type Here,
	listOpenSessions,
	toSession,
	type Witnesses,
} from './sessions.js';
import {readStamps, trustMs} from './stamps.js';
import {createTaskSettings} from './task-settings.js';
import {countVms, countWork, listVmsInWork} from './vms-in-work.js';

const recentRuns = 8;

const countInstalls = async (db: Kysely<Schema>): Promise<Overview['installCounts']> => {
	const rows = await db.selectFrom('installs').groupBy('state').select(eb => ['state', eb.fn.countAll<number>().as('count')]).execute();
	const counts = new Map(rows.map(({state, count}) => [state, count]));
	return Object.fromEntries(installStates.map(state => [state, counts.get(state) ?? 0])) as Record<InstallState, number>;
};

/** Failed first, then running, then pending, oldest first. */
const listInstalls = async (db: Kysely<Schema>, limit: number): Promise<readonly Install[]> => {
	const installs: Install[] = [];

	for (const state of ['failed', 'running', 'pending'] as const) {
		const rows = await db.selectFrom('installs').selectAll().where('state', '=', state).orderBy('created_at').limit(limit - installs.length).execute();
		installs.push(...rows.map(row => toInstall(row)));
	}

	return installs;
};

type Limit = Parameters<OverviewReads['read']>[0];

/** Parts of the first view, each read again only where one of its tables was written. */
const createParts = () => {
	const kept = new Map<string, {readonly key: string; readonly part: unknown}>();
	return async <Part>(name: string, key: string, read: () => Promise<Part>): Promise<Part> => {
		const before = kept.get(name);
		if (before?.key === key) {
			return before.part as Part;
		}

		const part = await read();
		kept.set(name, {key, part});
		return part;
	};
};

type Keep = ReturnType<typeof createParts>;

/** What has many rows, or is counted. */
const readKept = async (db: Kysely<Schema>, keep: Keep, {stamps, now, limit}: {readonly stamps: Stamps; readonly now: number; readonly limit: Limit}) => {
	const keyOf = (count: number, ...tables: readonly string[]): string => [count, Math.floor(now / trustMs), ...tables.map(table => stamps[table])].join(' ');
	return {
		...await keep('vms', keyOf(limit.vms, 'vms', 'operations', 'remote_tasks'), async () => ({
			vmCounts: await countVms(db), vmsInWork: await listVmsInWork(db, limit.vms), workByCluster: await countWork(db),
		})),
		...await keep('installs', keyOf(limit.installs, 'installs'), async () => ({installCounts: await countInstalls(db), installs: await listInstalls(db, limit.installs)})),
		...await keep('activity', keyOf(limit.activity, 'activity'), async () => ({activity: await createActivity(db).list({limit: limit.activity})})),
		...await keep('runs', keyOf(recentRuns, 'runs'), async () => ({lastRuns: await createRuns(db).listLast(), recentRuns: await createRuns(db).listRecent(recentRuns)})),
	};
};

const readRows = async (db: Kysely<Schema>, keep: Keep, {now, limit}: {readonly now: number; readonly limit: Limit}) => {
	const stamps = await readStamps(db);
	return {
		stamps,
		hold: await createTaskSettings(db).findHold(now),
		lastLeader: await findLastLeader(db) ?? null,
		openSessions: await listOpenSessions(db),
		owned: await listOwned(db),
		skips: await createRuns(db).listSkips(),
		taskSettings: await createTaskSettings(db).list(now),
		clusters: await createClusters(db).list(),
		maintenance: await createClusters(db).listMaintenance(now),
		incidents: await createIncidents(db).listOpen(),
		...await readKept(db, keep, {stamps, now, limit}),
	};
};

/** Everything of the first view, read in one transaction; who lives is asked of the kernel after it. */
export const createOverview = (database: Database, world: {readonly here: Here; readonly witnesses: Witnesses; readonly clock: Clock}): OverviewReads['read'] => {
	const keep = createParts();

	return async limit => {
		const now = world.clock.now();
		const {openSessions, owned, ...rows} = await database.snapshot(async db => readRows(db, keep, {now, limit}));
		const leases = owned.map(row => createToView(world)(row));
		const sessions = openSessions.filter(row => createIsAlive(world.here, world.witnesses, world.clock)(row)).map(row => toSession(row));
		const lead = leases.find(({name, stale}) => name === 'leader' && !stale);
		const leader = sessions.find(({id}) => id === lead?.owner.instance);

		return {
			now, ...rows, leases, sessions, leader: lead && leader ? {...leader, renewedAt: lead.renewedAt} : null,
		};
	};
};
