import {type Operation} from '../domain/operation.js';
import {emptyTally, type Tally} from '../domain/run.js';
import {type TaskName} from '../domain/task.js';
import {type Move} from '../pipelines/move.js';
import {forEach, type ItemResult} from './for-each.js';
import {type Task, type TaskContext} from './task.js';

const resultOf: Readonly<Record<Move['outcome'], ItemResult>> = {
	done: 'processed', waiting: 'waiting', failed: 'failed', attention: 'attention', paused: 'waiting', busy: 'waiting',
};

/** Both together; the first message stays. */
export const addTallies = (one: Tally, other: Tally): Tally => ({
	processed: one.processed + other.processed,
	errors: one.errors + other.errors,
	waiting: one.waiting + other.waiting,
	needsAttention: one.needsAttention + other.needsAttention,
	message: one.message ?? other.message,
});

/** VMs of the task that this run did not touch: those that wait, and those that wait for a person. */
const countUntouched = async ({store}: TaskContext, task: TaskName, touched: ReadonlySet<number>): Promise<Tally> => {
	const underWay = await store.read.operations.listUnderWay([task]);
	const vms = new Set(underWay.map(({vmId}) => vmId).filter(vmId => !touched.has(vmId)));
	const inNeed = vms.size === 0 ? [] : await store.read.vms.list({state: 'needsAttention'});
	const needsAttention = inNeed.filter(({id}) => vms.has(id)).length;
	return {...emptyTally, waiting: vms.size - needsAttention, needsAttention};
};

/** Moves each operation that the task owns on once, with a line for each; what came free meanwhile too. */
export const moveOwn = (task: TaskName): Task['run'] => async context => {
	const {store, signal, moveOn, listReady, report} = context;
	const seen = new Set<number>();
	const touched = new Set<number>();
	let tally = emptyTally;

	const moveOne = async (operation: Operation): Promise<ItemResult> => {
		touched.add(operation.vmId);
		const vm = await store.read.vms.get(operation.vmId);
		const {outcome, line} = await moveOn(operation);
		report(line.includes(vm.hostname) ? line : `${vm.hostname}  ${line}`);
		if (outcome === 'failed' || outcome === 'attention') {
			tally = {...tally, message: tally.message ?? `${vm.hostname}: ${line}`};
		}

		return resultOf[outcome];
	};

	while (!signal.aborted) {
		const ready = await listReady();
		const fresh = ready.filter(({id}) => !seen.has(id));
		if (fresh.length === 0) {
			break;
		}

		for (const {id} of fresh) {
			seen.add(id);
		}

		const came = await forEach(fresh, signal, moveOne);
		tally = addTallies(tally, came);
	}

	return addTallies(tally, await countUntouched(context, task, touched));
};
