import {scheduler} from '../domain/activity.js';
import {formatAge} from '../domain/duration.js';
import {operationKinds} from '../domain/operation.js';
import {vmName} from '../domain/vm.js';
import {needPerson} from './need-person.js';
import {type Done, type Skipped, type Waiting} from './step.js';
import {
	elapsedOf,
	stop,
	type StepEnd,
	type StepRun,
} from './step-run.js';

/** The step ended well: the status moves on, and everything that belongs to it is written in the same transaction. */
export const advance = async (run: StepRun, outcome: Done | Skipped): Promise<StepEnd> => {
	const {operation, vm, row, isLast, context: {store, clock, log}} = run;
	const now = clock.now();
	const startedAt = operation.stepSince ?? run.startedAt;
	await store.write(async tables => {
		const task = await tables.remoteTasks.findUnsettled(operation.id, row.to);
		await tables.vms.advance(vm, row.to, {
			operationId: operation.id,
			operation: operation.kind,
			outcome: outcome.outcome,
			// `WARNINGS: 1` is a success that a person may want to know of.
			reason: outcome.outcome === 'skipped' ? outcome.why : (task?.exitStatus?.startsWith('WARNINGS') ? task.exitStatus : null),
			attempt: operation.attempt + 1,
			startedAt,
			durationMs: now - startedAt,
			upid: task?.upid ?? null,
			log: null,
		});
		if (task) {
			await (task.upid === null ? tables.remoteTasks.forget(task.id) : tables.remoteTasks.settle(task.id));
		}

		await (isLast ? tables.operations.finish(operation.id, 'done', now) : tables.operations.nextStep(operation.id, now));
		await outcome.alongside?.(tables);
		if (isLast) {
			await tables.activity.add({
				at: now, level: 'info', actor: scheduler, subject: vm.hostname, vmId: vm.id,
				message: `${operationKinds[operation.kind].title} done: ${row.to} after ${formatAge(now - (operation.startedAt ?? startedAt))}`,
			});
		}
	});
	log({
		level: 'info', event: 'step', vm: vmName(vm), task: operation.task,
		message: `${vm.hostname}: ${row.from} → ${row.to}, ${outcome.outcome === 'skipped' ? `skipped: ${outcome.why}` : 'done'}`,
	});
	return isLast ? stop('done', outcome.outcome === 'skipped' ? outcome.why : 'done') : {next: 'step'};
};

/** The step waits: no attempt is counted and nothing is logged, until it has waited for too long. */
export const noteWaiting = async (run: StepRun, {what, until, remoteTaskId, slot}: Waiting): Promise<StepEnd> => {
	const {operation, row, context: {store}} = run;
	const elapsedMs = elapsedOf(run);
	// A slot is waited for in a queue, however long that is.
	if (!slot && elapsedMs > row.stuckAfterMs) {
		return needPerson(run, {reason: `${row.title}: still waiting for ${what} after ${formatAge(elapsedMs)}`});
	}

	await store.write(async ({operations}) => operations.wait(operation.id, {
		waitingFor: what, nextAttemptAt: until ?? null, remoteTaskId: remoteTaskId ?? null, slot: slot ?? null, pausedByNode: null,
	}));
	return stop('waiting', `waiting: ${what}`);
};
