import {randomBytes} from 'node:crypto';
import {ConfigInvalid} from '../config.js';
import {createDns} from '../clients/dns/create-dns.js';
import {createPanels} from '../clients/panel/create-panels.js';
import {createVerifySite} from '../clients/panel/verify-site.js';
import {type Actor} from '../domain/activity.js';
import {type Clock} from '../domain/clock.js';
import {generatePassword} from '../domain/generate-password.js';
import {type AccountAnswer, type AccountWish} from '../domain/hosting-account.js';
import {type ImportedGuest} from '../domain/import-plan.js';
import {type Install} from '../domain/install.js';
import {type Session, type SessionKind} from '../domain/lease.js';
import {type Log} from '../domain/log.js';
import {findLostPools} from '../domain/lost-pools.js';
import {type Run} from '../domain/run.js';
import {type Settings} from '../domain/settings.js';
import {type TaskName} from '../domain/task.js';
import {type InstallMove} from '../pipelines/move-install.js';
import {moveInstall} from '../pipelines/run-install.js';
import {type MessageSenders} from '../pipelines/send-messages.js';
import {runPipeline} from '../pipelines/run-pipeline.js';
import {changeAccountByHand, moveByHand} from '../scheduler/install-by-hand.js';
import {runOnce} from '../scheduler/run-once.js';
import {createScheduler, type LastCycle} from '../scheduler/scheduler.js';
import {type WorkDeps} from '../scheduler/work.js';
import {type Store} from '../store/store.js';
import {allTasks} from '../tasks/all-tasks.js';
import {type CheckLine} from './check-line.js';
import {check} from './check.js';
import {type Comparison, compareWithClusters} from './compare-with-clusters.js';
import {type CallCount, createConnections} from './connections.js';
import {lookAtGuest} from './look-at-guest.js';
import {type Messages} from './messages.js';
import {type OwnSessions} from './own-sessions.js';

export type WorkshopDeps = {
	readonly store: Store;
	readonly clock: Clock;
	readonly actor: Actor;
	readonly sessions: OwnSessions;
	readonly settings: () => Settings;
};

/** What one run by hand came to; `heldBy` where the lock was held (or a hold stands) and nothing ran. */
export type RunAnswer =
	| {readonly run: Run; readonly heldBy: null}
	| {readonly run: null; readonly heldBy: string};

/** A scheduler in this process: leading or standing by until `stop`. */
export type RunningScheduler = {
	readonly isLeading: () => boolean;
	readonly lastCycle: () => LastCycle;
	/** Calls to clusters, by how they ended. */
	readonly countCalls: () => readonly CallCount[];
	/** Stops starting work, lets the present steps end, releases every lease. */
	readonly stop: () => Promise<void>;
	/** Takes new settings (already checked); throws `ConfigInvalid`, and the old ones stay, where a pool is gone whose addresses are in use. */
	readonly reload: (settings: Settings) => Promise<void>;
};

/** Where work is done, as against looked at: everything that speaks to clusters. */
export type Workshop = {
	/** Throws `ConfigInvalid`, as a start does, where the config has lost a pool whose addresses are in use. */
	readonly runTask: (task: TaskName, wish: {readonly report: (line: string) => void; readonly signal: AbortSignal; readonly isWaiting?: boolean}) => Promise<RunAnswer>;
	readonly moveInstall: (install: Install, wish: {readonly until?: Install['position']; readonly signal: AbortSignal}) => Promise<InstallMove>;
	readonly changeAccount: (install: Install, wish: AccountWish & {readonly signal: AbortSignal}) => Promise<AccountAnswer>;
	/** `onSettings` is told of new settings before anything uses them. */
	readonly startScheduler: (kind: Extract<SessionKind, 'daemon' | 'console'>, log: Log, onSettings: (settings: Settings) => void) => Promise<RunningScheduler>;
	readonly check: (report: (line: CheckLine) => void) => Promise<void>;
	readonly lookAtGuest: (cluster: string, vmid: number) => Promise<ImportedGuest>;
	/** What a database that knows nothing after that moment lacks. */
	readonly compareSince: (asOf: number) => Promise<Comparison>;
	readonly close: () => Promise<void>;
};

/** No work under a config that has lost a pool with addresses in use. */
const checkPools = async ({file, pools}: Settings, {read}: Store): Promise<void> => {
	const lost = findLostPools(pools, await read.addresses.listKnown());
	if (lost.length > 0) {
		throw new ConfigInvalid(lost.map(({cluster, pool, used}) => `${file ?? 'no config'}: pools: ${pool} of ${cluster} is not there, but ${used} of its addresses ${used === 1 ? 'is' : 'are'} in use: put it back; \`cronsole address list --pool ${pool}\` shows them`));
	}
};

type WorkWith = (session: Session, log: Log) => WorkDeps;

/** By hand, in a process that can hold leases and never leads. */
const byHand = async <T>(sessions: OwnSessions, workWith: WorkWith, use: (work: WorkDeps) => Promise<T>): Promise<T> => {
	const session = await sessions.start('run');
	try {
		return await use(workWith(session, () => undefined));
	} finally {
		await sessions.end(session);
	}
};

/** Leads or stands by; `take` makes new settings the ones that everything uses. */
const lead = async (work: WorkDeps, sessions: OwnSessions, {take, countCalls}: {readonly take: (changed: Settings) => void} & Pick<RunningScheduler, 'countCalls'>): Promise<RunningScheduler> => {
	const scheduler = createScheduler({...work, settings: work.settings()});
	await scheduler.start();
	return {
		isLeading: scheduler.isLeading,
		lastCycle: scheduler.lastCycle,
		countCalls,
		async stop() {
			await scheduler.stop();
			await sessions.end(work.session);
		},
		async reload(changed) {
			await checkPools(changed, work.store);
			take(changed);
			await scheduler.reload(changed);
		},
	};
};

export const createWorkshop = ({store, clock, actor, sessions, settings}: WorkshopDeps): Workshop => {
	const clusters = createConnections(settings, clock);
	const panels = createPanels(() => settings().installs.panels);
	const verifySite = createVerifySite();
	let messages: Promise<Messages> | undefined;
	const openMessages = async (): Promise<MessageSenders> => {
		messages ??= (async () => {
			const {createMessages} = await import('./messages.js');
			return createMessages(settings, clock);
		})();
		const {senders} = await messages;
		return senders();
	};

	const dns = createDns(() => settings().dns, {clock});

	const workWith: WorkWith = (session, log) => ({
		store, session, clock, log, settings,
		random: Math.random,
		createPassword: () => generatePassword(randomBytes),
		connectionOf: clusters.connectionOf,
		watchOf: clusters.watchOf,
		dns,
		pipeline: runPipeline,
		panels,
		verifySite,
		moveInstall,
		openMessages,
		tasks: allTasks,
	});

	return {
		async runTask(task, wish) {
			await checkPools(settings(), store);
			return byHand(sessions, workWith, async work => runOnce(work, {task, ...wish, by: actor.name}));
		},
		moveInstall: async (install, wish) => byHand(sessions, workWith, async work => moveByHand(work, install, wish)),
		changeAccount: async (install, wish) => byHand(sessions, workWith, async work => changeAccountByHand(work, install, {...wish, actor})),
		async startScheduler(kind, log, onSettings) {
			await checkPools(settings(), store);
			return lead(workWith(await sessions.start(kind), log), sessions, {
				take(changed) {
					onSettings(changed);
					clusters.reset();
					dns.reset();
					panels.reset();
				},
				countCalls: clusters.countCalls,
			});
		},
		check: async report => check({
			settings: settings(), store, clock, connectionOf: clusters.connectionOf, dns: dns.reader, panels, report,
			openMessages,
		}),
		compareSince: async asOf => compareWithClusters({
			store, settings: settings(), connectionOf: clusters.connectionOf, asOf,
		}),
		lookAtGuest: async (cluster, vmid) => lookAtGuest(cluster, vmid, clusters.connectionOf),
		async close() {
			const open = await messages;
			await Promise.all([clusters.close(), dns.close(), panels.close(), open?.close()]);
		},
	};
};
