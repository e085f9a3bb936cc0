import {acknowledge} from './acknowledge.js';
import {clearLocks} from './clear-locks.js';
import {createVm} from './create-vm.js';
import {dropInstall} from './drop-install.js';
import {endHold} from './end-hold.js';
import {hold} from './hold.js';
import {type IntentContext, type Intents} from './intents.js';
import {endMaintenance, startMaintenance} from './maintenance.js';
import {pauseTask} from './pause-task.js';
import {Refused} from './refused.js';
import {requestRun} from './request-run.js';
import {resolveVm} from './resolve-vm.js';
import {resumeTask} from './resume-task.js';
import {retryInstall} from './retry-install.js';
import {retryVm} from './retry-vm.js';
import {setTaskInterval} from './set-task-interval.js';
import {undropInstall} from './undrop-install.js';

const makers: Partial<{readonly [Name in keyof Intents]: (context: IntentContext) => Intents[Name]}> = {
	createVm,
	retryVm,
	resolveVm,
	requestRun,
	pauseTask,
	resumeTask,
	setTaskInterval,
	clearLocks,
	hold,
	endHold,
	startMaintenance,
	endMaintenance,
	acknowledge,
	dropInstall,
	undropInstall,
	retryInstall,
};

const refuse = async (): Promise<never> => {
	throw new Refused('read-only', 'this session is read-only', 'nothing was changed; start it without --read-only');
};

/** Everything that may be asked for, by one actor; a read-only one may only look. */
export const createIntents = (context: IntentContext): Intents => Object.fromEntries(Object.entries(makers).map(([name, make]) =>
	[name, name !== 'resolveVm' && context.isReadOnly ? refuse : make(context)])) as Intents;
