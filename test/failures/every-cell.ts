import {ClientError} from '../../source/clients/client-error.js';
import {kindOf, type OperationKind} from '../../source/domain/operation-kind.js';
import {type Operation} from '../../source/domain/operation.js';
import {type Vm} from '../../source/domain/vm.js';
import {type FaultRule} from '../../source/simulation/faults.js';
import {findWrong, readPassword} from './every-check.js';
import {ruleOf, type Fault} from './every-fault.js';
import {isOf, placeOf, type ApiStep} from './every-step.js';
import {type Wish} from './every-wish.js';
import {type EveryWorld} from './every-world.js';

/** One fault at one step of one pipeline, once or for a while. */
export type Cell = {
	readonly kind: OperationKind;
	readonly wish: Wish;
	readonly step: ApiStep;
	readonly fault: Fault;
	readonly isLasting: boolean;
	/** How often a task of each type ends well where nothing goes wrong. */
	readonly tasks: ReadonlyMap<string, number>;
};

export const nameOf = ({kind, wish, step, fault, isLasting}: Cell): string => `${wish.title ?? kind} | ${step.method} ${step.title}${step.nth === 1 ? '' : ` (${step.nth})`} | ${fault.name}${isLasting ? ' for a while' : ''}`;

const minute = 60_000;
const whileMs = 4 * minute;
const flickerMs = 5000;
const onceMs = 2 * minute;
/** A lock that nobody ends is waited for three hours. */
const longestMs = 20 * 60 * minute;
const mostHelps = 3;

/** What became of the fault. */
type Arming = {hitAt: number | undefined; isHealed: boolean};

/** A refusal quotes what no text of ours may hold. */
const quoting = (rule: FaultRule, secrets: readonly string[]): FaultRule => rule.text === undefined || rule.kind === 'locked' ? rule : {...rule, text: `${rule.text}, ${secrets.join(' ')}`};

const arm = (world: EveryWorld, {step, fault, isLasting}: Cell, reference: string): Arming => {
	const arming: Arming = {hitAt: undefined, isHealed: false};
	let left = step.nth;
	const stop = world.listen(subject => {
		left -= Number(isOf(step, subject));
		if (left !== 0) {
			return;
		}

		stop();
		arming.hitAt = world.time.clock.now();
		const place = placeOf(subject);
		// What is asked of the whole cluster quotes no VM's password.
		const rule = quoting(ruleOf(fault, step, place), [world.server.tokenSecret, ...place.vmid === undefined ? [] : readPassword(world, reference)]);
		world.fault(isLasting || fault.hits === 'world' ? rule : {...rule, count: 1});
		if (fault.isDeadly) {
			world.kill();
		}
	});
	return arming;
};

/** When the fault is over at the latest. */
const overAt = ({hitAt}: Arming, {isLasting, fault}: Cell): number => hitAt! + (isLasting ? whileMs : (fault.hits === 'world' ? flickerMs : onceMs));

const healWhereDue = (world: EveryWorld, arming: Arming, cell: Cell) => {
	const {server, time} = world;
	if (arming.hitAt === undefined || !(time.clock.now() >= overAt(arming, cell) || server.faults.list().length === 0)) {
		return;
	}

	world.clearFaults();
	arming.isHealed = true;
};

/** What a person does who reads what is said. */
const followAdvice = ({server: {cluster}}: EveryWorld, {vmid, needsAttention}: Vm) => {
	const guest = cluster.vms.get(vmid ?? 0);
	if (guest && needsAttention!.command?.includes(`qm unlock ${vmid}`)) {
		delete guest.config.lock;
	}
};

/** What people were needed for. */
export type Trouble = {readonly reason: string; readonly command: string | null};

const nextLookMs = (sinceMs: number): number => sinceMs < 5 * minute ? 10_000 : Math.round(Math.min(10 * minute, sinceMs / 10));

type Course = {readonly troubles: readonly Trouble[]; readonly last: Operation | null; readonly isOver: boolean};

/** Lets time pass until the wish came to its end, with a person who looks and helps once the fault is over. */
const live = async (world: EveryWorld, reference: string, cell: Cell, {arming, first}: {readonly arming: Arming; readonly first: Operation | null}): Promise<Course> => {
	const {time, store, person, pass} = world;
	const startedAt = time.clock.now();
	const troubles: Trouble[] = [];
	let last = first;
	while (time.clock.now() - startedAt < longestMs && troubles.length <= mostHelps) {
		const isHit = arming.hitAt !== undefined && !arming.isHealed;
		await pass(isHit && cell.isLasting && !cell.fault.isDeadly ? overAt(arming, cell) : time.clock.now() + nextLookMs(time.clock.now() - startedAt));
		await world.reviveDaemon();
		healWhereDue(world, arming, cell);
		if (arming.hitAt !== undefined && !arming.isHealed) {
			continue;
		}

		const vm = await world.row(reference);
		const operation = last === null ? null : (await store.read.operations.find(last.id))!;
		if (vm.needsAttention !== null) {
			troubles.push(vm.needsAttention);
			followAdvice(world, vm);
			await person.retryVm(reference);
		} else if (operation?.state === 'failed') {
			troubles.push({reason: operation.message ?? '', command: 'cronsole: the same again'});
			last = (await cell.wish.ask(world, reference)).operation;
		} else if ((await world.listOpen(vm)).length === 0) {
			return {troubles, last: operation, isOver: true};
		}
	}

	return {troubles, last, isOver: false};
};

const describeOpen = async (world: EveryWorld, vm: Vm): Promise<string> => {
	const [open] = await world.listOpen(vm);
	return `it does not end: ${open?.kind} at ${open?.position ?? vm.status}, attempt ${open?.attempt}, ${open?.waitingFor ?? vm.needsAttention?.reason}`;
};

const findWrongTroubles = ({fault, kind}: Cell, troubles: readonly Trouble[]): readonly string[] => [
	...troubles.filter(() => fault.needsPerson === undefined).map(({reason}) => `a person was needed: ${reason}`),
	...troubles.length > 1 ? [`one help was not enough: ${troubles.map(({reason}) => reason).join('; ')}`] : [],
	...troubles.filter(({reason, command}) => reason.length < 10 || reason.includes('unexpected') || !command?.includes('cronsole')).map(({reason, command}) => `${kind} says too little: ${reason} (${command})`),
];

/** How many attempts may be counted where the fault is not the VM's: one that met its end. */
const mostAttempts = 1;

const findCounted = async ({store}: EveryWorld, {fault, isLasting}: Cell, {vm, first}: {readonly vm: Vm; readonly first: Operation | null}): Promise<readonly string[]> => {
	const isOthers = isLasting && fault.isOfOthers;
	if (first === null || !isOthers) {
		return [];
	}

	const failed = (await store.read.stepLog.list(vm.id)).filter(row => row.operationId === first.id && row.outcome === 'failed');
	return failed.length > mostAttempts ? [`${failed.length} attempts were counted: ${failed.map(({reason}) => reason).join('; ')}`] : [];
};

export type Result = {readonly reference: string; readonly wasHit: boolean; readonly wasHelped: boolean; readonly wrong: readonly string[]};

/** A person who is told at once that it cannot be asked now asks again later. */
const askUntilTaken = async (world: EveryWorld, {wish, fault}: Cell, reference: string): ReturnType<Wish['ask']> => {
	try {
		return await wish.ask(world, reference);
	} catch (error) {
		if (!(error instanceof ClientError) || fault.isDeadly) {
			throw error;
		}

		world.clearFaults();
		return wish.ask(world, reference);
	}
};

/** Plays one cell. */
export const playCell = async (world: EveryWorld, given: string, cell: Cell): Promise<Result> => {
	const {wish} = cell;
	const reference = await wish.prepare(world, given);
	const seen = world.simulatorLog().length;
	const arming = arm(world, cell, reference);
	const {operation: first} = await askUntilTaken(world, cell, reference);
	const {troubles, last, isOver} = await live(world, reference, cell, {arming, first});
	world.listen(() => undefined);
	world.clearFaults();
	const vm = await world.row(reference);
	const wrong = [
		...isOver ? [] : [await describeOpen(world, vm)],
		...last === null || last.state === 'done' ? [] : [`${kindOf(cell.kind).title} is ${last.state}: ${last.message}`],
		...findWrongTroubles(cell, troubles),
		...await findCounted(world, cell, {vm, first}),
		...await findWrong(world, vm, wish, {
			lines: world.simulatorLog().slice(seen), tasks: cell.tasks, hadNodeDown: cell.fault.kind === 'node-down',
		}),
	];
	return {
		reference, wasHit: arming.hitAt !== undefined, wasHelped: troubles.length > 0, wrong,
	};
};
