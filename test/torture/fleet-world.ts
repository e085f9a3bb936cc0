import {
	existsSync,
	mkdirSync,
	mkdtempSync,
	rmSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {type LogLine} from '../../source/domain/log.js';
import {type Settings} from '../../source/domain/settings.js';
import {createIntents} from '../../source/intents/create-intents.js';
import {type Intents} from '../../source/intents/intents.js';
import {createRandom, type Random} from '../../source/simulation/random.js';
import {openStore} from '../../source/store/open-store.js';
import {type Store} from '../../source/store/store.js';
import {createBell} from './days-bell.js';
import {installVirtualTime, type VirtualTime} from './days-time.js';
import {startFleetDaemon, type Daemon} from './fleet-daemon.js';
import {startOutside, type Outside} from './fleet-outside.js';
import {watchPruning, type Pruning} from './fleet-pruning.js';
import {fleetSettings} from './fleet-settings.js';
import {countTimers} from './fleet-timers.js';
import {createTraffic, type Traffic} from './fleet-traffic.js';

/** One daemon, what it speaks to, people, and time that stands still until it is passed. */
export type FleetWorld = {
	readonly folder: string;
	readonly settings: Settings;
	readonly time: VirtualTime;
	readonly outside: Outside;
	readonly daemon: Daemon;
	/** Of the people: connections beside the daemon's. */
	readonly store: Store;
	readonly person: Intents;
	readonly random: Random;
	readonly pruning: Pruning;
	/** What the daemon said that is no mere information. */
	readonly said: LogLine[];
	/** How many are set. */
	readonly timers: () => number;
	/** How often time stood still for all that was to do. */
	readonly steps: () => number;
	/** In steps as long as what goes on allows, or as short as is said. */
	readonly pass: (until: number, stepMs?: number) => Promise<void>;
	readonly close: () => Promise<void>;
};

const busyStepMs = 20_000;
const idleStepMs = 60_000;
const quietTurns = 6;
/** Longer than pruning rests between two transactions, which it does by the machine's clock. */
const pruningRestMs = 60;

const base = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

const turn = async () => new Promise<void>(resolve => {
	setImmediate(resolve);
});

/** Makes a wait for the moment at which nothing goes on but what waits for time. */
const createSettle = ({underWay}: Traffic, pruning: Pruning) => async (): Promise<void> => {
	for (let quiet = 0; quiet < quietTurns; quiet++) {
		if (underWay() > 0 || performance.now() - pruning.lastAt < pruningRestMs) {
			await sleep(1);
			quiet = 0;
		}

		await turn();
	}
};

export const createFleetWorld = async (startAt: number): Promise<FleetWorld> => {
	const folder = mkdtempSync(path.join(base, 'cronsole-fleet-'));
	mkdirSync(path.join(folder, 'state'), {mode: 0o700});
	const time = installVirtualTime(startAt);
	const timers = countTimers();
	const outside = await startOutside(folder, startAt);
	const settings = fleetSettings(outside, folder);
	const store = await openStore({path: settings.database, clock: time.clock});
	const random = createRandom(8);
	const traffic = createTraffic();
	const bell = createBell(time.runAs);
	const {pruning, watched} = watchPruning();
	const said: LogLine[] = [];
	const daemon = await startFleetDaemon({
		settings, time, bell, traffic, random: createRandom(9), watched,
		tell(line) {
			if (line.level === 'error' || line.level === 'warning') {
				said.push(line);
			}
		},
	});
	const settle = createSettle(traffic, pruning);
	let steps = 0;

	return {
		folder, settings, time, outside, daemon, store, random, pruning, said, timers, steps: () => steps,
		person: createIntents({
			store: {...store, ring: bell.ring}, settings: () => settings, clock: time.clock, actor: {name: 'anna', address: null},
			randomBytes: count => Uint8Array.from({length: count}, () => random.integer(0, 255)),
		}),
		async pass(until, stepMs) {
			await settle();
			let {isBusy} = await outside.tell({kind: 'advance', now: time.clock.now()});
			while (time.clock.now() < until) {
				steps++;
				const next = Math.min(until, time.clock.now() + (stepMs ?? (isBusy ? busyStepMs : idleStepMs)));
				({isBusy} = await outside.tell({kind: 'advance', now: next}));
				time.jump(next);
				await settle();
			}
		},
		async close() {
			const stopping = daemon.stop();
			await settle();
			time.jump(time.clock.now() + 10_000);
			await stopping;
			time.uninstall();
			await store.close();
			await outside.close();
			rmSync(folder, {recursive: true, force: true});
		},
	};
};
