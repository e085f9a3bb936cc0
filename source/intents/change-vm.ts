import {isDeepStrictEqual} from 'node:util';
import * as z from 'zod';
import {parametersOf} from '../domain/operation-parameters.js';
import {type Operation} from '../domain/operation.js';
import {overridesAfter, planChange, type ChangeWish} from '../domain/plan-change.js';
import {type ChangePlan} from '../domain/plan.js';
import {safeText} from '../domain/safe-text.js';
import {type Settings} from '../domain/settings.js';
import {
	answerSo,
	askForOperation,
	askVm,
	logOf,
	type Asked,
} from './ask-vm.js';
import {
	missingPools,
	refuseFor,
	resolvePackage,
	unknownName,
} from './check-order.js';
import {type IntentContext, type Intents, type VmAnswer} from './intents.js';
import {packageSchema} from './package-schema.js';
import {strict} from './problems.js';
import {readShape} from './read-shape.js';
import {Refused} from './refused.js';

const hint = 'mend the change and send it again; nothing was changed';
/** What may be changed of a VM. */
export const changeSchema = strict({package: z.string().min(1).max(63).nullish(), overrides: packageSchema.nullish()})
	.refine(({package: name, overrides}) => (name ?? overrides ?? null) !== null, {
		error: 'names neither a package nor overrides', when: ({issues}) => issues.length === 0,
	});

type Change = z.infer<typeof changeSchema>;

/** The change that a newer one adds to: the one that waits (and is replaced), else the one that runs. */
const findPending = (open: readonly Operation[]): Operation | undefined => open.findLast(({kind}) => kind === 'change');

/** What the VM is to be: the change on top of what was asked for before. A package is read from the config only where the change names one. */
const wishOf = ({package: packageName, overrides: given}: Change, base: ChangeWish, cluster: string, settings: Settings): ChangeWish => {
	const overrides = resolvePackage(base.overrides, given ?? {});
	const name = packageName ?? undefined;
	const named = name === undefined ? base.package : (Object.hasOwn(settings.packages, name) ? settings.packages[name] : undefined);
	const wanted = named && resolvePackage(named, name === undefined ? given ?? {} : overrides);
	const objections = wanted ? missingPools(wanted, cluster, settings) : [unknownName('package', name!, Object.keys(settings.packages))];
	return wanted && objections.length === 0 ? {packageName: name ?? base.packageName, package: wanted, overrides} : refuseFor(objections);
};

const targetOf = (pending: Operation): ChangeWish => {
	const {packageName, package: wanted, overrides} = parametersOf('change', pending);
	return {packageName, package: wanted, overrides};
};

const changesText = ({changes}: ChangePlan): string => safeText(changes.map(({field, from, to}) => `${field} from ${from} to ${to}`).join(', '), 400);

const rejectedText = ({rejected}: ChangePlan): string => rejected.length === 0 ? '' : `; not done: ${rejected.join('; ')}`;

type Planned = {readonly wish: ChangeWish; readonly plan: ChangePlan; readonly allowDataLoss: boolean};

/** Writes the change, unless it is so already or was asked for before. */
const ask = async (asked: Asked, {wish, plan, allowDataLoss}: Planned): Promise<VmAnswer> => {
	const {vm, open} = asked;
	const pending = findPending(open);
	const target = {packageName: wish.packageName, package: plan.package, overrides: overridesAfter(vm, wish)};
	if (pending && isDeepStrictEqual(targetOf(pending), target)) {
		return answerSo(asked, `${vm.hostname}: that change is asked for already, by ${pending.requestedBy}`, pending);
	}

	if (plan.rejected.length > 0) {
		await logOf(asked, `not changed: ${plan.rejected.join('; ')}`, 'warning');
	}

	return !pending && plan.changes.length === 0
		? answerSo(asked, `${vm.hostname} is so already`)
		: askForOperation(asked, {
			kind: 'change', params: {...target, allowDataLoss}, what: 'change of package', detail: changesText(plan),
		});
};

/** Changes a VM's package or what is set beside it; what is absent stays. With `isPlan` it only says what that would do. */
export const changeVm = (context: IntentContext): Intents['changeVm'] => async (ref, body, options) => {
	const change = readShape(changeSchema, body, 'the change', hint);
	return askVm(context, 'vm change', ref, async asked => {
		const {vm, open} = asked;
		const pending = findPending(open);
		const before = pending ? targetOf(pending) : vm;
		const wish = wishOf(change, before, vm.cluster, context.settings());
		const plan = planChange(vm, wish);
		if (options.isPlan) {
			return {...answerSo(asked, `${vm.hostname}: ${plan.changes.length === 0 ? 'nothing would change' : 'this would change, nothing has been yet'}`), plan};
		}

		// Whoever allowed it for the change that this one replaces has allowed it.
		const isAllowedBefore = pending?.state === 'waiting' && parametersOf('change', pending).allowDataLoss;
		const allowDataLoss = options.allowDataLoss || isAllowedBefore;
		if (!allowDataLoss && plan.losesData !== null) {
			throw new Refused('confirmation', `${vm.hostname}: data would be lost: ${plan.losesData}`, 'look at it with --plan; if that is wished, send it again with --allow-data-loss');
		}

		const answer = await ask(asked, {wish, plan, allowDataLoss});
		return {...answer, message: `${answer.message}${rejectedText(plan)}`, plan};
	});
};
