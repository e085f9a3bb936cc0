import {
	existsSync,
	mkdtempSync,
	readFileSync,
	rmSync,
	writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {type LogLine} from '../../source/domain/log.js';
import {type Settings} from '../../source/domain/settings.js';
import {createIntents} from '../../source/intents/create-intents.js';
import {type Intents} from '../../source/intents/intents.js';
import {startProxmoxServer, type ProxmoxServer} from '../../source/simulation/proxmox-server.js';
import {createRandom, type Random} from '../../source/simulation/random.js';
import {type Vm as Guest} from '../../source/simulation/world.js';
import {openStore} from '../../source/store/open-store.js';
import {type Store} from '../../source/store/store.js';
import {clusterSettings} from '../support/cluster-settings.js';
import {createBell} from './days-bell.js';
import {type Ground} from './days-process.js';
import {settingsOf} from './days-settings.js';
import {createSettle} from './days-settle.js';
import {installVirtualTime, type VirtualTime} from './days-time.js';

/** A line of the simulator's log: a request, or a task's start or end. */
export type SimulatorLine = {
	readonly at: string;
	readonly method?: string;
	readonly path?: string;
	readonly params?: Readonly<Record<string, string>>;
	readonly status?: number;
	readonly task?: string;
	readonly type?: string;
	readonly vmid?: number | null;
	readonly event?: 'started' | 'finished';
	readonly exitstatus?: string;
};

export type DaysOptions = {readonly seed: number; readonly startAt: number; readonly graceMs: number; readonly timezone: string};

/** A database, a cluster, the people at their screens, and time. */
export type DaysWorld = {
	readonly ground: Ground;
	readonly time: VirtualTime;
	readonly server: ProxmoxServer;
	readonly settings: Settings;
	readonly store: Store;
	readonly database: string;
	/** What people and the billing system ask for. */
	readonly person: Intents;
	/** The chance behind what people do; faults and crashes have their own, so that one does not shift the other. */
	readonly random: Random;
	/** Every VM that the cluster ever had, those that are gone too. */
	readonly guests: Map<number, Guest[]>;
	readonly complaints: string[];
	readonly log: Array<LogLine & {readonly process: string; readonly at: number}>;
	/** Notes of what was done to the world, for people. */
	readonly diary: string[];
	readonly note: (what: string) => void;
	/** Lets time go on until then. */
	readonly pass: (until: number) => Promise<void>;
	readonly simulatorLog: () => readonly SimulatorLine[];
	/** What is broken, if its files are to be kept: they then lie where it says. */
	readonly close: (kept?: readonly string[]) => Promise<void>;
};

/** How far time goes at once while somebody waits for an answer, while the cluster is busy, and while nothing happens. */
const wakeMs = 1000;
const busyMs = 15_000;
const idleMs = 900_000;

const logLimit = 200_000;

const base = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

const observe = ({cluster}: ProxmoxServer, guests: Map<number, Guest[]>) => {
	for (const [vmid, guest] of cluster.vms) {
		const known = guests.get(vmid) ?? [];
		if (known.at(-1) !== guest) {
			guests.set(vmid, [...known, guest]);
		}
	}
};

const createTurns = (): Ground['inTurn'] => {
	let last: Promise<unknown> = Promise.resolve();
	return async work => {
		const mine = last.then(work);
		last = mine.catch(() => undefined);
		return mine;
	};
};

const readLines = (file: string): readonly SimulatorLine[] => readFileSync(file, 'utf8').split('\n').filter(Boolean).map(line => JSON.parse(line) as SimulatorLine);

type Passing = {readonly time: VirtualTime; readonly server: ProxmoxServer; readonly store: Store; readonly settle: () => Promise<void>; readonly onJump: () => void};

/** The moment to go to: where an operation's next attempt is due, that moment, as nobody would be late for it. */
const findNext = async ({time, server, store}: Passing): Promise<number> => {
	const now = time.clock.now();
	if (time.sleepers() > 0) {
		return Math.max(now + wakeMs, Math.min(time.nextAt(), now + busyMs));
	}

	const isBusy = server.cluster.tasks.running().length > 0;
	const moment = await store.read.operations.nextMoment() ?? 0;
	return Math.min(now + (isBusy ? busyMs : idleMs), moment > now ? Math.max(moment + 1, now + wakeMs) : Infinity);
};

const createPass = (passing: Passing) => async (until: number) => {
	const {time, server, settle, onJump} = passing;
	await settle();
	while (time.clock.now() < until) {
		time.jump(Math.min(until, await findNext(passing)));
		server.cluster.advance(time.clock.now());
		onJump();
		await settle();
	}
};

/** Makes one whose time stands still until it is passed. */
export const createDaysWorld = async ({seed, startAt, graceMs, timezone}: DaysOptions): Promise<DaysWorld> => {
	const folder = mkdtempSync(join(base, 'cronsole-days-'));
	const database = join(folder, 'state', 'cronsole.db');
	const logFile = join(folder, 'simulator.jsonl');
	const time = installVirtualTime(startAt);
	const server = await startProxmoxServer({
		seed, waits: false, logFile, clock: time.clock, sleep: time.sleep,
	});
	const settings = settingsOf(clusterSettings({
		urls: [server.url], tokenId: server.tokenId, tokenSecret: {reveal: () => server.tokenSecret}, fingerprints: [server.fingerprint], vmids: [5000, 8999],
		timeoutMs: 15_000, destroysPerHour: 30, backup: {storage: 'shared', mode: 'snapshot', compress: 'zstd'},
	}), database, {graceMs, timezone});
	const store = await openStore({path: database, clock: time.clock});
	const random = createRandom(seed + 1);
	const bell = createBell((process, work) => {
		time.runAs(process, work);
	});
	const traffic = {underWay: 0, count: 0};
	const complaints: string[] = [];
	const log: DaysWorld['log'] = [];
	const diary: string[] = [];
	const guests = new Map<number, Guest[]>();
	const settle = createSettle(time, traffic);
	const ground: Ground = {
		time, bell, database, traffic, inTurn: createTurns(), settings: () => settings, random: createRandom(seed + 2),
		complain(what) {
			complaints.push(`${new Date(time.clock.now()).toISOString()} ${what}`);
		},
		tell(line) {
			if (log.length < logLimit && line.level !== 'debug') {
				log.push({...line, at: time.clock.now()});
			}
		},
	};

	return {
		ground, time, server, settings, store, database, random, guests, complaints, log, diary,
		person: createIntents({
			store: {...store, ring: bell.ring}, settings: () => settings, clock: time.clock, actor: {name: 'anna', address: null},
			randomBytes: count => Uint8Array.from({length: count}, () => random.integer(0, 255)),
		}),
		note(what) {
			diary.push(`${new Date(time.clock.now()).toISOString()} ${what}`);
		},
		pass: createPass({
			time, server, store, settle,
			onJump() {
				observe(server, guests);
			},
		}),
		simulatorLog: () => readLines(logFile),
		async close(kept) {
			time.uninstall();
			await store.close();
			await server.close();
			if (kept) {
				writeFileSync(join(folder, 'broken.txt'), kept.join('\n'));
				const said = log.map(({at, process, level, event, vm, message}) => `${new Date(at).toISOString()} ${process} ${level} ${event} ${vm ?? ''} ${message}`);
				writeFileSync(join(folder, 'diary.txt'), [...diary, ...said].toSorted().join('\n'));
				console.log(`kept: ${folder}`);
			} else {
				rmSync(folder, {recursive: true, force: true});
			}
		},
	};
};
