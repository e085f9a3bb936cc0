import {type Tally} from './run.js';

/** `failed` where every row failed; a run that itself broke is failed anyway. */
export const resultOf = ({errors, processed, waiting}: Tally): 'ok' | 'failed' => processed === 0 && waiting === 0 && errors > 0 ? 'failed' : 'ok';

/** `14 done, 2 failed, 3 waiting, 1 needs you`; `nothing to do`. */
export const describeTally = ({processed, errors, waiting, needsAttention}: Tally): string => {
	const parts = [
		processed > 0 ? `${processed} done` : '',
		errors > 0 ? `${errors} failed` : '',
		waiting > 0 ? `${waiting} waiting` : '',
		needsAttention > 0 ? `${needsAttention} need${needsAttention === 1 ? 's' : ''} you` : '',
	].filter(part => part !== '');
	return parts.length === 0 ? 'nothing to do' : parts.join(', ');
};
