import {type AccountWish} from '../domain/hosting-account.js';
import {type Install} from '../domain/install.js';
import {acceptCommand} from '../domain/restored.js';
import {type Tables} from '../store/store.js';
import {type Done, type IntentContext} from './intents.js';
import {Refused} from './refused.js';
import {
	alreadySo,
	changed,
	log,
	writeIntent,
} from './write-intent.js';

/** Asks for something of a hosting account without waiting for its panel: whoever leads asks that. The order's own row is the intent: `store` must write it. */
export type OrderAccount = (reference: string, wish: AccountWish) => Promise<Done<Install>>;

const refuseRestored = async ({store}: IntentContext): Promise<void> => {
	const restored = await store.read.upkeep.findRestored();
	if (restored !== null) {
		throw new Refused('held', `nothing can be ordered: ${restored.why}`, `compare it with the clusters first: ${acceptCommand}`);
	}
};

const decide = async (tables: Tables, context: IntentContext, install: Install, {verb, plan}: AccountWish): Promise<Done<Install>> => {
	const {account, panel, domain, accountState, id} = install;
	const name = `the account ${account} on ${panel}`;
	if (accountState === 'terminated') {
		if (verb === 'terminate') {
			return alreadySo(`${name} was terminated already`, install);
		}

		throw new Refused('not-allowed', `${name} was terminated`, 'order it anew');
	}

	await log(tables, context, {
		subject: domain, installId: id, message: `${verb === 'package' ? `plan ${plan ?? ''}` : verb} of ${name} asked for`, level: verb === 'terminate' ? 'warning' : 'info',
	});
	return changed(`${name}: ${verb} is asked for`, install);
};

export const orderAccount = (context: IntentContext): OrderAccount => async (reference, wish) => {
	await refuseRestored(context);
	return writeIntent(context, async tables => {
		const install = await tables.installs.findLatest(reference);
		if (!install) {
			throw new Refused('unknown', `there is no install ${reference}`, '`cronsole install list` shows them all');
		}

		return decide(tables, context, install, wish);
	});
};
