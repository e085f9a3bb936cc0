import {type IntentContext, type Intents} from './intents.js';
import {isSaidBy, spellRow, spellText} from './spell-text.js';
import {
	alreadySo,
	changed,
	log,
	writeIntent,
} from './write-intent.js';

/** Starts nothing new anywhere until it is ended. */
export const hold = (context: IntentContext): Intents['hold'] => async spell => {
	const now = context.clock.now();
	const row = spellRow(spell, context.actor.name, now);
	return writeIntent(context, async tables => {
		const standing = await tables.taskSettings.findHold(now);
		if (standing && isSaidBy(standing, spell)) {
			return alreadySo(`a hold stands already, by ${standing.by}${spellText(standing, now)}`, null);
		}

		await tables.taskSettings.setHold(row);
		await log(tables, context, {level: 'warning', subject: 'hold', message: `hold${spellText(row, now)}`});
		return changed(`nothing new starts${spellText(row, now)}; what runs inside Proxmox is watched`, null);
	});
};
