import {type Operation} from '../domain/operation.js';
import {kindOf} from '../domain/operation-kind.js';
import {type Vm} from '../domain/vm.js';
import {type Tables} from '../store/store.js';
import {type Move, type MoveContext} from './move.js';
import {type Pipeline, type PipelineRow} from './step.js';

/** One step of one operation, being run. */
export type StepRun = {
	readonly operation: Operation;
	readonly vm: Vm;
	readonly pipeline: Pipeline;
	readonly row: PipelineRow;
	readonly isLast: boolean;
	readonly context: MoveContext;
	/** Wall ms of this go at it. */
	readonly startedAt: number;
};

/** What follows it: the next step, the same one again at once (its VM was found elsewhere), or nothing for now. */
export type StepEnd =
	| {readonly next: 'step' | 'again'}
	| {readonly next: 'stop'; readonly outcome: Move['outcome']; readonly what: string};

export const stop = (outcome: Move['outcome'], what: string): StepEnd => ({next: 'stop', outcome, what});

/** How long the step has been tried or waited for; ms. */
export const elapsedOf = ({operation, startedAt, context}: StepRun): number => context.clock.now() - (operation.stepSince ?? startedAt);

/** The last step completed. */
export const positionOf = ({kind, position}: Operation, vm: Pick<Vm, 'status'>): string => {
	const {positions, keptBy} = kindOf(kind);
	return keptBy === 'vm' ? vm.status : position ?? positions[0]!;
};

/** The operation was ended while its step was under way (a termination, a person's reset): nothing of it may be written any more. */
export class OperationEnded extends Error {
	override readonly name = 'OperationEnded';
}

type Writer = {readonly operation: Pick<Operation, 'id'>; readonly context: Pick<MoveContext, 'store'>};

/** A transaction of a step: refused where its operation has been ended meanwhile. */
export const writeOf = async <T>({operation: {id}, context: {store}}: Writer, change: (tables: Tables) => Promise<T>): Promise<T> => store.write(async tables => {
	const present = await tables.operations.find(id);
	if (present?.state !== 'running') {
		throw new OperationEnded(`the operation was ended meanwhile: ${present?.message ?? present?.state ?? 'it is gone'}`);
	}

	return change(tables);
});
