import {type IntentContext, type Intents} from './intents.js';
import {Refused} from './refused.js';
import {log} from './write-intent.js';

/** Asks the leader to run a task now, whatever its interval and pause say. */
export const requestRun = (context: IntentContext): Intents['requestRun'] => async task => {
	const {store, clock, actor} = context;
	const request = await store.write(async tables => {
		const hold = await tables.taskSettings.findHold(clock.now());
		if (hold) {
			throw new Refused('held', `nothing runs: ${hold.by} ordered a hold${hold.reason === null ? '' : `: ${hold.reason}`}`, 'end it with `cronsole hold off`');
		}

		const requests = await tables.runRequests.listOpen();
		const open = requests.find(row => row.task === task);
		if (open) {
			return open;
		}

		await log(tables, context, {subject: task, message: 'asked for a run now'});
		return tables.runRequests.add(task, actor.name, clock.now());
	});
	await store.ring();
	return request;
};
