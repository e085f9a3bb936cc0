import {safeText} from '../domain/safe-text.js';
import {suggest} from '../domain/suggest.js';
import {type IntentContext, type Intents} from './intents.js';
import {Refused} from './refused.js';
import {isSaidBy, spellRow, spellText} from './spell-text.js';
import {
	alreadySo,
	changed,
	log,
	writeIntent,
} from './write-intent.js';

type Place = Parameters<Intents['startMaintenance']>[0];

const nameOf = ({cluster, node}: Place): string => node === null ? cluster : `${cluster}/${node}`;

const checkPlace = ({cluster, node}: Place, {settings}: IntentContext): void => {
	const clusters = settings().clusters.map(({name}) => name);
	if (!clusters.includes(cluster)) {
		throw new Refused('unknown', `there is no cluster ${safeText(cluster, 63)}`, clusters.length === 0 ? 'the config has no clusters' : suggest(cluster, clusters));
	}

	if (node !== null && !/^[\da-z](?:[\d\-a-z]{0,61}[\da-z])?$/i.test(node)) {
		throw new Refused('invalid', `${safeText(node, 63)} is no name of a node`, `write ${cluster}/NODE, or ${cluster} alone for the whole cluster`);
	}
};

/** Lets the work of a cluster or node wait. */
export const startMaintenance = (context: IntentContext): Intents['startMaintenance'] => async (place, spell) => {
	checkPlace(place, context);
	const now = context.clock.now();
	const row = {...spellRow(spell, context.actor.name, now), ...place};
	const name = nameOf(place);
	return writeIntent(context, async tables => {
		const spells = await tables.clusters.listMaintenance(now);
		const standing = spells.find(({cluster, node}) => cluster === place.cluster && node === place.node);
		if (standing && isSaidBy(standing, spell)) {
			return alreadySo(`${name} is in maintenance already, by ${standing.by}${spellText(standing, now)}`, null);
		}

		await tables.clusters.setMaintenance(row);
		await log(tables, context, {level: 'warning', subject: name, message: `maintenance${spellText(row, now)}`});
		return changed(`${name} is in maintenance${spellText(row, now)}: its work waits`, null);
	});
};

/** Lets the work of a cluster or node go on. One that the config has lost meanwhile can still be ended. */
export const endMaintenance = (context: IntentContext): Intents['endMaintenance'] => async place => {
	const name = nameOf(place);
	return writeIntent(context, async tables => {
		if (!await tables.clusters.endMaintenance(place.cluster, place.node)) {
			checkPlace(place, context);
			return alreadySo(`${name} is not in maintenance`, null);
		}

		await log(tables, context, {level: 'warning', subject: name, message: 'the maintenance is over'});
		return changed(`${name} is worked on again`, null);
	});
};
