import {formatTook} from '../../domain/duration.js';
import {type Piece} from '../text.js';
import {type Style} from '../theme.js';
import {
	momentText,
	textLines,
	type DetailContext,
	type DetailLines,
} from './detail-lines.js';
import {foldLog} from './fold-log.js';

/** A step of a VM's or an install's life, in one line; the reason of one that failed below it. */
export type ShownStep = {
	/** `deploy: clone to set_dns`. */
	readonly name: string;
	readonly outcome: 'done' | 'skipped' | 'failed';
	readonly reason: string | null;
	/** From 1. */
	readonly attempt: number;
	readonly startedAt: number;
	readonly durationMs: number;
};

const outcomeStyles: Readonly<Record<ShownStep['outcome'], Style>> = {done: 'good', skipped: 'dim', failed: 'bad'};

// What is said of a step that went well fits in a line or is not worth more.
const mostCharacters = 400;

export const stepLines = ({name, outcome, reason, attempt, startedAt, durationMs}: ShownStep, context: DetailContext): DetailLines => {
	const why = reason ?? '';
	const isFailed = outcome === 'failed';
	const line: readonly Piece[] = [
		['dim', `  ${momentText(context, startedAt)}  `],
		[outcomeStyles[outcome], outcome.padEnd(8)],
		['plain', `${formatTook(durationMs).padStart(6)}  ${name}`],
		['dim', attempt > 1 ? `  attempt ${attempt}` : ''],
		['dim', isFailed || why === '' ? '' : `  ${why.slice(0, mostCharacters)}`],
	];
	return [line, ...(isFailed && why !== '' ? textLines(context, why, 'bad', 6) : [])];
};

/** The end of what was said in a step, and the command that shows all of it. */
export const logLines = (log: string | null, kept: number, command: string): DetailLines => {
	if (log === null || log === '') {
		return [];
	}

	const {lines, more} = foldLog(log, kept);
	const before: readonly Piece[] = [['dim', `      (${more} more ${more === 1 ? 'line' : 'lines'}: ${command})`]];
	return [...(more > 0 ? [before] : []), ...lines.map((line): readonly Piece[] => [['dim', `      ${line}`]])];
};
