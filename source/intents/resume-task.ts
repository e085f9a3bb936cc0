import {type IntentContext, type Intents} from './intents.js';
import {
	alreadySo,
	changed,
	log,
	writeIntent,
} from './write-intent.js';

/** Lets a paused task run again. */
export const resumeTask = (context: IntentContext): Intents['resumeTask'] => async task => writeIntent(context, async tables => {
	const set = await tables.taskSettings.list(context.clock.now());
	const standing = set.find(setting => setting.task === task)?.paused;
	if (!standing) {
		return alreadySo(`${task} is not paused`, task);
	}

	await tables.taskSettings.setPaused(task, null);
	await log(tables, context, {subject: task, message: `resumed; ${standing.by} had paused it`});
	return changed(`${task} runs again`, task);
});
