import {formatSpan} from '../format.js';
import {formatTook} from '../../domain/duration.js';
import {kindOf} from '../../domain/operation-kind.js';
import {type Operation} from '../../domain/operation.js';
import {findPosition} from '../../domain/pipeline-position.js';
import {type StepLogRow} from '../../domain/step-log.js';
import {type Vm} from '../../domain/vm.js';
import {type Piece} from '../text.js';
import {
	headingLines,
	progressPieces,
	roomOf,
	type DetailContext,
	type DetailLines,
} from './detail-lines.js';

/** What is under way for a VM. */
export type Pipeline = {
	readonly vm: Pick<Vm, 'status' | 'needsAttention'>;
	readonly operation: Operation;
	/** 0 to 100 of the remote task that it waits for. */
	readonly progress: number | null;
	/** Of the VM, oldest first. */
	readonly steps: readonly StepLogRow[];
};

const behind = 18;
const widestBar = 30;

const doneLine = (name: string, row: StepLogRow | undefined): readonly Piece[] => row
	? [[row.outcome === 'skipped' ? 'dim' : 'good', `  ${row.outcome.padEnd(8)}`], ['dim', `${formatTook(row.durationMs).padStart(6)}  `], [row.outcome === 'skipped' ? 'dim' : 'plain', name]]
	: [['good', '  done    '], ['plain', `${''.padStart(6)}  ${name}`]];

const barWidth = (context: DetailContext): number => Math.max(8, Math.min(widestBar, roomOf(context) - behind - 6));

/** What is stuck has used up its attempts; what is not is at its next one. */
const triesText = (attempt: number, isStuck: boolean): string => {
	if (isStuck) {
		return attempt > 1 ? `  after ${attempt} attempts` : '';
	}

	return attempt > 0 ? `  attempt ${attempt + 1}` : '';
};

const presentLines = (name: string, {vm, operation: {attempt, stepSince, startedAt}, progress}: Pipeline, context: DetailContext): DetailLines => {
	const {theme, now} = context;
	const since = stepSince ?? startedAt;
	const style = vm.needsAttention ? 'bad' : 'accent';
	return [
		[
			[style, `  ${vm.needsAttention ? '!' : theme.glyphs.cursor} ${(vm.needsAttention ? 'stuck' : 'now').padEnd(6)}`],
			['plain', `${(since === null ? '' : formatSpan(now - since)).padStart(6)}  `],
			[style, name],
			['dim', triesText(attempt, vm.needsAttention !== null)],
		],
		...(progress === null ? [] : [[['plain', ' '.repeat(behind)], ...progressPieces(context, progress, barWidth(context))] satisfies readonly Piece[]]),
	];
};

/** The steps of what is under way: those behind it with what they took, the present one with how far it is and for how long, then those to come. */
export const pipelineLines = (pipeline: Pipeline, context: DetailContext): DetailLines => {
	const {vm, operation, steps} = pipeline;
	const {title, positions} = kindOf(operation.kind);
	const {step, of} = findPosition(operation, vm.status);
	const isRunning = operation.state === 'running';
	const rowOf = new Map(steps.filter(({operationId, outcome}) => operationId === operation.id && outcome !== 'failed').map(row => [row.to, row]));
	return [
		...headingLines(`${title}, ${isRunning ? `step ${step} of ${of}` : `queued, ${of} ${of === 1 ? 'step' : 'steps'}`}`),
		...positions.slice(1).flatMap((name, index): DetailLines => {
			if (index + 1 < step) {
				return [doneLine(name, rowOf.get(name))];
			}

			return isRunning && index + 1 === step ? presentLines(name, pipeline, context) : [[['dim', ' '.repeat(behind) + name]]];
		}),
	];
};
