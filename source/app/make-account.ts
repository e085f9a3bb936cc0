import {setTimeout as sleep} from 'node:timers/promises';
import {type App} from '../app.js';
import {formatAge} from '../domain/duration.js';
import {type Install} from '../domain/install.js';

/** How the making of an account ended; `why` where it was not made. */
export type Made = {readonly install: Install; readonly why: string};

const lookMs = 200;
const tries = 5;

/** Whether the hosting account of an install is still to come. */
export const isToBeMade = ({position, state}: Install): boolean => position === 'ordered' && (state === 'pending' || state === 'running');

/** Makes the hosting account of an ordered install at once, in this process; where somebody else is at it, waits for that. */
export const makeAccount = async (app: App, ordered: Install, signal: AbortSignal): Promise<Made> => {
	let made: Made = {install: ordered, why: ''};
	const mostMs = app.settings().installs.panels[ordered.panel]?.timeoutMs ?? 0;
	const end = performance.now() + mostMs;
	for (let go = 0; isToBeMade(made.install); go++) {
		const {outcome, line} = await app.moveInstall(made.install, {until: 'account', signal});
		const install = (await app.read.installs.find(ordered.id))!;
		made = {install, why: outcome === 'waiting' ? install.cause ?? line : line};
		const isLast = install.state !== 'running' && go >= tries;
		if (outcome !== 'busy' || isLast || signal.aborted || performance.now() > end) {
			break;
		}

		await sleep(lookMs);
	}

	return made;
};

/** When an account that was not made is tried again, and by whom. */
export const againText = async (app: App, {nextAttemptAt}: Install, now: number): Promise<string> => {
	const {leader, hold} = await app.overview({vms: 0, installs: 0, activity: 0});
	if (hold) {
		return 'it is tried again once the hold has ended';
	}

	const later = nextAttemptAt !== null && nextAttemptAt > now ? ` in ${formatAge(nextAttemptAt - now)}` : '';
	return leader ? `it is tried again${later}` : `it is tried again${later} once somebody leads, or with \`cronsole --run-task=process_installs\``;
};
