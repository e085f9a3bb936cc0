import {type IntentContext, type Intents} from './intents.js';
import {isSaidBy, spellRow, spellText} from './spell-text.js';
import {
	alreadySo,
	changed,
	log,
	writeIntent,
} from './write-intent.js';

/** Stops scheduled runs of a task. */
export const pauseTask = (context: IntentContext): Intents['pauseTask'] => async (task, spell) => {
	const now = context.clock.now();
	const row = spellRow(spell, context.actor.name, now);
	return writeIntent(context, async tables => {
		const set = await tables.taskSettings.list(now);
		const standing = set.find(setting => setting.task === task)?.paused;
		if (standing && isSaidBy(standing, spell)) {
			return alreadySo(`${task} is paused already, by ${standing.by}${spellText(standing, now)}`, task);
		}

		await tables.taskSettings.setPaused(task, row);
		await log(tables, context, {subject: task, message: `paused${spellText(row, now)}`});
		return changed(`${task} is paused${spellText(row, now)}`, task);
	});
};
