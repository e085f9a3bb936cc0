import {formatAge} from '../../domain/duration.js';
import {longestWaitMs} from '../../domain/operation.js';
import {
	done,
	skipped,
	waiting,
	type Step,
} from '../step.js';

const shown = (moment: number, timeZone: string): string => new Intl.DateTimeFormat('sv-SE', {dateStyle: 'short', timeStyle: 'short', timeZone}).format(moment);

/** Lets the grace pass in which a termination can be taken back; it is counted from the moment at which the termination was asked for. */
export const waitGrace: Step = async (vm, {operation, settings, clock}) => {
	const {graceMs} = settings.terminate;
	if (graceMs === 0 || vm.vmid === null) {
		return skipped(graceMs === 0 ? 'no grace in the config' : 'it was never cloned');
	}

	const now = clock.now();
	const endsAt = operation.requestedAt + graceMs;
	return now < endsAt
		? waiting(`the end of the grace of ${formatAge(graceMs)} at ${shown(endsAt, settings.timezone)} (${settings.timezone})`, {until: Math.min(endsAt, now + longestWaitMs), isExpected: true})
		: done();
};
