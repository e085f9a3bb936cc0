import {type Kysely} from 'kysely';
import {type Clock} from '../../domain/clock.js';
import {type Install, type InstallState, installStates} from '../../domain/install.js';
import {type Overview, type OverviewReads} from '../overview.js';
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

const readRows = async (db: Kysely<Schema>, now: number, limit: Parameters<OverviewReads['read']>[0]) => ({
	hold: await createTaskSettings(db).findHold(now),
	lastLeader: await findLastLeader(db) ?? null,
	openSessions: await listOpenSessions(db),
	owned: await listOwned(db),
	lastRuns: await createRuns(db).listLast(),
	recentRuns: await createRuns(db).listRecent(recentRuns),
	skips: await createRuns(db).listSkips(),
	taskSettings: await createTaskSettings(db).list(now),
	vmCounts: await countVms(db),
	installCounts: await countInstalls(db),
	vmsInWork: await listVmsInWork(db, limit.vms),
	workByCluster: await countWork(db),
	installs: await listInstalls(db, limit.installs),
	clusters: await createClusters(db).list(),
	maintenance: await createClusters(db).listMaintenance(now),
	incidents: await createIncidents(db).listOpen(),
	activity: await createActivity(db).list({limit: limit.activity}),
});

/** Everything of the first view, read in one transaction; who lives is asked of the kernel after it. */
export const readOverview = async (
	database: Database,
	world: {readonly here: Here; readonly witnesses: Witnesses; readonly clock: Clock},
	limit: Parameters<OverviewReads['read']>[0],
): Promise<Overview> => {
	const now = world.clock.now();
	const {openSessions, owned, ...rows} = await database.snapshot(async db => readRows(db, now, limit));
	const leases = owned.map(row => createToView(world)(row));
	const sessions = openSessions.filter(row => createIsAlive(world.here, world.witnesses, world.clock)(row)).map(row => toSession(row));
	const lead = leases.find(({name, stale}) => name === 'leader' && !stale);
	const leader = sessions.find(({id}) => id === lead?.owner.instance);

	return {
		now, ...rows, leases, sessions, leader: lead && leader ? {...leader, renewedAt: lead.renewedAt} : null,
	};
};
