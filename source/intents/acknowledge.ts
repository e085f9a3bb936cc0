import {formatAge} from '../domain/duration.js';
import {type IntentContext, type Intents} from './intents.js';
import {Refused} from './refused.js';
import {spellRow, spellText} from './spell-text.js';
import {
	alreadySo,
	changed,
	log,
	writeIntent,
} from './write-intent.js';

/** Says that somebody knows of an incident. */
export const acknowledge = (context: IntentContext): Intents['acknowledge'] => async (id, note, forMs) => {
	const now = context.clock.now();
	const {by, reason, until} = spellRow({reason: note, forMs}, context.actor.name, now);
	return writeIntent(context, async tables => {
		const incident = await tables.incidents.find(id);
		if (!incident) {
			throw new Refused('unknown', `there is no incident ${id}`, '`cronsole incident list` shows those that are open');
		}

		if (incident.closedAt !== null) {
			return alreadySo(`incident ${id} is over, since ${formatAge(now - incident.closedAt)}`, incident);
		}

		const standing = incident.acknowledged;
		if (forMs === null && standing && (standing.until === null || standing.until > now) && (reason === null || reason === standing.note)) {
			return alreadySo(`incident ${id} is acknowledged already, by ${standing.by}`, incident);
		}

		await tables.incidents.acknowledge(id, {
			by, at: now, note: reason, until,
		});
		await log(tables, context, {subject: `incident ${id}`, message: `acknowledged ${incident.cause}${spellText({reason, until}, now)}`});
		return changed(`incident ${id} is acknowledged${spellText({reason, until}, now)}`, (await tables.incidents.find(id))!);
	});
};
