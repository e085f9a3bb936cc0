import {formatAge} from '../domain/duration.js';
import {changeInstall} from './change-install.js';
import {type IntentContext, type Intents} from './intents.js';
import {Refused} from './refused.js';
import {alreadySo, changed, log} from './write-intent.js';

/** Takes a pending or failed install out of the queue; it can be taken back. */
export const dropInstall = (context: IntentContext): Intents['dropInstall'] => async (id, version) => changeInstall(context, {id, version}, async (install, tables) => {
	const {state, domain} = install;
	const now = context.clock.now();
	if (state === 'dropped') {
		return alreadySo(`the install of ${domain} was already dropped by ${install.droppedBy ?? 'somebody'} ${formatAge(now - (install.droppedAt ?? now))} ago`, install);
	}

	if (state === 'running') {
		throw new Refused('not-allowed', `the install of ${domain} is running: only a pending or failed one can be dropped`, 'wait until it ended');
	}

	if (state === 'done') {
		throw new Refused('not-allowed', `the install of ${domain} is done: there is nothing to drop`, 'look at it with `cronsole install show`');
	}

	await log(tables, context, {subject: domain, installId: id, message: `dropped the ${state} install; the account ${install.account} stays`});
	return {
		...changed(`the install of ${domain} is dropped; the account ${install.account} stays, and no mail goes out`, install),
		to: {
			state: 'dropped', droppedFrom: state, droppedBy: context.actor.name, droppedAt: now,
		},
	};
});
