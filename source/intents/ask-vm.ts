import {
	allowedNow,
	type Allowed,
	type Refusal,
	type VmVerb,
} from '../domain/allowed-now.js';
import {type OperationKind} from '../domain/operation-kind.js';
import {type OperationParameters} from '../domain/operation-parameters.js';
import {type Operation} from '../domain/operation.js';
import {type Vm, vmName} from '../domain/vm.js';
import {type Tables} from '../store/store.js';
import {type IntentContext, type VmAnswer} from './intents.js';
import {Refused} from './refused.js';
import {resolveVm} from './resolve-vm.js';
import {
	alreadySo,
	changed,
	log,
	writeIntent,
} from './write-intent.js';

/** Something asked for of one VM, in the transaction that decides about it. */
export type Asked = {
	readonly context: IntentContext;
	readonly tables: Tables;
	readonly vm: Vm;
	/** The running operation first, then the waiting ones in order. */
	readonly open: readonly Operation[];
	readonly when: Exclude<Allowed, Refusal>;
	/** ` after the present operation`, for the end of a message; empty where nothing has to end first. */
	readonly later: string;
	readonly now: number;
};

/** What only waits for its turn has no present step. */
const laterText = (when: Asked['when'], open: readonly Operation[]): string =>
	when === 'after the present operation' || (when === 'after the present step' && open[0]?.state === 'running') ? ` ${when}` : '';

/** Asks for something of one VM: finds it, refuses what the matrix refuses, and lets `ask` write the rest in the same transaction. */
export const askVm = async <T extends VmAnswer>(context: IntentContext, verb: VmVerb, ref: string, ask: (asked: Asked) => Promise<T>): Promise<T> => {
	const {id} = await resolveVm(context)(ref);
	return writeIntent(context, async tables => {
		const vm = await tables.vms.get(id);
		const open = await tables.operations.listOpen(id);
		const when = allowedNow(verb, vm, open, context.settings().terminate.graceMs);
		if (typeof when === 'object') {
			throw new Refused('not-allowed', `${verb} is refused for ${vm.hostname}: ${when.reason}`, when.hint.split('REF').join(vmName(vm)));
		}

		return ask({
			context, tables, vm, open, when, later: laterText(when, open), now: context.clock.now(),
		});
	});
};

/** Says that it is so, with the VM as it is by now. */
export const answerChanged = async ({tables, vm}: Asked, message: string, operation: Operation | null): Promise<VmAnswer> =>
	({...changed(message, await tables.vms.get(vm.id)), operation});

export const answerSo = ({vm}: Asked, message: string, operation: Operation | null = null): VmAnswer => ({...alreadySo(message, vm), operation});

/** Adds the activity row of what was asked of a VM. */
export const logOf = async ({tables, context, vm}: Asked, message: string, level: 'info' | 'warning' = 'info'): Promise<void> =>
	log(tables, context, {
		subject: vm.hostname, vmId: vm.id, message, level,
	});

type Wish<K extends OperationKind> = {readonly kind: K; readonly params: OperationParameters[K]};

/** Adds an operation, as whoever asks for it. */
export const addWish = async <K extends OperationKind>({tables, context, vm, now}: Asked, {kind, params}: Wish<K>): ReturnType<Tables['operations']['add']> => tables.operations.add(vm.id, {
	kind, params, requestedBy: context.actor.name, now,
});

/** Adds an operation with its activity row; the same one that waits already, or was asked for last, is the answer to being asked again. `what` is its name for people, `detail` for the log. */
export const askForOperation = async <K extends OperationKind>(asked: Asked, wish: Wish<K> & {readonly what: string; readonly detail?: string}): Promise<VmAnswer> => {
	const {vm, later} = asked;
	const {operation, isNew} = await addWish(asked, wish);
	if (!isNew) {
		return answerSo(asked, `${vm.hostname}: ${wish.what} is ${operation.state === 'running' ? 'under way' : 'asked for'} already, by ${operation.requestedBy}`, operation);
	}

	await logOf(asked, `${wish.what} asked for${later}${wish.detail === undefined ? '' : `: ${wish.detail}`}`);
	return answerChanged(asked, `${vm.hostname}: ${wish.what} asked for${later}`, operation);
};
