import {ClientError} from '../clients/client-error.js';
import {type DnsConnections} from '../clients/dns/dns.js';
import {type ProxmoxConnection} from '../clients/proxmox/proxmox.js';
import {type TaskWatch} from '../clients/proxmox/task-watch.js';
import {type Clock} from '../domain/clock.js';
import {type Session} from '../domain/lease.js';
import {type Log} from '../domain/log.js';
import {type Settings} from '../domain/settings.js';
import {type TaskName} from '../domain/task.js';
import {type Panels} from '../clients/panel/panel.js';
import {type VerifySite} from '../clients/panel/site.js';
import {type MoveInstall} from '../pipelines/move-install.js';
import {type MessageSenders} from '../pipelines/send-messages.js';
import {createForeignAddresses} from '../pipelines/foreign-addresses.js';
import {type MoveOn} from '../pipelines/move.js';
import {LockLost} from '../store/leases.js';
import {type Store} from '../store/store.js';
import {type Task} from '../tasks/task.js';
import {createAccountOrders, type AccountOrders} from './account-orders.js';
import {createClusterHealth, type ClusterHealthWatch} from './cluster-health.js';
import {createPayDebts, type PayDebts} from './dns-debts.js';
import {createInstallMover, type InstallMover} from './install-mover.js';
import {createInstance, type Instance} from './instance.js';
import {createMover, type Mover} from './move-operation.js';
import {createSendMessages, type SendMessages} from './messages.js';
import {createRunTask, type RunTask} from './run-task.js';
import {createTellBilling, type TellBilling} from './tell-billing.js';
import {createRemoteWatch, type RemoteWatch} from './watch-remote-tasks.js';

/** Everything concrete that the work is done with; app.ts hands it in. */
export type WorkDeps = {
	readonly store: Store;
	/** Of kind `daemon`, `console` or `run`: it can hold leases. The caller ends it. */
	readonly session: Session;
	readonly settings: () => Settings;
	readonly clock: Clock;
	/** 0 to 1. */
	readonly random: () => number;
	/** A new password that nobody could guess. */
	readonly createPassword: () => string;
	readonly log: Log;
	/** Undefined: not in the config. */
	readonly connectionOf: (cluster: string) => ProxmoxConnection | undefined;
	readonly watchOf: (cluster: string) => TaskWatch | undefined;
	readonly dns: DnsConnections;
	readonly pipeline: MoveOn;
	readonly panels: Panels;
	readonly verifySite: VerifySite;
	readonly moveInstall: MoveInstall;
	/** What messages are sent with, loaded when it is first asked for. */
	readonly openMessages: () => Promise<MessageSenders>;
	readonly tasks: Readonly<Record<TaskName, Task>>;
};

/** The parts that a scheduler and a run by hand share. */
export type Work = {
	readonly instance: Instance;
	readonly health: ClusterHealthWatch;
	readonly mover: Mover;
	readonly installs: InstallMover;
	readonly orders: AccountOrders;
	readonly sendMessages: SendMessages;
	readonly tellBilling: TellBilling;
	readonly payDebts: PayDebts;
	readonly runTask: RunTask;
	readonly watch: RemoteWatch;
	/** Says what went wrong where nobody waits for the answer. */
	readonly complain: (error: unknown, what: string) => void;
};

export type WorkHooks = {
	/** Under which lease the look at clusters and the end of remote tasks are written. */
	readonly write: Store['write'];
	readonly signal: AbortSignal;
	/** Whether this process may go on with anything now. */
	readonly isAllowed: () => boolean;
	/** Something may be ready that was not before. */
	readonly onChange: () => void;
	readonly onMoved: () => void;
};

export const createWork = (deps: WorkDeps, {write, signal, isAllowed, onChange, onMoved}: WorkHooks): Work => {
	const {store, log, clock, connectionOf, watchOf, settings} = deps;

	const complain = (error: unknown, what: string) => {
		// Whoever lost a lease was told so already, and what it wanted to write is somebody else's now.
		const level = error instanceof LockLost || signal.aborted ? 'debug' : 'error';
		log({level, event: 'failed', message: `${what}: ${error instanceof Error ? error.message : String(error)}`});
	};

	const instance = createInstance(deps);
	const foreign = createForeignAddresses(clock);
	const health = createClusterHealth({
		read: store.read, write, settings, connectionOf, installation: store.installation, foreign, clock, log, onChange,
	});
	const mover = createMover({
		...deps, instance, judge: health.judge, foreignAddresses: foreign, signal, onMoved,
	});
	const installs = createInstallMover({...deps, instance, signal});
	const watch = createRemoteWatch({
		read: store.read, write, watchOf, isAllowed, clock, log, onFinished: onChange,
		async onError(error) {
			try {
				if (!(error instanceof ClientError)) {
					throw error;
				}

				await health.judge(error);
			} catch (error_) {
				complain(error_, 'watching remote tasks');
			}
		},
	});
	const payDebts = createPayDebts({...deps, read: store.read});
	const orders = createAccountOrders({
		...deps, instance, installs, write, signal,
	});
	return {
		instance, health, mover, installs, orders, payDebts, sendMessages: createSendMessages({...deps, read: store.read}), tellBilling: createTellBilling({...deps, read: store.read}), watch, complain, runTask: createRunTask({
			...deps, instance, mover, installs, payDebts,
		}),
	};
};
