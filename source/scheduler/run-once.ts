import {taskLock, type TaskName} from '../domain/task.js';
import {readConditions} from './conditions.js';
import {type RunOutcome} from './run-task.js';
import {createWork, type Work, type WorkDeps} from './work.js';

export type OnceWish = {
	readonly task: TaskName;
	readonly by: string;
	readonly report: (line: string) => void;
	readonly signal: AbortSignal;
	/** Goes on until nothing of the task is under way any more but what waits for a person. */
	readonly isWaiting?: boolean;
};

const lookMs = 1000;

/** Whether something of it is under way that waiting can bring to its end: under a hold, or where its panel is not in the config, nothing does. */
const isAnythingUnderWay = async ({store, settings, clock}: WorkDeps, task: TaskName): Promise<boolean> => {
	const {hold} = await readConditions(store.read, settings(), clock.now());
	if (hold !== null) {
		return false;
	}

	if (task === 'process_installs') {
		const open = await Promise.all([store.read.installs.list('pending'), store.read.installs.list('running')]);
		return open.flat().some(({panel}) => settings().installs.panels[panel] !== undefined);
	}

	const underWay = await store.read.operations.listUnderWay([task]);
	const inNeed = underWay.length === 0 ? [] : await store.read.vms.list({state: 'needsAttention'});
	return underWay.some(({vmId}) => inNeed.every(({id}) => id !== vmId));
};

const pause = async (ms: number, signal: AbortSignal) => new Promise<void>(resolve => {
	const finish = () => {
		clearTimeout(timer);
		signal.removeEventListener('abort', finish);
		resolve();
	};

	const timer = setTimeout(finish, ms);
	signal.addEventListener('abort', finish);
});

/** One more go at whatever of the task can go on by now. */
const goOn = async (work: Work, {store: {read}, settings, clock}: WorkDeps, {task, report}: Pick<OnceWish, 'task' | 'report'>): Promise<void> => {
	await work.watch.lookOnce();
	const now = clock.now();
	const {hold, clusters, nodesDown} = await readConditions(read, settings(), now);
	if (hold !== null) {
		return;
	}

	const ready = await read.operations.listReady({
		now, tasks: [task], clusters, nodesDown, start: true, limit: 1000,
	});
	const installs = task === 'process_installs' ? await read.installs.listReady({now, limit: 1000}) : [];
	await Promise.all([
		...ready.map(async operation => {
			const {line} = await work.mover.move(operation);
			const vm = await read.vms.get(operation.vmId);
			report(line.includes(vm.hostname) ? line : `${vm.hostname}  ${line}`);
		}),
		...installs.map(async install => {
			const {line} = await work.installs.move(install);
			report(line);
		}),
	]);
};

/** What the run caused is sent too, for perhaps nobody leads; whoever has the lock by now sends it otherwise. */
const sendCaused = async (work: Work, {settings}: WorkDeps, {task, signal}: Pick<OnceWish, 'task' | 'signal'>): Promise<void> => {
	const {lock} = await work.instance.acquire(taskLock(task), settings().scheduler.leaseMs);
	if (lock !== null) {
		try {
			await work.sendMessages(lock, signal);
		} finally {
			await lock.release();
		}
	}
};

/** One run in this process, interval and pause ignored, without leading: what ended meanwhile is noticed first. */
export const runOnce = async (deps: WorkDeps, {task, by, report, signal, isWaiting = false}: OnceWish): Promise<RunOutcome> => {
	// Before the run there is no lease to write under; during it, the task's.
	let {write} = deps.store;
	const work = createWork(deps, {
		write: async change => write(change), signal, isAllowed: () => !signal.aborted, onChange: () => undefined, onMoved: () => undefined,
	});

	try {
		const outcome = await work.runTask({
			task, trigger: 'manual', by, report, signal,
			async prepare(fenced) {
				write = fenced.write;
				await work.health.lookWhereBad();
				await work.watch.lookOnce();
			},
		});
		write = deps.store.write;
		if (isWaiting && outcome.run) {
			while (!signal.aborted && await isAnythingUnderWay(deps, task)) {
				await pause(lookMs, signal);
				await goOn(work, deps, {task, report});
			}
		}

		if (task === 'process_installs' && outcome.run) {
			// Nobody else asks the panels for what was ordered, where nobody leads.
			await work.orders.look();
			await work.orders.settled();
		}

		if (outcome.run) {
			await sendCaused(work, deps, {task, signal});
		}

		return outcome;
	} finally {
		work.watch.stop();
		await Promise.all([work.mover.settled(), work.installs.settled(), work.orders.settled()]);
		await work.instance.releaseAll();
	}
};
