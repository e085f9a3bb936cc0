import {scheduler} from '../domain/activity.js';
import {type StepLogRow} from '../domain/step-log.js';
import {vmName} from '../domain/vm.js';
import {withoutSecrets} from '../domain/without-secrets.js';
import {
	stop,
	writeOf,
	type StepEnd,
	type StepRun,
} from './step-run.js';
import {TaskFailed} from './task-failed.js';

/** The step log's row of an attempt that failed. */
export const failureRow = ({operation, row, vm, context: {clock}, startedAt}: StepRun, reason: string, error?: unknown): StepLogRow => ({
	operationId: operation.id,
	operation: operation.kind,
	from: row.from,
	to: row.to,
	outcome: 'failed',
	reason,
	attempt: operation.attempt + 1,
	startedAt,
	durationMs: clock.now() - startedAt,
	upid: error instanceof TaskFailed ? error.upid : null,
	log: error instanceof TaskFailed && error.log !== null ? withoutSecrets(error.log, [vm.password ?? '']) : null,
});

/** Nothing goes on until a person has looked: says what, why and which command helps. */
export const needPerson = async (run: StepRun, {reason, command, error}: {readonly reason: string; readonly command?: string; readonly error?: unknown}): Promise<StepEnd> => {
	const {operation, vm, pipeline, row, context: {clock, log, settings}} = run;
	const now = clock.now();
	await writeOf(run, async tables => {
		const {stepLog, operations, vms, activity, remoteTasks} = tables;
		await stepLog.addFailure(vm.id, failureRow(run, reason, error));
		const task = await remoteTasks.findUnsettled(operation.id, row.to);
		if (task?.state === 'finished') {
			await remoteTasks.settle(task.id);
		}

		await operations.postpone(operation.id, {attempt: operation.attempt + 1, nextAttemptAt: now, waitingFor: 'a person'});
		await vms.setAttention(vm.id, {reason, since: now, command: command ?? `cronsole vm retry ${vmName(vm)}`});
		await pipeline.fail?.({
			vm, operation, tables, settings, now, reason,
		});
		await activity.add({
			at: now, level: 'error', actor: scheduler, subject: vm.hostname, vmId: vm.id, message: `needs attention at ${row.title}: ${reason}`,
		});
	});
	log({
		level: 'error', event: 'attention', vm: vmName(vm), task: operation.task, message: `${vm.hostname}: ${row.from} → ${row.to}, needs attention: ${reason}`,
	});
	return stop('attention', `needs attention: ${reason}`);
};
