import {type Operation, type RemoteTask} from '../domain/operation.js';
import {vmName} from '../domain/vm.js';
import {getClusterSettings} from './cluster-settings.js';
import {type Move, type MoveContext} from './move.js';
import {titleOf} from './remote-task.js';

/** Until when the call that an intent announces may still arrive; a deadline further off than any call's was written before our clock was set back. */
const arrivesUntil = ({deadlineAt}: RemoteTask, now: number, {leaseMs, timeoutMs}: {readonly leaseMs: number; readonly timeoutMs: number}): number =>
	deadlineAt > now + leaseMs ? now : deadlineAt + timeoutMs;

/**
 What an operation that was cancelled left behind in the cluster comes to its end before the next one does anything: two tasks at one VM would get
 in each other's way, and a clone that nobody waits for would be overlooked. Undefined: there is nothing (any more).
 */
export const awaitEarlier = async ({id, vmId}: Pick<Operation, 'id' | 'vmId'>, {store, clock, settings}: MoveContext): Promise<Move | undefined> => {
	const left = await store.read.remoteTasks.listLeft(vmId, id);
	if (left.length === 0) {
		return undefined;
	}

	const now = clock.now();
	const vm = await store.read.vms.get(vmId);
	const {timeoutMs} = getClusterSettings(settings, vm);
	const limits = {leaseMs: settings.scheduler.leaseMs, timeoutMs};
	const running = left.find(({state}) => state === 'running');
	const intents = left.filter(task => task.state === 'intent' && arrivesUntil(task, now, limits) > now);
	const until = running !== undefined || intents.length === 0 ? null : Math.max(...intents.map(task => arrivesUntil(task, now, limits)));
	const waitingFor = running !== undefined || until !== null ? `what an earlier operation began: ${titleOf((running ?? intents[0]!).type)}` : null;
	await store.write(async ({remoteTasks, operations}) => {
		for (const task of left) {
			if (task.state === 'finished') {
				await remoteTasks.settle(task.id);
			} else if (task.state === 'intent' && !intents.includes(task)) {
				await remoteTasks.forget(task.id);
			}
		}

		if (waitingFor !== null) {
			await operations.wait(id, {
				waitingFor, nextAttemptAt: until, remoteTaskId: running?.id ?? null, slot: null, pausedByNode: null,
			});
		}
	});
	return waitingFor === null ? undefined : {outcome: 'waiting', steps: 0, line: `${vmName(vm)} ${vm.hostname}: waiting: ${waitingFor}`};
};
