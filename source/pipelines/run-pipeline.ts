import {scheduler} from '../domain/activity.js';
import {type Operation} from '../domain/operation.js';
import {kindOf} from '../domain/operation-kind.js';
import {vmName, type Vm} from '../domain/vm.js';
import {getClusterSettings} from './cluster-settings.js';
import {advance, giveUp, noteWaiting} from './end-step.js';
import {awaitEarlier} from './await-earlier.js';
import {type Move, type MoveContext, type MoveOn} from './move.js';
import {noteFailure} from './note-failure.js';
import {pipelineOf} from './pipelines.js';
import {createRemoteRunner} from './remote-task.js';
import {type PipelineRow} from './step.js';
import {
	positionOf,
	stop,
	type StepEnd,
	type StepRun,
} from './step-run.js';

/** An operation that was due and that nobody moved on for so long (a hold, a pause, no leader): its step's clock starts anew. */
const idleMs = 60_000;

/** How often in one go the VM may turn out to be on another node than the last time. */
const mostFinds = 3;

const hasBegun = async (operation: Operation, {store, clock, settings}: MoveContext): Promise<boolean> => store.write(async tables => {
	const {id, vmId, kind, requestedBy} = operation;
	const now = clock.now();
	if (!await tables.operations.begin(id, now)) {
		return false;
	}

	const vm = await tables.vms.get(vmId);
	const {hostname} = vm;
	await pipelineOf(kind).begin?.({
		vm, operation, tables, settings, now, reason: '',
	});
	await tables.activity.add({
		at: clock.now(), level: 'info', actor: scheduler, subject: hostname, vmId, message: `${kindOf(kind).title} started, asked for by ${requestedBy}`,
	});
	return true;
});

const isIdle = async (operation: Operation, {store, clock}: MoveContext): Promise<boolean> => {
	const {id, vmId, kind, slot, nextAttemptAt, stepSince} = operation;
	const position = positionOf(operation, await store.read.vms.get(vmId));
	const step = pipelineOf(kind).rows.find(({from}) => from === position)?.to;
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
	const {store, proxmox, dns, settings, installation, clock, random, signal, foreignAddresses, createPassword} = context;
	try {
		const remote = createRemoteRunner({
			store, proxmox, clock, operation, step: row.to, cluster: getClusterSettings(settings, vm), leaseMs: settings.scheduler.leaseMs,
		});
		const outcome = await row.step(vm, {
			proxmox, dns, store, operation, remote, settings, installation, clock, random, signal, foreignAddresses, createPassword,
		});
		switch (outcome.outcome) {
			case 'waiting': {
				return await noteWaiting(run, outcome);
			}

			case 'given-up': {
				return await giveUp(run, outcome);
			}

			case 'done':
			case 'skipped': {
				return await advance(run, outcome);
			}
		}
	} catch (error) {
		return noteFailure(run, error);
	}
};

type Next = {readonly vm: Vm; readonly operation: Operation; readonly row?: PipelineRow; readonly end: StepEnd};

/** No row begins where the VM stands: the end was reached, or somebody has set it to where this operation has nothing to do. */
const endWithoutRow = async (operation: Operation, vm: Vm, {store, clock}: MoveContext): Promise<StepEnd> => {
	const position = positionOf(operation, vm);
	const {positions, title} = kindOf(operation.kind);
	const isThere = position === positions.at(-1);
	const what = isThere ? 'nothing is left to do' : `${vm.hostname} stands at ${position}, which is no step of ${title}`;
	await store.write(async ({operations}) => operations.finish(operation.id, isThere ? 'done' : 'failed', clock.now(), isThere ? undefined : what));
	return stop(isThere ? 'done' : 'failed', what);
};

/** Runs one row from the operation's present position, or says why there is none to run. */
const runNext = async (id: number, context: MoveContext): Promise<Next> => {
	const {store, clock, signal} = context;
	const operation = (await store.read.operations.find(id))!;
	const vm = await store.read.vms.get(operation.vmId);
	if (operation.state !== 'running') {
		return {vm, operation, end: stop(operation.state === 'done' ? 'done' : 'busy', `the operation is ${operation.state}`)};
	}

	if (vm.needsAttention) {
		return {vm, operation, end: stop('attention', `needs attention: ${vm.needsAttention.reason}`)};
	}

	const pipeline = pipelineOf(operation.kind);
	const position = positionOf(operation, vm);
	const row = pipeline.rows.find(({from}) => from === position);
	if (!row) {
		return {vm, operation, end: await endWithoutRow(operation, vm, context)};
	}

	if (signal.aborted) {
		return {
			vm, operation, row, end: stop('waiting', 'stopped before this step'),
		};
	}

	const end = await runStep({
		operation, vm, pipeline, row, isLast: row === pipeline.rows.at(-1), context, startedAt: clock.now(),
	});
	return {
		vm, operation, row, end,
	};
};

const goOn = async (id: number, context: MoveContext): Promise<Move> => {
	let steps = 0;
	let finds = 0;
	for (;;) {
		const {vm, operation, row, end} = await runNext(id, context);
		const place = `${vmName(vm)} ${vm.hostname}: ${kindOf(operation.kind).keptBy === 'vm' ? '' : `${kindOf(operation.kind).title}, `}${positionOf(operation, vm)}`;
		if (end.next === 'stop') {
			return {
				outcome: end.outcome,
				steps: steps + Number(end.outcome === 'done' && row !== undefined),
				line: `${place}${row ? ` → ${row.to}` : ''}, ${end.what}`,
			};
		}

		steps += Number(end.next === 'step');
		finds += Number(end.next === 'again');
		if (finds > mostFinds) {
			return {outcome: 'busy', steps, line: `${place}, the VM is being moved about`};
		}
	}
};

/** Moves an operation of a VM on: from its position, step by step, until one waits or fails, or the pipeline ends. */
export const runPipeline: MoveOn = async (given, context) => {
	const {store} = context;
	const operation = await store.read.operations.find(given.id);
	if (operation?.state === 'waiting') {
		if (context.signal.aborted || !await hasBegun(operation, context)) {
			return {outcome: 'busy', steps: 0, line: `v${given.vmId}: ${kindOf(given.kind).title} cannot begin yet`};
		}
	} else if (operation?.state === 'running') {
		await restartClock(operation, context);
	}

	const earlier = await awaitEarlier(given, context);
	return earlier ?? goOn(given.id, context);
};
