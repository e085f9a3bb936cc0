import {type VerbName} from '../intents/verbs.js';
import {activity} from './activity.js';
import {listAddresses} from './address.js';
import {check} from './check.js';
import {find} from './find.js';
import {endHold, hold} from './hold.js';
import {acknowledge, listIncidents} from './incident.js';
import {
	dropInstall,
	listInstalls,
	retryInstall,
	showInstall,
	undropInstall,
} from './install.js';
import {clearLocks, listLocks} from './lock.js';
import {endMaintenance, startMaintenance} from './maintenance.js';
import {listPools} from './pool.js';
import {status} from './status.js';
import {
	listTasks,
	pauseTask,
	resumeTask,
	runTask,
	setInterval,
} from './task.js';
import {createVm} from './vm-create.js';
import {listVms} from './vm-list.js';
import {
	explainOneVm,
	logOfVm,
	retryVm,
	showVm,
} from './vm.js';
import {type Command} from './io.js';

/** Verbs that need neither config nor database. */
export type BareVerb = 'init';

/** Which command a verb is. */
export const commands: Readonly<Record<Exclude<VerbName, BareVerb>, Command>> = {
	check,
	status,
	'task list': listTasks,
	'task run': runTask,
	'task pause': pauseTask,
	'task resume': resumeTask,
	'task interval': setInterval,
	'lock list': listLocks,
	'lock clear': clearLocks,
	hold,
	'hold off': endHold,
	'maintenance on': startMaintenance,
	'maintenance off': endMaintenance,
	'vm create': createVm,
	'vm list': listVms,
	'vm show': showVm,
	'vm log': logOfVm,
	'vm explain': explainOneVm,
	'vm retry': retryVm,
	'install list': listInstalls,
	'install show': showInstall,
	'install drop': dropInstall,
	'install undrop': undropInstall,
	'install retry': retryInstall,
	'pool list': listPools,
	'address list': listAddresses,
	find,
	activity,
	'incident list': listIncidents,
	ack: acknowledge,
};
