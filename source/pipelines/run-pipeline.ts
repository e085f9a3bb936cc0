import {scheduler} from '../domain/activity.js';
import {operationKinds, type Operation} from '../domain/operation.js';
import {vmName, type Vm} from '../domain/vm.js';
import {getClusterSettings} from './cluster-settings.js';
import {advance, noteWaiting} from './end-step.js';
import {type Move, type MoveContext, type MoveOn} from './move.js';
import {noteFailure} from './note-failure.js';
import {pipelines} from './pipelines.js';
import {createRemoteRunner} from './remote-task.js';
import {type PipelineRow} from './step.js';
import {
	stop,
	type StepEnd,
	type StepRun,
} from './step-run.js';

/** An operation that was due and that nobody moved on for so long (a hold, a pause, no leader): its step's clock starts anew. */
const idleMs = 60_000;

/** How often in one go the VM may turn out to be on another node than the last time. */
const mostFinds = 3;

const hasBegun = async ({id, vmId, kind, requestedBy}: Operation, {store, clock}: MoveContext): Promise<boolean> => store.write(async tables => {
	if (!await tables.operations.begin(id, clock.now())) {
		return false;
	}

	const {hostname} = await tables.vms.get(vmId);
	await tables.activity.add({
		at: clock.now(), level: 'info', actor: scheduler, subject: hostname, vmId, message: `${operationKinds[kind].title} started, asked for by ${requestedBy}`,
	});
	return true;
});

const isIdle = async ({id, vmId, kind, slot, nextAttemptAt, stepSince}: Operation, {store, clock}: MoveContext): Promise<boolean> => {
	const {status} = await store.read.vms.get(vmId);
	const step = pipelines[kind].find(({from}) => from === status)?.to;
	const task = step === undefined ? undefined : await store.read.remoteTasks.findUnsettled(id, step);
	const dueAt = nextAttemptAt ?? (task ? task.finishedAt : stepSince) ?? clock.now();
	return slot !== null || clock.now() - dueAt > idleMs;
};

/** Time in which a slot was waited for, or in which nobody was there to go on, is not the step's fault. */
const restartClock = async (operation: Operation, context: MoveContext): Promise<void> => {
	const {store, clock} = context;
	if (await isIdle(operation, context)) {
		await store.write(async ({operations}) => {
			await operations.nextStep(operation.id, clock.now());
			await operations.postpone(operation.id, {attempt: operation.attempt, nextAttemptAt: null, waitingFor: null});
		});
	}
};

const runStep = async (run: StepRun): Promise<StepEnd> => {
	const {operation, vm, row, context} = run;
	const {store, proxmox, settings, installation, clock, signal, foreignAddresses} = context;
	try {
		const remote = createRemoteRunner({
			store, proxmox, clock, operation, step: row.to, cluster: getClusterSettings(settings, vm), leaseMs: settings.scheduler.leaseMs,
		});
		const outcome = await row.step(vm, {
			proxmox, store, operation, remote, settings, installation, clock, signal, foreignAddresses,
		});
		return outcome.outcome === 'waiting' ? await noteWaiting(run, outcome) : await advance(run, outcome);
	} catch (error) {
		return noteFailure(run, error);
	}
};

/** Runs one row from the VM's present status, or says why there is none to run. */
const runNext = async (id: number, context: MoveContext): Promise<{readonly vm: Vm; readonly row?: PipelineRow; readonly end: StepEnd}> => {
	const {store, clock, signal} = context;
	const operation = await store.read.operations.find(id);
	const vm = await store.read.vms.get(operation!.vmId);
	if (operation?.state !== 'running') {
		return {vm, end: stop(operation?.state === 'done' ? 'done' : 'busy', `the operation is ${operation?.state ?? 'gone'}`)};
	}

	if (vm.needsAttention) {
		return {vm, end: stop('attention', `needs attention: ${vm.needsAttention.reason}`)};
	}

	const rows = pipelines[operation.kind];
	const row = rows.find(({from}) => from === vm.status);
	if (!row) {
		await store.write(async ({operations}) => operations.finish(id, 'done', clock.now()));
		return {vm, end: stop('done', 'nothing is left to do')};
	}

	if (signal.aborted) {
		return {vm, row, end: stop('waiting', 'stopped before this step')};
	}

	const end = await runStep({
		operation, vm, row, isLast: row === rows.at(-1), context, startedAt: clock.now(),
	});
	return {vm, row, end};
};

const goOn = async (id: number, context: MoveContext): Promise<Move> => {
	let steps = 0;
	let finds = 0;
	for (;;) {
		const {vm, row, end} = await runNext(id, context);
		if (end.next === 'stop') {
			return {
				outcome: end.outcome,
				steps: steps + Number(end.outcome === 'done' && row !== undefined),
				line: `${vmName(vm)} ${vm.hostname}: ${vm.status}${row ? ` → ${row.to}` : ''}, ${end.what}`,
			};
		}

		steps += Number(end.next === 'step');
		finds += Number(end.next === 'again');
		if (finds > mostFinds) {
			return {outcome: 'busy', steps, line: `${vmName(vm)} ${vm.hostname}: ${vm.status}, the VM is being moved about`};
		}
	}
};

/** Moves an operation of a VM on: from the VM's status, step by step, until one waits or fails, or the pipeline ends. */
export const runPipeline: MoveOn = async (given, context) => {
	const {store} = context;
	const operation = await store.read.operations.find(given.id);
	if (operation?.state === 'waiting') {
		if (context.signal.aborted || !await hasBegun(operation, context)) {
			return {outcome: 'busy', steps: 0, line: `v${given.vmId}: ${operationKinds[given.kind].title} cannot begin yet`};
		}
	} else if (operation?.state === 'running') {
		await restartClock(operation, context);
	}

	return goOn(given.id, context);
};
