import {Refused} from '../../intents/refused.js';
import {answer} from '../print/answer.js';
import {type Command} from '../io/io.js';
import {readSpell} from '../words/read-words.js';

const readPlace = (word = ''): {readonly cluster: string; readonly node: string | null} => {
	const [cluster = '', node, ...more] = word.split('/');
	if (cluster === '' || node === '' || more.length > 0) {
		throw new Refused('invalid', 'the cluster or node is missing', 'write CLUSTER, or CLUSTER/NODE');
	}

	return {cluster, node: node ?? null};
};

/** Lets the work of a cluster or node wait. */
export const startMaintenance: Command = async (app, [word], flags, output) => answer(await app.intents.startMaintenance(readPlace(word), readSpell(flags)), output);

/** Lets it go on. */
export const endMaintenance: Command = async (app, [word], _flags, output) => answer(await app.intents.endMaintenance(readPlace(word)), output);
