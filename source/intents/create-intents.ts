import {acceptCommand} from '../domain/restored.js';
import {acknowledge} from './acknowledge.js';
import {addInstall} from './add-install.js';
import {holdAddress, releaseAddress, reserveAddress} from './addresses.js';
import {
	backUpVm,
	removeBackup,
	restoreBackup,
	scheduleBackup,
} from './backups.js';
import {changeVm} from './change-vm.js';
import {clearLocks} from './clear-locks.js';
import {createVm} from './create-vm.js';
import {dropInstall} from './drop-install.js';
import {endHold} from './end-hold.js';
import {forgetClient} from './forget-client.js';
import {hold} from './hold.js';
import {importVm} from './import-vm.js';
import {type IntentContext, type Intents} from './intents.js';
import {endMaintenance, startMaintenance} from './maintenance.js';
import {pauseTask} from './pause-task.js';
import {powerVm} from './power-vm.js';
import {Refused} from './refused.js';
import {reinstallSite} from './reinstall-site.js';
import {reinstallVm} from './reinstall-vm.js';
import {requestRun} from './request-run.js';
import {resendMail} from './resend-mail.js';
import {resetPassword} from './reset-password.js';
import {resetVm} from './reset-vm.js';
import {resolveInstall} from './resolve-install.js';
import {resolveVm} from './resolve-vm.js';
import {resumeTask} from './resume-task.js';
import {retryInstall} from './retry-install.js';
import {retryVm} from './retry-vm.js';
import {setReverseName} from './reverse-name.js';
import {setDns} from './set-dns.js';
import {setTaskInterval} from './set-task-interval.js';
import {
	keepSnapshot,
	removeSnapshot,
	rollBackVm,
	takeSnapshot,
} from './snapshots.js';
import {suspendVm, unsuspendVm} from './suspend-vm.js';
import {terminateVm} from './terminate-vm.js';
import {undropInstall} from './undrop-install.js';
import {unterminateVm} from './unterminate-vm.js';

const makers: {readonly [Name in keyof Intents]: (context: IntentContext) => Intents[Name]} = {
	createVm,
	retryVm,
	changeVm,
	reinstallVm,
	resetPassword,
	suspendVm,
	unsuspendVm,
	terminateVm,
	unterminateVm,
	powerVm,
	resetVm,
	importVm,
	backUpVm,
	restoreBackup,
	removeBackup,
	scheduleBackup,
	takeSnapshot,
	keepSnapshot,
	rollBackVm,
	removeSnapshot,
	setReverseName,
	setDns,
	reserveAddress,
	holdAddress,
	releaseAddress,
	forgetClient,
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
	addInstall,
	reinstallSite,
	resolveInstall,
	dropInstall,
	undropInstall,
	retryInstall,
	resendMail,
};

type Refuse = () => Promise<never>;

const refuse: Refuse = async () => {
	throw new Refused('read-only', 'this session is read-only', 'nothing was changed; start it without --read-only');
};

/** What writes nothing: to find a VM or an install, and to plan a change. */
const lookers = (context: IntentContext, refuseNow: Refuse): Readonly<Record<string, unknown>> => ({
	resolveVm: resolveVm(context),
	resolveInstall: resolveInstall(context),
	changeVm: (async (ref, change, options) => options.isPlan ? changeVm(context)(ref, change, options) : refuseNow()) satisfies Intents['changeVm'],
});

/** What may be said to an older database all the same: it orders nothing. */
const harmless: ReadonlySet<string> = new Set<keyof Intents>([
	'requestRun', 'pauseTask', 'resumeTask', 'setTaskInterval', 'clearLocks', 'hold', 'endHold', 'startMaintenance', 'endMaintenance', 'acknowledge',
]);

type Wish = (...said: readonly unknown[]) => unknown;

/** Orders nothing by a database that does not know what was done since: it would give out again what was given out. */
const heldBack = (context: IntentContext, name: string, wish: Wish): Wish => harmless.has(name)
	? wish
	: async (...said) => {
		const restored = await context.store.read.upkeep.findRestored();
		if (restored === null) {
			return wish(...said);
		}

		const refuseNow: Refuse = async () => {
			throw new Refused('held', `nothing can be ordered: ${restored.why}`, `compare it with the clusters first: ${acceptCommand}`);
		};

		return (lookers(context, refuseNow)[name] as Wish | undefined ?? refuseNow)(...said);
	};

/** Everything that may be asked for, by one actor; a read-only one may only look. */
export const createIntents = (context: IntentContext): Intents => Object.fromEntries(Object.entries(makers).map(([name, make]) =>
	[name, context.isReadOnly ? lookers(context, refuse)[name] ?? refuse : heldBack(context, name, make(context) as Wish)])) as unknown as Intents;
