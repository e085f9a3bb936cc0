import {type VerbName} from '../intents/verbs.js';
import {
	changePlan,
	suspendAccount,
	terminateAccount,
	unsuspendAccount,
} from './account.js';
import {activity} from './activity.js';
import {
	holdAddress,
	listAddresses,
	releaseAddress,
	reserveAddress,
} from './address.js';
import {historyOfAddress} from './address-history.js';
import {
	backUpNow,
	listBackups,
	removeBackup,
	restoreBackup,
	scheduleBackup,
} from './backup.js';
import {check} from './check.js';
import {forgetClient} from './client.js';
import {acceptDatabase, backUpDatabase, checkDatabase} from './db.js';
import {
	adoptDns,
	listDebts,
	setDns,
	setReverseName,
} from './dns.js';
import {find} from './find.js';
import {endHold, hold} from './hold.js';
import {acknowledge, listIncidents} from './incident.js';
import {
	dropInstall,
	listInstalls,
	logOfInstall,
	reinstallSite,
	retryInstall,
	showInstall,
	undropInstall,
} from './install.js';
import {addInstall} from './install-add.js';
import {init} from './init.js';
import {intake} from './intake.js';
import {clearLocks, listLocks} from './lock.js';
import {endMaintenance, startMaintenance} from './maintenance.js';
import {listMessages, previewMessage, resendMail} from './mail.js';
import {listPools} from './pool.js';
import {
	keepSnapshot,
	listSnapshots,
	removeSnapshot,
	rollBack,
	takeSnapshot,
} from './snapshot.js';
import {status} from './status.js';
import {makeBundle} from './support.js';
import {
	listTasks,
	pauseTask,
	resumeTask,
	runTask,
	setInterval,
} from './task.js';
import {usage} from './usage.js';
import {changeVm} from './vm-change.js';
import {createVm} from './vm-create.js';
import {showDns} from './vm-dns.js';
import {importVm} from './vm-import.js';
import {listVms} from './vm-list.js';
import {
	rebootVm,
	reinstallVm,
	resetPassword,
	resetVm,
	retryVm,
	shutdownVm,
	startVm,
	stopVm,
	suspendVm,
	terminateVm,
	unsuspendVm,
	unterminateVm,
} from './vm-verbs.js';
import {
	explainOneVm,
	logOfVm,
	showVm,
} from './vm.js';
import {type BareCommand, type Command} from './io.js';

/** Verbs that need neither config nor database. */
export type BareVerb = 'init';

export const bareCommands: Readonly<Record<BareVerb, BareCommand>> = {init};

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
	'vm change': changeVm,
	'vm reinstall': reinstallVm,
	'vm password': resetPassword,
	'vm suspend': suspendVm,
	'vm unsuspend': unsuspendVm,
	'vm terminate': terminateVm,
	'vm unterminate': unterminateVm,
	'vm start': startVm,
	'vm stop': stopVm,
	'vm shutdown': shutdownVm,
	'vm reboot': rebootVm,
	'vm reset': resetVm,
	'vm import': importVm,
	'vm dns': showDns,
	'vm rdns': setReverseName,
	'backup list': listBackups,
	'backup now': backUpNow,
	'backup restore': restoreBackup,
	'backup remove': removeBackup,
	'backup schedule': scheduleBackup,
	'snapshot list': listSnapshots,
	'snapshot take': takeSnapshot,
	'snapshot keep': keepSnapshot,
	'snapshot rollback': rollBack,
	'snapshot remove': removeSnapshot,
	'install add': addInstall,
	'install list': listInstalls,
	'install show': showInstall,
	'install log': logOfInstall,
	'install drop': dropInstall,
	'install undrop': undropInstall,
	'install retry': retryInstall,
	'install reinstall': reinstallSite,
	'account suspend': suspendAccount,
	'account unsuspend': unsuspendAccount,
	'account terminate': terminateAccount,
	'account package': changePlan,
	'pool list': listPools,
	'address list': listAddresses,
	'address history': historyOfAddress,
	'address reserve': reserveAddress,
	'address hold': holdAddress,
	'address release': releaseAddress,
	'client forget': forgetClient,
	'dns debts': listDebts,
	'dns set': setDns,
	'dns adopt': adoptDns,
	usage,
	find,
	activity,
	'incident list': listIncidents,
	ack: acknowledge,
	'db backup': backUpDatabase,
	'db check': checkDatabase,
	'db accept': acceptDatabase,
	'support bundle': makeBundle,
	'mail outbox': listMessages,
	'mail preview': previewMessage,
	'mail resend': resendMail,
	intake,
};
