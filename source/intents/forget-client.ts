import {safeText} from '../domain/safe-text.js';
import {vmName} from '../domain/vm.js';
import {type ClientTraces} from '../store/clients.js';
import {type Reads} from '../store/store.js';
import {type Intents, type IntentContext} from './intents.js';
import {email as emailSchema} from './order-schema.js';
import {readShape} from './read-shape.js';
import {Refused} from './refused.js';
import {
	alreadySo,
	changed,
	log,
	writeIntent,
} from './write-intent.js';

const shown = 10;

/** Refuses to forget a client who still has something, and says what. */
export const refuseWhileLiving = async ({livingVms, openInstalls}: ClientTraces, {vms, installs}: Pick<Reads, 'vms' | 'installs'>, email: string): Promise<void> => {
	const count = livingVms.length + openInstalls.length;
	if (count === 0) {
		return;
	}

	const [living, open] = await Promise.all([
		Promise.all(livingVms.slice(0, shown).map(async id => vms.get(id))),
		Promise.all(openInstalls.slice(0, shown).map(async id => installs.find(id))),
	]);
	const names = [
		...living.map(vm => `${vmName(vm)} (${vm.reference}, ${vm.hostname})`),
		...open.filter(install => install !== undefined).map(({id, reference, domain}) => `install ${id} (${reference}, ${domain})`),
	];
	const what = `${names.join(', ')}${count > names.length ? ` and ${count - names.length} more` : ''}`;
	throw new Refused('not-allowed', `${safeText(email, 254)} still has ${what}`, 'terminate the VMs and drop the installs first; then the client can be forgotten');
};

/** The e-mail address of a client, as orders have it. */
export const readEmail = (text: string): string => readShape(emailSchema, text.trim(), 'the client', 'write the e-mail address that stood in the orders');

/** Takes a client who has nothing any more out of every row. Nothing that is written about it says who it was. */
export const forgetClient = (context: IntentContext): Intents['forgetClient'] => async text => {
	const email = readEmail(text);
	return writeIntent(context, async tables => {
		const traces = await tables.clients.trace(email);
		await refuseWhileLiving(traces, tables, email);
		const count = await tables.clients.forget(email);
		if (count === 0) {
			return alreadySo(`nothing is known of ${safeText(email, 254)}`, 0);
		}

		const rows = `${count} row${count === 1 ? '' : 's'}`;
		await log(tables, context, {level: 'warning', subject: 'client', message: `a client was forgotten: ${rows}`});
		return changed(`${safeText(email, 254)} is forgotten: ${rows}; references, addresses and their history stay`, count);
	});
};
