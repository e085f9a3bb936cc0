import {type App} from '../../app.js';
import {formatTook} from '../../domain/duration.js';
import {safeText} from '../../domain/safe-text.js';
import {type Output} from '../io/io.js';
import {formatTable} from './table.js';
import {createTimes} from './times.js';

/** A step of a VM's or an install's life. */
type Step = {
	readonly from: string;
	readonly to: string;
	readonly outcome: string;
	readonly reason: string | null;
	readonly attempt: number;
	readonly startedAt: number;
	readonly durationMs: number;
	readonly log: string | null;
};

/** Steps, one a line, with what was said in them below where it is wanted. */
export const printSteps = async (app: App, steps: readonly Step[], output: Output, hasLogs: boolean): Promise<void> => {
	const times = createTimes(app.settings().timezone);
	const rows = steps.map(row => [times.full(row.startedAt), `${row.from} → ${row.to}`, row.outcome, `${row.attempt}`, formatTook(row.durationMs), safeText(row.reason ?? '', 200)]);
	const [heading, ...lines] = await formatTable(['AT', 'STEP', 'OUTCOME', 'TRY', 'TOOK', 'WHY'], rows);
	output.out(heading!);
	for (const [index, line] of lines.entries()) {
		output.out(line);
		for (const text of hasLogs ? steps[index]!.log?.split('\n') ?? [] : []) {
			output.out(`    ${safeText(text, 300)}`);
		}
	}
};
