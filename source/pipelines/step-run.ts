import {type Operation} from '../domain/operation.js';
import {type Vm} from '../domain/vm.js';
import {type Move, type MoveContext} from './move.js';
import {type PipelineRow} from './step.js';

/** One step of one operation, being run. */
export type StepRun = {
	readonly operation: Operation;
	readonly vm: Vm;
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
