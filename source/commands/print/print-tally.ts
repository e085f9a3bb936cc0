import {formatTook} from '../../domain/duration.js';
import {describeTally} from '../../domain/run-result.js';
import {type Run} from '../../domain/run.js';
import {safeText} from '../../domain/safe-text.js';
import {type Output} from '../io/io.js';

/** The last line about a run: `process_vms: 14 done, 2 failed, in 8.2s`. */
export const printTally = (run: Run, output: Output): void => {
	const took = run.finishedAt === null ? '' : `, in ${formatTook(run.finishedAt - run.startedAt)}`;
	const result = run.result === 'ok' ? '' : `${run.result ?? 'running'}: `;
	output.out(`${run.task}: ${result}${describeTally(run)}${took}${run.message === null ? '' : `; ${safeText(run.message, 300)}`}`);
};
