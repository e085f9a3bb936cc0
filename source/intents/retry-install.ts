import {changeInstall} from './change-install.js';
import {refuseOldGeneration} from './install-names.js';
import {type IntentContext, type Intents} from './intents.js';
import {Refused} from './refused.js';
import {alreadySo, changed, log} from './write-intent.js';

/** Puts a failed install back into the queue with its count reset. */
export const retryInstall = (context: IntentContext): Intents['retryInstall'] => async (id, version) => changeInstall(context, {id, version}, async (install, tables) => {
	const {state, domain} = install;
	if (state === 'dropped') {
		throw new Refused('not-allowed', `the install of ${domain} is dropped`, `take it back first: cronsole install undrop ${id}`);
	}

	if (state === 'done') {
		throw new Refused('not-allowed', `the install of ${domain} is done: there is nothing to try again`, `look at it with \`cronsole install show ${id}\``);
	}

	if (state === 'running' || (state === 'pending' && install.attempt === 0)) {
		return alreadySo(`the install of ${domain} is ${state} already`, install);
	}

	await refuseOldGeneration(tables, install);
	await log(tables, context, {subject: domain, installId: id, message: `try the install again${install.cause === null ? '' : `; it failed: ${install.cause}`}`});
	return {
		...changed(`the install of ${domain} is pending again`, install),
		to: {
			state: 'pending', attempt: 0, cause: null, nextAttemptAt: null, progress: null,
		},
	};
});
