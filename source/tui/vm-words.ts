import {formatAge} from '../domain/duration.js';
import {kindOf} from '../domain/operation-kind.js';
import {type Operation} from '../domain/operation.js';
import {findPosition} from '../domain/pipeline-position.js';
import {type Vm} from '../domain/vm.js';
import {busySince} from './busy-since.js';
import {formatSpan} from './format.js';

/** A VM and what it is at. */
export type VmAtWork = {
	readonly vm: Pick<Vm, 'status' | 'suspended' | 'needsAttention'>;
	readonly operation: Pick<Operation, 'kind' | 'state' | 'position' | 'attempt' | 'nextAttemptAt' | 'waitingFor' | 'message' | 'requestedAt' | 'startedAt' | 'stepSince'> | null;
	/** 0 to 100 of the remote task that it waits for. */
	readonly progress: number | null;
};

/** What a row says of a VM's work. */
export type VmWords = {
	/** `deploy: clone 62%`, `restore (queued)`; without an operation its status. */
	readonly doing: string;
	/** `2/15`, empty where it has not begun. */
	readonly step: string;
	/** For how long it has been at that. */
	readonly for: string;
	/** Why it needs a person, with the command that helps; else what it waits for, and when it is tried again. */
	readonly why: string;
	/** Why it needs a person, else what it does: where there is room for one of them. */
	readonly brief: string;
};

type Step = {readonly name: string; readonly number: number; readonly count: number};

/** The step that is being done, by what it leads to: `clone`; undefined for what has not begun. */
const presentStep = ({vm, operation}: VmAtWork): Step | undefined => {
	if (operation?.state !== 'running') {
		return undefined;
	}

	const {to, step, of} = findPosition(operation, vm.status);
	return {name: to.replaceAll('_', ' '), number: step, count: of};
};

const whyOf = ({vm, operation}: VmAtWork, now: number): string => {
	if (vm.needsAttention) {
		return `${vm.needsAttention.reason}: ${vm.needsAttention.command}`;
	}

	if (!operation) {
		return vm.suspended.join(', ');
	}

	const retry = operation.nextAttemptAt !== null && operation.nextAttemptAt > now ? `again in ${formatAge(operation.nextAttemptAt - now)}` : '';
	const attempt = operation.attempt > 0 ? `attempt ${operation.attempt + 1}` : '';
	return [operation.waitingFor ?? operation.message ?? '', attempt, retry].filter(part => part !== '').join(', ');
};

/** What the panel and the view of VMs say of one. */
export const vmWords = (work: VmAtWork, now: number): VmWords => {
	const {vm, operation, progress} = work;
	const step = presentStep(work);
	const kind = operation ? kindOf(operation.kind).title : vm.status;
	const percent = progress === null ? '' : ` ${Math.floor(progress)}%`;
	const doing = (step ? `${kind}: ${step.name}` : `${kind}${operation?.state === 'waiting' ? ' (queued)' : ''}`) + percent;
	return {
		doing,
		step: step ? `${step.number}/${step.count}` : '',
		for: formatSpan(now - busySince(work)),
		why: whyOf(work, now),
		brief: vm.needsAttention?.reason ?? (step ? `${step.name}${percent}, ${kind}` : doing),
	};
};
