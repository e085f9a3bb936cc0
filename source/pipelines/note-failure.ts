import {ClientError, type ClientErrorKind} from '../clients/client-error.js';
import {scheduler} from '../domain/activity.js';
import {formatAge} from '../domain/duration.js';
import {safeText} from '../domain/safe-text.js';
import {vmName} from '../domain/vm.js';
import {withoutSecrets} from '../domain/without-secrets.js';
import {LockLost} from '../store/leases.js';
import {StatusChanged} from '../store/store.js';
import {type Verdict} from './move.js';
import {beHopeless} from './end-step.js';
import {failureRow} from './need-person.js';
import {decide, type Decision} from './retry.js';
import {
	elapsedOf,
	OperationEnded,
	stop,
	writeOf,
	type StepEnd,
	type StepRun,
} from './step-run.js';

/** How soon work that was paused may be tried again, once its cluster or node is said to be well. */
const pauseMs = 5000;

const conditions: Readonly<Partial<Record<ClientErrorKind, string>>> = {denied: 'refuses the token', 'no-quorum': 'has no quorum'};

const describeFault = (error: ClientError, verdict: Verdict, cluster: string): string => verdict === 'node'
	? `${cluster}/${error.node ?? 'a node'} unreachable`
	: `${cluster} ${conditions[error.kind] ?? 'unreachable'}`;

/** The fault is the cluster's or the node's: its work waits, and nothing is counted against the VM. */
const pause = async (run: StepRun, error: ClientError, verdict: 'cluster' | 'node'): Promise<StepEnd> => {
	const {operation, vm, context: {clock}} = run;
	const what = describeFault(error, verdict, vm.cluster);
	await writeOf(run, async ({operations}) => operations.wait(operation.id, {
		waitingFor: what, nextAttemptAt: clock.now() + pauseMs, remoteTaskId: null, slot: null, pausedByNode: verdict === 'node' ? error.node : null,
	}));
	return stop('paused', `waiting: ${what}`);
};

const tryAgain = async (run: StepRun, error: ClientError, afterMs: number): Promise<StepEnd> => {
	const {operation, vm, row, context: {clock, settings, log}} = run;
	const attempt = operation.attempt + 1;
	await writeOf(run, async ({stepLog, operations, remoteTasks}) => {
		await stepLog.addFailure(vm.id, failureRow(run, error.message, error));
		const task = await remoteTasks.findUnsettled(operation.id, row.to);
		if (task?.state === 'finished') {
			await remoteTasks.settle(task.id);
		}

		await operations.postpone(operation.id, {
			attempt, nextAttemptAt: clock.now() + afterMs, waitingFor: `attempt ${attempt + 1} of ${settings.scheduler.maxAttempts} after: ${error.message}`,
		});
	});
	log({
		level: 'warning', event: 'step', vm: vmName(vm), task: operation.task,
		message: `${vm.hostname}: ${row.from} → ${row.to}, failed, next attempt in ${formatAge(afterMs)}: ${error.message}`,
	});
	return stop('failed', error.message);
};

/** Somebody may have moved the VM: where the cluster says that it is now, the work goes on. */
const find = async (run: StepRun, error: ClientError, {reason, command}: Extract<Decision, {readonly next: 'find'}>): Promise<StepEnd> => {
	const {vm, context: {proxmox, store, clock}} = run;
	const resources = vm.node === null ? [] : await proxmox.listResources();
	const there = resources.find(resource => resource.type === 'qemu' && resource.vmid === vm.vmid);
	if (!there || there.node === vm.node) {
		const isGone = vm.node !== null && !there;
		return beHopeless(run, {reason: isGone ? `VM ${vm.vmid} is nowhere on ${vm.cluster}: ${reason}` : reason, command, error});
	}

	await store.write(async ({vms, activity}) => {
		await vms.set(vm.id, {node: there.node});
		await activity.add({
			at: clock.now(), level: 'info', actor: scheduler, subject: vm.hostname, vmId: vm.id, message: `found on ${vm.cluster}/${there.node}, it was on ${vm.node}`,
		});
	});
	return {next: 'again'};
};

/** It is looked again later, and nothing is counted. What is news is told once, however often it is looked. */
const waitFor = async (run: StepRun, {afterMs, what, isNews = false}: Extract<Decision, {readonly next: 'wait'}>): Promise<StepEnd> => {
	const {operation, vm, row, context: {clock}} = run;
	const now = clock.now();
	await writeOf(run, async ({operations, activity}) => {
		if (isNews && operation.notes.told !== what) {
			await operations.note(operation.id, {told: what});
			await activity.add({
				at: now, level: 'info', actor: scheduler, subject: vm.hostname, vmId: vm.id, message: `${row.title}: ${what}`,
			});
		}

		await operations.wait(operation.id, {
			waitingFor: what, nextAttemptAt: now + afterMs, remoteTaskId: null, slot: null, pausedByNode: null,
		});
	});
	return stop('waiting', `waiting: ${what}`);
};

const follow = async (run: StepRun, error: ClientError, decision: Decision): Promise<StepEnd> => {
	const {row} = run;
	const elapsedMs = elapsedOf(run);
	switch (decision.next) {
		case 'again': {
			return elapsedMs > row.stuckAfterMs
				? beHopeless(run, {reason: `${error.message} (tried for ${formatAge(elapsedMs)})`, error})
				: tryAgain(run, error, decision.afterMs);
		}

		case 'wait': {
			return waitFor(run, decision);
		}

		case 'find': {
			return find(run, error, decision);
		}

		case 'attention': {
			return beHopeless(run, {...decision, error});
		}
	}
};

/** A status that something in front of Proxmox gives, or a server that is going down; Proxmox's own failures are 500. */
const isOfServer = ({kind, status}: ClientError): boolean => kind === 'transient' && status !== null && status !== 500;

/** Whether it may be more than this VM's trouble, which a second look must tell: an answer may be lost because the whole cluster is. */
const isDoubtful = (error: ClientError): boolean => error.scope !== 'item' || ['denied', 'no-quorum', 'unknown-outcome'].includes(error.kind) || isOfServer(error);

/** Somebody else has moved the VM on, or ended the operation. */
const isOvertaken = (error: unknown): error is Error => error instanceof StatusChanged || error instanceof OperationEnded;

const isMissing = (error: unknown): boolean => error instanceof ClientError && error.kind === 'missing';

const judge = async (run: StepRun, error: unknown): Promise<StepEnd> => {
	const {operation, vm, context} = run;
	if (!(error instanceof ClientError)) {
		return beHopeless(run, {reason: `unexpected: ${safeText(error instanceof Error ? error.message : String(error))}`, error});
	}

	const verdict = isDoubtful(error) ? await context.judge(error) : 'item';
	if (verdict !== 'item') {
		return pause(run, error, verdict);
	}

	const decision = decide({
		error, vm, attempt: operation.attempt, maxAttempts: context.settings.scheduler.maxAttempts, elapsedMs: elapsedOf(run), random: context.random,
	});
	return follow(run, error, decision);
};

/** Whatever a cluster quotes of the VM's password goes no further. */
const hidePassword = (error: unknown, {password}: StepRun['vm']): void => {
	if (password !== null && error instanceof Error) {
		error.message = withoutSecrets(error.message, [password]);
	}
};

/** What a thrown step leads to, for this VM alone: only a lost lease goes further up. */
export const noteFailure = async (run: StepRun, error: unknown): Promise<StepEnd> => {
	if (error instanceof LockLost) {
		throw error;
	}

	hidePassword(error, run.vm);

	try {
		return isOvertaken(error) ? stop('busy', error.message) : await judge(run, error);
	} catch (error_) {
		// A person or a newer intent was faster than what there was to say about it.
		if (isOvertaken(error_)) {
			return stop('busy', error_.message);
		}

		// Where the VM is could not be looked up: that is what goes wrong now.
		if (isMissing(error) && error_ instanceof ClientError && !isMissing(error_)) {
			return noteFailure(run, error_);
		}

		throw error_;
	}
};
