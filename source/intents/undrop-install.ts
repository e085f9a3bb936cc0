import {changeInstall} from './change-install.js';
import {type IntentContext, type Intents} from './intents.js';
import {alreadySo, changed, log} from './write-intent.js';

/** Takes a dropped install back into the queue, as what it was. */
export const undropInstall = (context: IntentContext): Intents['undropInstall'] => async (id, version) => changeInstall(context, {id, version}, async (install, tables) => {
	const {state, domain, droppedFrom, droppedBy} = install;
	if (state !== 'dropped') {
		return alreadySo(`the install of ${domain} is not dropped, it is ${state}`, install);
	}

	const back = droppedFrom ?? 'pending';
	await log(tables, context, {subject: domain, installId: id, message: `took the install back; ${droppedBy ?? 'somebody'} had dropped it`});
	return {
		...changed(`the install of ${domain} is ${back} again`, install),
		to: {
			state: back, droppedFrom: null, droppedBy: null, droppedAt: null,
		},
	};
});
