import {type VerbName} from '../intents/verbs.js';
import {type Command} from './io.js';

/** Verbs that need neither config nor database. */
export type BareVerb = 'init';

/** Which command a verb is; each is loaded only when it is called. */
export const commands: Readonly<Record<Exclude<VerbName, BareVerb>, () => Promise<Command>>> = {
	async check() {
		const {check} = await import('./check.js');
		return check;
	},
	async status() {
		const {status} = await import('./status.js');
		return status;
	},
	async 'task list'() {
		const {listTasks} = await import('./task.js');
		return listTasks;
	},
	async 'task run'() {
		const {runTask} = await import('./task.js');
		return runTask;
	},
	async 'task pause'() {
		const {pauseTask} = await import('./task.js');
		return pauseTask;
	},
	async 'task resume'() {
		const {resumeTask} = await import('./task.js');
		return resumeTask;
	},
	async 'task interval'() {
		const {setInterval} = await import('./task.js');
		return setInterval;
	},
	async 'lock list'() {
		const {listLocks} = await import('./lock.js');
		return listLocks;
	},
	async 'lock clear'() {
		const {clearLocks} = await import('./lock.js');
		return clearLocks;
	},
	async hold() {
		const {hold} = await import('./hold.js');
		return hold;
	},
	async 'hold off'() {
		const {endHold} = await import('./hold.js');
		return endHold;
	},
	async 'maintenance on'() {
		const {startMaintenance} = await import('./maintenance.js');
		return startMaintenance;
	},
	async 'maintenance off'() {
		const {endMaintenance} = await import('./maintenance.js');
		return endMaintenance;
	},
	async 'vm create'() {
		const {createVm} = await import('./vm-create.js');
		return createVm;
	},
	async 'vm list'() {
		const {listVms} = await import('./vm-list.js');
		return listVms;
	},
	async 'vm show'() {
		const {showVm} = await import('./vm.js');
		return showVm;
	},
	async 'vm log'() {
		const {logOfVm} = await import('./vm.js');
		return logOfVm;
	},
	async 'vm explain'() {
		const {explainOneVm} = await import('./vm.js');
		return explainOneVm;
	},
	async 'vm retry'() {
		const {retryVm} = await import('./vm.js');
		return retryVm;
	},
	async 'install list'() {
		const {listInstalls} = await import('./install.js');
		return listInstalls;
	},
	async 'install show'() {
		const {showInstall} = await import('./install.js');
		return showInstall;
	},
	async 'install drop'() {
		const {dropInstall} = await import('./install.js');
		return dropInstall;
	},
	async 'install undrop'() {
		const {undropInstall} = await import('./install.js');
		return undropInstall;
	},
	async 'install retry'() {
		const {retryInstall} = await import('./install.js');
		return retryInstall;
	},
	async 'pool list'() {
		const {listPools} = await import('./pool.js');
		return listPools;
	},
	async 'address list'() {
		const {listAddresses} = await import('./address.js');
		return listAddresses;
	},
	async find() {
		const {find} = await import('./find.js');
		return find;
	},
	async activity() {
		const {activity} = await import('./activity.js');
		return activity;
	},
	async 'incident list'() {
		const {listIncidents} = await import('./incident.js');
		return listIncidents;
	},
	async ack() {
		const {acknowledge} = await import('./incident.js');
		return acknowledge;
	},
};
