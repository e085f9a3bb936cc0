import {acceptCommand} from '../domain/restored.js';
import {type IntentContext, type Intents} from './intents.js';
import {Refused} from './refused.js';
import {
	alreadySo,
	changed,
	log,
	writeIntent,
} from './write-intent.js';

/** Ends the hold. */
export const endHold = (context: IntentContext): Intents['endHold'] => async () => writeIntent(context, async tables => {
	if (await tables.upkeep.findRestored()) {
		throw new Refused('held', 'this hold is the program\'s own: the database is an older one', `compare it with the clusters first: ${acceptCommand}`);
	}

	const standing = await tables.taskSettings.findHold(context.clock.now());
	if (!standing) {
		return alreadySo('there is no hold', null);
	}

	await tables.taskSettings.setHold(null);
	await log(tables, context, {level: 'warning', subject: 'hold', message: `the hold of ${standing.by} is over`});
	return changed('the hold is over', null);
});
