import {expiredSnapshots} from '../domain/expired-snapshots.js';
import {kindOf} from '../domain/operation-kind.js';
import {parametersOf} from '../domain/operation-parameters.js';
import {type Operation} from '../domain/operation.js';
import {type Snapshot} from '../domain/snapshot.js';
import {type Vm} from '../domain/vm.js';
import {forEach, type ItemResult} from './for-each.js';
import {moveOwn} from './move-own.js';
import {type Task, type TaskContext} from './task.js';

const task = 'remove_snapshots';

/** What was left out in a run: `web1.example.net (VM is locked (backup))`. */
type Skips = string[];

type Due = {readonly vm: Vm; readonly expired: readonly Snapshot[]};

const isRemovalOf = (name: string) => (operation: Operation): boolean => {
	const {kind} = operation;
	return (kind === 'expire-snapshot' || kind === 'remove-snapshot') && parametersOf(kind, operation).name === name;
};

const tellSkips = ([first, ...more]: Skips): string | null => first === undefined ? null : `skipped: ${first}${more.length === 0 ? '' : ` and ${more.length} more`}`;

/** Why nothing is asked of a VM: what needs a person or its cluster's recovery would only pile up. A suspended one is off, not exempt. */
const findObstacle = ({status, needsAttention, cluster}: Vm, {readerOf}: TaskContext): string | undefined => {
	if (needsAttention) {
		return 'it needs attention';
	}

	if (status === 'terminate' || status === 'error_terminate') {
		return 'it is being terminated';
	}

	return readerOf(cluster) ? undefined : `${cluster} cannot be worked on now`;
};

/** Asks for the removal of each that expired, the oldest first; not of one whose removal is asked for already. */
const ask = async (vmId: number, expired: readonly Snapshot[], {store, clock}: TaskContext): Promise<readonly Operation[]> => store.write(async ({operations}) => {
	const open = await operations.listOpen(vmId);
	for (const {name} of expired.filter(snapshot => !open.some(isRemovalOf(snapshot.name)))) {
		await operations.add(vmId, {
			kind: 'expire-snapshot', params: {name}, requestedBy: task, now: clock.now(),
		});
	}

	return operations.listOpen(vmId);
});

/** Looks at the expired snapshots of one VM; what it has to leave for now is told. */
const askWhereDue = async ({vm, expired}: Due, context: TaskContext, skips: Skips): Promise<ItemResult> => {
	const skip = (why: string) => {
		context.report(`${vm.hostname}  skipped: ${why}`);
		skips.push(`${vm.hostname} (${why})`);
	};

	const obstacle = findObstacle(vm, context);
	if (obstacle !== undefined) {
		skip(obstacle);
		return 'waiting';
	}

	const [first] = await ask(vm.id, expired, context);
	if (first && first.task !== task) {
		skip(`busy: ${kindOf(first.kind).title}`);
	}

	return 'untouched'; // It is counted where it is moved on.
};

const listDue = async ({store, settings, clock}: TaskContext): Promise<readonly Due[]> => {
	const mortal = Map.groupBy(await store.read.snapshots.listMortal(), ({vmId}) => vmId);
	const vms = await Promise.all(mortal.keys().map(async id => store.read.vms.get(id)));
	return vms
		.map(vm => ({vm, expired: expiredSnapshots(mortal.get(vm.id)!, vm.package.snapshotDays, settings.snapshots.days, clock.now())}))
		.filter(({expired}) => expired.length > 0);
};

/** What became of a removal that was moved on, and why it was left out if it was. */
const describe = async ({id, vmId}: Operation, {store}: TaskContext): Promise<{readonly what: string; readonly skip?: string}> => {
	const operation = (await store.read.operations.find(id))!;
	const {state, message, remoteTaskId, attempt} = operation;
	if (state === 'done') {
		const {name} = parametersOf('expire-snapshot', operation);
		return {what: await store.read.snapshots.find(vmId, name) ? 'kept after all' : 'removed'};
	}

	if (state === 'failed' || state === 'cancelled') {
		return {what: `${state}: ${message ?? 'no reason given'}`};
	}

	if (remoteTaskId !== null) {
		return {what: 'being removed'};
	}

	const skip = operation.waitingFor ?? 'the VM is busy';
	return attempt > 0 ? {what: `failed: ${skip}`} : {what: `skipped: ${skip}`, skip};
};

/** Removes snapshots that have outlived their days. */
export const removeSnapshots: Task['run'] = async context => {
	const skips: Skips = [];
	const asked = await forEach(await listDue(context), context.signal, async due => askWhereDue(due, context, skips));
	const moved = await moveOwn(task)({
		...context,
		async moveOn(operation) {
			const move = await context.moveOn(operation);
			const {what, skip} = await describe(operation, context);
			if (skip !== undefined) {
				const {hostname} = await context.store.read.vms.get(operation.vmId);
				skips.push(`${hostname} (${skip})`);
			}

			return {...move, line: `${parametersOf('expire-snapshot', operation).name}: ${what}`};
		},
	});
	return {
		...moved,
		errors: moved.errors + asked.errors,
		waiting: moved.waiting + asked.waiting,
		message: moved.message ?? asked.message ?? tellSkips(skips),
	};
};
