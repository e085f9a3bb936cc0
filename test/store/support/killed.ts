// The body of processes that are killed at a given place: what they are told to do, up to there.
import process from 'node:process';
import {copyDaily} from '../../../source/scheduler/copy-daily.js';
import {writeNewFile} from '../../../source/commands/io/new-file.js';
import {systemClock} from '../../../source/domain/clock.js';
import {type HeldLease} from '../../../source/domain/lease.js';
import {openStore} from '../../../source/store/open-store.js';
import {type Store} from '../../../source/store/store.js';
import {type Reconciled} from '../../../source/store/upkeep.js';

const opened: {store?: Store} = {};

const die = (): never => {
	process.kill(process.pid, 'SIGKILL');
	// It may take a moment.
	Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
	throw new Error('still alive');
};

const acts: Readonly<Record<string, (...inputs: never[]) => Promise<unknown>>> = {
	async bundle(file: string) {
		await writeNewFile(file, async () => die());
	},
	async open(path: string) {
		opened.store = await openStore({path, clock: systemClock});
	},
	/** Begins the copy of the day; whoever started it kills it. */
	async copy(lease: HeldLease) {
		const store = opened.store!;
		await copyDaily({store, fenced: store.fencedBy(lease), clock: systemClock});
	},
	/** The copy has its name, and nobody wrote down that it was made. */
	async copyUnnoted(path: string, lease: HeldLease) {
		const store = await openStore({path, clock: systemClock});
		await copyDaily({store, fenced: {...store.fencedBy(lease), write: async () => die()}, clock: systemClock});
	},
	async accept(path: string, found: Reconciled, when: 'in' | 'after') {
		const store = await openStore({path, clock: systemClock});
		await store.write(async ({upkeep}) => {
			await upkeep.accept(found, 9000);
			if (when === 'in') {
				die();
			}
		});
		die();
	},
};

process.on('message', async ({id, what, with: inputs}: {readonly id: number; readonly what: string; readonly with: readonly never[]}) => {
	try {
		process.send!({id, result: await acts[what]!(...inputs)});
	} catch (error) {
		process.send!({id, error: (error as Error).name, message: (error as Error).message});
	}
});
