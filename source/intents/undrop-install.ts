import {changeInstall} from './change-install.js';
import {refuseOldGeneration, refuseTakenNames} from './install-names.js';
import {type IntentContext, type Intents} from './intents.js';
import {Refused} from './refused.js';
import {alreadySo, changed, log} from './write-intent.js';

/** Takes a dropped install back into the queue, as what it was. */
export const undropInstall = (context: IntentContext): Intents['undropInstall'] => async (id, version) => changeInstall(context, {id, version}, async (install, tables) => {
	const {state, domain, account, accountState, droppedFrom, droppedBy} = install;
	if (state === 'running' && install.isDropAsked) {
		await log(tables, context, {subject: domain, installId: id, message: 'let the running install go on'});
		return {...changed(`the install of ${domain} goes on`, install), to: {isDropAsked: false, droppedBy: null}};
	}

	if (state !== 'dropped') {
		return alreadySo(`the install of ${domain} is not dropped, it is ${state}`, install);
	}

	if (accountState === 'terminated') {
		throw new Refused('not-allowed', `the account ${account} of ${domain} was terminated`, 'order it anew: cronsole install add');
	}

	await refuseOldGeneration(tables, install);
	await refuseTakenNames(tables, install);
	const back = droppedFrom ?? 'pending';
	await log(tables, context, {subject: domain, installId: id, message: `took the install back; ${droppedBy ?? 'somebody'} had dropped it`});
	return {
		...changed(`the install of ${domain} is ${back} again`, install),
		to: {
			state: back, droppedFrom: null, droppedBy: null, droppedAt: null,
		},
	};
});
