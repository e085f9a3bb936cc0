// The body of a child process of the store's tests: opens the database that it is told and does what it is asked, one message an answer.
import process from 'node:process';
import {monitorEventLoopDelay} from 'node:perf_hooks';
import {setTimeout as sleep} from 'node:timers/promises';
import {systemClock} from '../../../source/domain/clock.js';
import {type HeldLease} from '../../../source/domain/lease.js';
import {type PoolSettings} from '../../../source/domain/settings.js';
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
	/** Goes at the debts as they are due, each once: ids of those that it got. */
	async claimRecords(most: number, settles: boolean) {
		const claimed: number[] = [];

		for (const {id, revision, values} of await getStore().read.dnsRecords.listDue({now: 1000, limit: most})) {
			const given = {mine: values, now: 1000, until: 11_000};
			const record = await getStore().write(async ({dnsRecords}) => dnsRecords.claim(id, revision, given));
			if (!record) {
				continue;
			}

			claimed.push(id);
			await (settles && getStore().write(async ({dnsRecords}) => dnsRecords.settle(id, record.revision, {
				state: 'done', mine: values, error: null, attempt: 0, nextAttemptAt: null,
			}, 1000)));
		}

		return claimed;
	},
	/** So many addresses for the VM, one transaction each; null: none was free. */
	async reserve(vmId: number, pool: PoolSettings, times: number) {
		const got: Array<string | null> = [];

		for (let time = 0; time < times; time++) {
			const address = await getStore().write(async ({addresses}) => addresses.reserve(vmId, pool, new Set(), 1000));
			got.push(address?.address ?? null);
		}

		return got;
	},
	pruneLetters: async (before: number, limit: number) => getStore().write(async ({outbox}) => outbox.prune(before, limit)),
	/** Sends letters until none is due, every second one long ago: ids of those that it got. */
	async claimLetters(most: number) {
		const claimed: number[] = [];

		for (const {id} of await getStore().read.outbox.listDue({now: 5000, limit: most})) {
			if (!await getStore().write(async ({outbox}) => outbox.claim(id, {messageId: `letter-${id}`, until: 9000}))) {
				continue;
			}

			claimed.push(id);
			await getStore().write(async ({outbox}) => outbox.settle(id, {state: 'sent'}, id % 2 === 0 ? 500 : 5000));
		}

		return claimed;
	},
	clear: async (name: string) => await getStore().leases.clear(name, true) !== undefined,
	/** Takes the lock so many times; the number under which it wrote, or what it wrote over if that was of a later one; null: it was lost by then. */
	async takeAndWrite(owner: string, times: number) {
		const taken: Array<{readonly fence: number; readonly written: number | null}> = [];

		while (taken.length < times) {
			const {held} = await getStore().leases.acquire('task:process_vms', owner, 60_000);
			if (!held) {
				await sleep(1);
				continue;
			}

			const written = await getStore().fencedBy(held).write(async ({taskSettings}) => {
				const [first] = await taskSettings.list(0);
				await taskSettings.setInterval('process_vms', held.fence, owner);
				return Math.max(first!.intervalSeconds ?? 0, held.fence);
			}).catch((error: unknown) => {
				if ((error as Error).name === 'LockLost') {
					return null;
				}

				throw error;
			});
			taken.push({fence: held.fence, written});
			await getStore().leases.release(held);
		}

		return taken;
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
