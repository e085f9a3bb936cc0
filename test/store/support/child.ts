// The body of a child process of the store's tests: opens the database that it is told and does what it is asked, one message an answer.
import process from 'node:process';
import {monitorEventLoopDelay} from 'node:perf_hooks';
import {systemClock} from '../../../source/domain/clock.js';
import {type HeldLease} from '../../../source/domain/lease.js';
import {openStore} from '../../../source/store/open-store.js';
import {type Store} from '../../../source/store/store.js';

type Ask = {readonly id: number; readonly what: string; readonly with: readonly unknown[]};

const opened: {store?: Store; heard: number} = {heard: 0};

const getStore = (): Store => {
	if (!opened.store) {
		throw new Error('open comes first');
	}

	return opened.store;
};

const acts: Readonly<Record<string, (...inputs: never[]) => Promise<unknown>>> = {
	async open(path: string) {
		opened.store = await openStore({path, clock: systemClock});
		return opened.store.installation;
	},
	async close() {
		await getStore().close();
	},
	startSession: async () => getStore().sessions.start({
		kind: 'daemon', actor: 'anna', address: null, isReadOnly: false,
	}),
	acquire: async (name: string, owner: string, ttlMs: number) => getStore().leases.acquire(name, owner, ttlMs),
	renew: async (owner: string) => getStore().leases.renewAll(owner),
	write: async (lease: HeldLease) => getStore().fencedBy(lease).write(async ({taskSettings}) => taskSettings.setInterval('process_vms', 7, lease.owner)),
	async increment(times: number) {
		const delay = monitorEventLoopDelay({resolution: 1});
		delay.enable();

		for (let time = 0; time < times; time++) {
			await getStore().write(async ({taskSettings}) => {
				const [first] = await taskSettings.list(0);
				await taskSettings.setInterval('process_vms', (first!.intervalSeconds ?? 0) + 1, 'child');
			});
		}

		delay.disable();
		return delay.max / 1e6;
	},
	async listen() {
		await getStore().onRing(() => {
			opened.heard++;
		});
	},
	heard: async () => opened.heard,
	ring: async () => getStore().ring(),
};

const answer = (message: Readonly<Record<string, unknown>>) => {
	process.send!(message);
};

process.on('message', async (ask: Ask) => {
	try {
		answer({id: ask.id, result: await acts[ask.what]!(...ask.with as never[])});
	} catch (error) {
		answer({id: ask.id, error: (error as Error).name, message: (error as Error).message});
	}
});
