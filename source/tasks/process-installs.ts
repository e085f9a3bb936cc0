import {type Install} from '../domain/install.js';
import {emptyTally, type Tally} from '../domain/run.js';
import {type InstallMove} from '../pipelines/move-install.js';
import {forEach, type ItemResult} from './for-each.js';
import {addTallies} from './move-own.js';
import {type Task, type TaskContext} from './task.js';

const resultOf: Readonly<Record<InstallMove['outcome'], ItemResult>> = {
	done: 'processed', waiting: 'waiting', failed: 'attention', dropped: 'untouched', busy: 'waiting',
};

const moveOne = async (install: Install, {store, moveInstall, report}: TaskContext): Promise<{readonly result: ItemResult; readonly line: string}> => {
	const {outcome, line} = await moveInstall(install);
	report(line);
	// A try that failed and comes again is an error of this run too.
	const after = outcome === 'waiting' ? await store.read.installs.find(install.id) : undefined;
	const hasFailed = (after?.attempt ?? 0) > install.attempt;
	return {result: hasFailed ? 'failed' : resultOf[outcome], line};
};

/** Panels beside each other, so that none waits for one that fails or is slow. */
const moveAll = async (installs: readonly Install[], context: TaskContext): Promise<Tally> => {
	let message: string | null = null;
	const tallies = await Promise.all(Map.groupBy(installs, ({panel}) => panel).values().map(async there => forEach(there, context.signal, async install => {
		const {result, line} = await moveOne(install, context);
		if (result === 'failed' || result === 'attention') {
			message ??= line;
		}

		return result;
	})));
	let sum = emptyTally;
	for (const tally of tallies) {
		sum = addTallies(sum, tally);
	}

	return {...sum, message};
};

/** Moves each install that is due on once, those too that came meanwhile. */
export const processInstalls: Task = {
	name: 'process_installs',
	async run(context) {
		const seen = new Set<number>();
		let tally = emptyTally;
		while (!context.signal.aborted) {
			const ready = await context.listReadyInstalls();
			const fresh = ready.filter(({id}) => !seen.has(id));
			if (fresh.length === 0) {
				break;
			}

			for (const {id} of fresh) {
				seen.add(id);
			}

			tally = addTallies(tally, await moveAll(fresh, context));
		}

		const pending = await context.store.read.installs.list('pending');
		return addTallies(tally, {...emptyTally, waiting: pending.filter(({id}) => !seen.has(id)).length});
	},
};
