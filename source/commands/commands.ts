import {type VerbName} from '../intents/verbs.js';
import {type Command} from './io.js';

/** Verbs that need neither config nor database. */
export type BareVerb = 'init';

/** Which command a verb is; each is loaded only when it is called. */
export const commands: Readonly<Record<Exclude<VerbName, BareVerb>, () => Promise<Command>>> = {
	check: async () => (await import('./check.js')).check,
	status: async () => (await import('./status.js')).status,
	'task list': async () => (await import('./task.js')).listTasks,
	'task run': async () => (await import('./task.js')).runTask,
	'task pause': async () => (await import('./task.js')).pauseTask,
	'task resume': async () => (await import('./task.js')).resumeTask,
	'task interval': async () => (await import('./task.js')).setInterval,
	'lock list': async () => (await import('./lock.js')).listLocks,
	'lock clear': async () => (await import('./lock.js')).clearLocks,
	hold: async () => (await import('./hold.js')).hold,
	'hold off': async () => (await import('./hold.js')).endHold,
	'maintenance on': async () => (await import('./maintenance.js')).startMaintenance,
	'maintenance off': async () => (await import('./maintenance.js')).endMaintenance,
	'vm create': async () => (await import('./vm-create.js')).createVm,
	'vm list': async () => (await import('./vm-list.js')).listVms,
	'vm show': async () => (await import('./vm.js')).showVm,
	'vm log': async () => (await import('./vm.js')).logOfVm,
	'vm explain': async () => (await import('./vm.js')).explainOneVm,
	'vm retry': async () => (await import('./vm.js')).retryVm,
	'install list': async () => (await import('./install.js')).listInstalls,
	'install show': async () => (await import('./install.js')).showInstall,
	'install drop': async () => (await import('./install.js')).dropInstall,
	'install undrop': async () => (await import('./install.js')).undropInstall,
	'install retry': async () => (await import('./install.js')).retryInstall,
	'pool list': async () => (await import('./pool.js')).listPools,
	'address list': async () => (await import('./address.js')).listAddresses,
	find: async () => (await import('./find.js')).find,
	activity: async () => (await import('./activity.js')).activity,
	'incident list': async () => (await import('./incident.js')).listIncidents,
	ack: async () => (await import('./incident.js')).acknowledge,
};
