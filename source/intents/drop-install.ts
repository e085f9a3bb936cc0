import {formatAge} from '../domain/duration.js';
import {type Install} from '../domain/install.js';
import {type Tables} from '../store/store.js';
import {changeInstall, type Decision} from './change-install.js';
import {type IntentContext, type Intents} from './intents.js';
import {Refused} from './refused.js';
import {alreadySo, changed, log} from './write-intent.js';

/** What the panel was asked for is not torn off: it ends, and nothing follows it. */
const stopAtBorder = async (install: Install, tables: Tables, context: IntentContext): Promise<Decision> => {
	const {id, domain, account, isDropAsked, droppedBy} = install;
	if (isDropAsked) {
		return alreadySo(`the install of ${domain} stops at its next step's border already, as ${droppedBy ?? 'somebody'} asked`, install);
	}

	await log(tables, context, {subject: domain, installId: id, message: `drop the running install at its next step's border; the account ${account} stays`});
	return {
		...changed(`the install of ${domain} is running: it stops at its next step's border; the account ${account} stays`, install),
		to: {isDropAsked: true, droppedBy: context.actor.name},
	};
};

/** Takes an install out of the queue, a running one as soon as its present step has ended; it can be taken back. */
export const dropInstall = (context: IntentContext): Intents['dropInstall'] => async (id, version) => changeInstall(context, {id, version}, async (install, tables) => {
	const {state, domain} = install;
	const now = context.clock.now();
	if (state === 'dropped') {
		return alreadySo(`the install of ${domain} was already dropped by ${install.droppedBy ?? 'somebody'} ${formatAge(now - (install.droppedAt ?? now))} ago`, install);
	}

	if (state === 'running') {
		return stopAtBorder(install, tables, context);
	}

	if (state === 'done') {
		throw new Refused('not-allowed', `the install of ${domain} is done: there is nothing to drop`, `look at it with \`cronsole install show ${id}\``);
	}

	await log(tables, context, {subject: domain, installId: id, message: `dropped the ${state} install; the account ${install.account} stays`});
	return {
		...changed(`the install of ${domain} is dropped; the account ${install.account} stays, and no mail goes out`, install),
		to: {
			state: 'dropped', droppedFrom: state, droppedBy: context.actor.name, droppedAt: now,
		},
	};
});
