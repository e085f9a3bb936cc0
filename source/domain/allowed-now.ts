import {kindOf} from './operation-kind.js';
import {type Operation} from './operation.js';
import {type Vm} from './vm.js';

/** Where a VM stands, as far as that decides what may be asked for; with the words for people. */
export const vmConditions = {
	ready: 'ready',
	working: 'an operation runs or waits',
	attention: 'needs attention',
	grace: 'terminating, within the grace',
	terminating: 'terminating, the grace over',
	unfinished: 'termination failed',
	removed: 'removed',
} as const;

export type VmCondition = keyof typeof vmConditions;

/** Why something may not be asked for, and what to do instead; `REF` stands for the VM. */
export type Refusal = {readonly reason: string; readonly hint: string};

/** When what is asked for is done: at once, once the present step or operation has ended, not at all because it is so already, or it is refused. */
export type Allowed = 'now' | 'after the present step' | 'after the present operation' | 'already so' | Refusal;

/** A verb in every condition; `suspended` where the flag alone refuses what the condition would allow. */
type MatrixRow = Readonly<Record<VmCondition, Allowed>> & {readonly suspended?: Refusal};

const attention: Refusal = {reason: 'it needs attention', hint: '`cronsole vm explain REF` says why; then retry, terminate or reset it'};
const ending: Refusal = {reason: 'it is being terminated', hint: 'within the grace `cronsole vm unterminate REF` takes that back'};
const noGrace: Refusal = {reason: 'it is being terminated', hint: 'order it anew once it is removed'};
const graceOver: Refusal = {reason: 'the grace is over', hint: noGrace.hint};
const unfinished: Refusal = {reason: 'its termination failed', hint: '`cronsole vm retry REF` tries again; `cronsole vm explain REF` says what was in the way'};
const gone: Refusal = {reason: 'it was removed', hint: 'order it anew under the same reference'};
const suspended: Refusal = {reason: 'it is suspended', hint: 'lift every reason with `cronsole vm unsuspend REF --reason R`: then it starts by itself, if it ran'};

const usual = {
	ready: 'now', working: 'after the present operation', attention, grace: ending, terminating: noGrace, unfinished, removed: gone,
} as const satisfies MatrixRow;

/** Writes a row of ours and asks nothing of the VM, so there is nothing to wait for. */
const inOurRows = {...usual, working: 'now'} as const satisfies MatrixRow;

/** What a person says of a VM that is in any trouble. */
const byPerson = {
	...usual, working: 'after the present step', attention: 'now', grace: 'after the present step', terminating: 'after the present step', unfinished: 'now',
} as const satisfies MatrixRow;

/** What may be asked for when: each verb, by its command, in each condition of a VM. */
export const matrix = {
	'vm create': {
		ready: 'already so', working: 'already so', attention: 'already so', grace: 'already so', terminating: 'already so', unfinished: 'already so', removed: 'now',
	},
	'vm change': usual,
	'vm reinstall': usual,
	'vm password': usual,
	'vm suspend': usual,
	'vm unsuspend': usual,
	'vm start': {...usual, suspended},
	'vm stop': usual,
	'vm shutdown': usual,
	'vm reboot': {...usual, suspended},
	'vm terminate': {
		...byPerson, grace: 'already so', terminating: 'already so', removed: 'already so',
	},
	'vm unterminate': {
		...usual, ready: 'already so', working: 'already so', grace: 'now', terminating: graceOver,
	},
	'vm retry': {
		...usual, ready: 'already so', working: 'now', attention: 'now', grace: 'now', terminating: 'now', unfinished: 'now',
	},
	'vm reset': byPerson,
	'vm rdns': usual,
	'dns set': usual,
	'dns adopt': usual,
	'backup now': usual,
	'backup restore': usual,
	'backup remove': usual,
	'backup schedule': inOurRows,
	'snapshot take': usual,
	'snapshot keep': inOurRows,
	'snapshot rollback': usual,
	'snapshot remove': usual,
} as const satisfies Readonly<Record<string, MatrixRow>>;

/** A verb on one VM, as its command is written. */
export type VmVerb = keyof typeof matrix;

/** Whether a termination has not come further than its grace. */
const isInGrace = ({kind, position}: Pick<Operation, 'kind' | 'position'>): boolean => {
	const {positions} = kindOf(kind);
	return positions.indexOf(position ?? positions[0]!) < positions.indexOf('grace_over');
};

/** Finds the condition of a VM with these open operations. One that stands still on the way, with nothing open, needs a person too. */
export const findCondition = (
	{status, needsAttention}: Pick<Vm, 'status' | 'needsAttention'>,
	open: ReadonlyArray<Pick<Operation, 'kind' | 'position'>>,
	graceMs: number,
): VmCondition => {
	if (status === 'removed') {
		return 'removed';
	}

	if (status === 'error_terminate') {
		return 'unfinished';
	}

	if (needsAttention) {
		return 'attention';
	}

	const termination = open.find(({kind}) => kind === 'terminate');
	if (termination) {
		return graceMs > 0 && isInGrace(termination) ? 'grace' : 'terminating';
	}

	return open.length > 0 ? 'working' : (status === 'ready' ? 'ready' : 'attention');
};

/** Whether, and when, a verb may be done for a VM. */
export const allowedNow = (verb: VmVerb, vm: Pick<Vm, 'status' | 'needsAttention' | 'suspended'>, open: Parameters<typeof findCondition>[1], graceMs: number): Allowed => {
	const row: MatrixRow = matrix[verb];
	const allowed = row[findCondition(vm, open, graceMs)];
	const isForbidden = typeof allowed === 'string' && vm.suspended.length > 0;
	return isForbidden ? row.suspended ?? allowed : allowed;
};
