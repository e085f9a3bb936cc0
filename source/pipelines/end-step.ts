import {scheduler} from '../domain/activity.js';
import {formatAge} from '../domain/duration.js';
import {kindOf} from '../domain/operation-kind.js';
import {type StepLogRow} from '../domain/step-log.js';
import {vmName} from '../domain/vm.js';
import {type Tables} from '../store/store.js';
import {failureRow, needPerson} from './need-person.js';
import {
	type Done,
	type GivenUp,
	type Skipped,
	type Waiting,
} from './step.js';
import {
	elapsedOf,
	stop,
	writeOf,
	type StepEnd,
	type StepRun,
} from './step-run.js';

const moveOn = async ({operation, vm, row}: StepRun, {vms, operations}: Tables, log: Omit<StepLogRow, 'from' | 'to'>): Promise<void> =>
	kindOf(operation.kind).keptBy === 'vm' ? vms.advance(vm, row.to as typeof vm.status, log) : operations.advance(operation, row.to, log);

/** The step ended well: the position moves on, and everything that belongs to it is written in the same transaction. */
export const advance = async (run: StepRun, outcome: Done | Skipped): Promise<StepEnd> => {
	const {operation, vm, row, isLast, context: {clock, log}} = run;
	const now = clock.now();
	const startedAt = operation.stepSince ?? run.startedAt;
	await writeOf(run, async tables => {
		const task = await tables.remoteTasks.findUnsettled(operation.id, row.to);
		await moveOn(run, tables, {
			operationId: operation.id,
			operation: operation.kind,
			outcome: outcome.outcome,
			// `WARNINGS: 1` is a success that a person may want to know of.
			reason: outcome.why ?? (task?.exitStatus?.startsWith('WARNINGS') ? task.exitStatus : null),
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
				message: `${kindOf(operation.kind).title} done${row.to === 'done' ? '' : `: ${row.to}`} after ${formatAge(now - (operation.startedAt ?? startedAt))}`,
			});
		}
	});
	log({
		level: 'info', event: 'step', vm: vmName(vm), task: operation.task,
		message: `${vm.hostname}: ${row.from} → ${row.to}, ${outcome.outcome}${outcome.why === undefined ? '' : `: ${outcome.why}`}`,
	});
	return isLast ? stop('done', outcome.outcome === 'skipped' ? outcome.why : 'done') : {next: 'step'};
};

/** The operation ends as failed; nothing more is tried, and the VM is as it was. */
export const giveUp = async (run: StepRun, {why, alongside}: Pick<GivenUp, 'why' | 'alongside'>, error?: unknown): Promise<StepEnd> => {
	const {operation, vm, pipeline, row, context: {clock, log, settings}} = run;
	const now = clock.now();
	await writeOf(run, async tables => {
		await tables.stepLog.addFailure(vm.id, failureRow(run, why, error));
		const task = await tables.remoteTasks.findUnsettled(operation.id, row.to);
		// One that may still run is left for the next operation to wait for.
		if (task?.state === 'finished') {
			await tables.remoteTasks.settle(task.id);
		}

		await tables.operations.finish(operation.id, 'failed', now, why);
		await alongside?.(tables);
		await pipeline.fail?.({
			vm, operation, tables, settings, now, reason: why,
		});
		await tables.activity.add({
			at: now, level: 'error', actor: scheduler, subject: vm.hostname, vmId: vm.id, message: `${kindOf(operation.kind).title} failed: ${why}`,
		});
	});
	log({
		level: 'error', event: 'operation-failed', vm: vmName(vm), task: operation.task, message: `${vm.hostname}: ${kindOf(operation.kind).title} failed: ${why}`,
	});
	return stop('failed', `failed: ${why}`);
};

/** What follows where only a person could help: the VM waits for one, or (it is as it was) the operation alone ends as failed. */
export const beHopeless = async (run: StepRun, given: {readonly reason: string; readonly command?: string; readonly error?: unknown}): Promise<StepEnd> =>
	kindOf(run.operation.kind).ifHopeless === 'attention' ? needPerson(run, given) : giveUp(run, {why: given.reason}, given.error);

/** The step waits: no attempt is counted and nothing is logged, until it has waited for too long. */
export const noteWaiting = async (run: StepRun, {what, until, remoteTaskId, slot, isExpected}: Waiting): Promise<StepEnd> => {
	const {operation, row} = run;
	const elapsedMs = elapsedOf(run);
	// A slot is waited for in a queue, however long that is.
	if (!slot && !isExpected && elapsedMs > row.stuckAfterMs) {
		return beHopeless(run, {reason: `${row.title}: still waiting for ${what} after ${formatAge(elapsedMs)}`});
	}

	await writeOf(run, async ({operations}) => operations.wait(operation.id, {
		waitingFor: what, nextAttemptAt: until ?? null, remoteTaskId: remoteTaskId ?? null, slot: slot ?? null, pausedByNode: null,
	}));
	return stop('waiting', `waiting: ${what}`);
};
