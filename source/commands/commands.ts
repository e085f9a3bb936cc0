import {type VerbName} from '../intents/verbs.js';
import {
	changePlan,
	suspendAccount,
	terminateAccount,
	unsuspendAccount,
} from './nouns/account.js';
import {activity} from './nouns/activity.js';
import {
	holdAddress,
	listAddresses,
	releaseAddress,
	reserveAddress,
} from './nouns/address.js';
import {historyOfAddress} from './nouns/address-history.js';
import {
	backUpNow,
	listBackups,
	removeBackup,
	restoreBackup,
	scheduleBackup,
} from './nouns/backup.js';
import {check} from './nouns/check.js';
import {forgetClient} from './nouns/client.js';
import {acceptDatabase, backUpDatabase, checkDatabase} from './nouns/db.js';
import {
	adoptDns,
	listDebts,
	setDns,
	setReverseName,
} from './nouns/dns.js';
import {find} from './nouns/find.js';
import {endHold, hold} from './nouns/hold.js';
import {acknowledge, listIncidents} from './nouns/incident.js';
import {
	dropInstall,
	listInstalls,
	logOfInstall,
	reinstallSite,
	retryInstall,
	showInstall,
	undropInstall,
} from './nouns/install.js';
import {addInstall} from './nouns/install-add.js';
import {init} from './nouns/init.js';
import {intake} from './nouns/intake.js';
import {clearLocks, listLocks} from './nouns/lock.js';
import {endMaintenance, startMaintenance} from './nouns/maintenance.js';
import {listMessages, previewMessage, resendMail} from './nouns/mail.js';
import {listPools} from './nouns/pool.js';
import {
	keepSnapshot,
	listSnapshots,
	removeSnapshot,
	rollBack,
	takeSnapshot,
} from './nouns/snapshot.js';
import {status} from './nouns/status.js';
import {makeBundle} from './nouns/support.js';
import {
	listTasks,
	pauseTask,
	resumeTask,
	runTask,
	setInterval,
} from './nouns/task.js';
import {usage} from './nouns/usage.js';
import {changeVm} from './nouns/vm-change.js';
import {createVm} from './nouns/vm-create.js';
import {showDns} from './nouns/vm-dns.js';
import {importVm} from './nouns/vm-import.js';
import {listVms} from './nouns/vm-list.js';
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
} from './nouns/vm-verbs.js';
import {
	explainOneVm,
	logOfVm,
	showVm,
} from './nouns/vm.js';
import {type BareCommand, type Command} from './io/io.js';

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
