import {AsyncLocalStorage} from 'node:async_hooks';
import {type Clock} from '../../source/domain/clock.js';

/** A process that lives in this one: what it sets off is its own, and ends or stands still with it. */
export type Process = {
	readonly name: string;
	isDead: boolean;
	/** Stopped until that is resolved. */
	frozen?: PromiseWithResolvers<void>;
};

/** Time that passes only when it is told to, for every timer that a process sets. */
export type VirtualTime = {
	readonly clock: Clock;
	/** Runs the work as part of a process. */
	readonly runAs: <T>(process: Process, work: () => T) => T;
	/** What a simulated server sleeps with. */
	readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
	/** How many of those sleep now. */
	readonly sleepers: () => number;
	/** When the next timer is due; Infinity: none is set. */
	readonly nextAt: () => number;
	/** Sets the clock and fires what is due, each once. */
	readonly jump: (to: number) => void;
	/** Puts the machine's own timers back. */
	readonly uninstall: () => void;
};

type Timer = {readonly fire: () => void; readonly everyMs: number | undefined; readonly ms: number; readonly owner: Process | undefined; at: number; readonly handle: object};

/** Servers look again after some milliseconds; a second is often enough for them. */
const shortSleepMs = 1000;

// Undici has a coarse clock of its own for connections: that has nothing to do with the world's time.
const isOfMachine = (callback: unknown): boolean => typeof callback === 'function' && callback.name === 'onTick';

export const installVirtualTime = (startAt: number): VirtualTime => {
	const real = {
		setTimeout, clearTimeout, setInterval, clearInterval,
	};
	const owners = new AsyncLocalStorage<Process>();
	const timers = new Map<object, Timer>();
	let now = startAt;
	let sleeping = 0;

	const add = (timer: Timer) => {
		timers.set(timer.handle, timer);
		return timer.handle;
	};

	const set = (isRepeated: boolean) => (callback: (...values: unknown[]) => void, ms = 0, ...values: unknown[]) => {
		const owner = owners.getStore();
		if (owner === undefined || isOfMachine(callback)) {
			return (isRepeated ? real.setInterval : real.setTimeout)(callback, ms, ...values);
		}

		const run = AsyncLocalStorage.snapshot();
		const wait = Math.max(1, ms);
		const handle: object = {
			ref: () => handle, unref: () => handle, hasRef: () => true, [Symbol.toPrimitive]: () => 0,
			refresh() {
				timer.at = now + wait;
				return add(timer);
			},
		};
		const timer: Timer = {
			handle, owner, ms: wait, at: now + wait, everyMs: isRepeated ? wait : undefined,
			fire() {
				run(callback, ...values);
			},
		};
		return add(timer);
	};

	const clear = (ofMachine: (handle: never) => void) => (handle: unknown) => {
		if (!timers.delete(handle as object)) {
			ofMachine(handle as never);
		}
	};

	Object.assign(globalThis, {
		setTimeout: set(false), setInterval: set(true), clearTimeout: clear(real.clearTimeout), clearInterval: clear(real.clearInterval),
	});

	const due = () => timers.values().filter(({at, owner}) => at <= now && owner?.frozen === undefined).toArray().toSorted((a, b) => a.at - b.at);

	return {
		clock: {now: () => now, monotonic: () => now - startAt + 1_000_000},
		runAs: (process, work) => owners.run(process, work),
		async sleep(ms, signal) {
			sleeping++;
			try {
				await new Promise<void>((resolve, reject) => {
					const server: Process = {name: 'server', isDead: false};
					owners.run(server, () => setTimeout(resolve, Math.max(shortSleepMs, ms)));
					signal.addEventListener('abort', () => {
						reject(new Error('the server is closed'));
					}, {once: true});
				});
			} finally {
				sleeping--;
			}
		},
		sleepers: () => sleeping,
		nextAt: () => Math.min(...timers.values().filter(({owner}) => owner?.frozen === undefined).map(({at}) => at)),
		jump(to) {
			now = Math.max(now, Math.round(to));
			for (const timer of due()) {
				// One that fires may take others away.
				if (!timers.has(timer.handle)) {
					continue;
				}

				const isDead = timer.owner?.isDead === true;
				if (isDead || timer.everyMs === undefined) {
					timers.delete(timer.handle);
				} else {
					timer.at = now + timer.everyMs;
				}

				if (!isDead) {
					timer.fire();
				}
			}
		},
		uninstall() {
			Object.assign(globalThis, real);
		},
	};
};
