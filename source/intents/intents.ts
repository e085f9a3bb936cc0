import {type Actor} from '../domain/activity.js';
import {type Backup} from '../domain/backup.js';
import {type Clock} from '../domain/clock.js';
import {type ImportedGuest} from '../domain/import-plan.js';
import {type Incident} from '../domain/incident.js';
import {type Install} from '../domain/install.js';
import {type LeaseView} from '../domain/lease.js';
import {type Operation} from '../domain/operation.js';
import {type Weekday} from '../domain/package.js';
import {type ChangePlan} from '../domain/plan.js';
import {type Settings} from '../domain/settings.js';
import {type TaskName} from '../domain/task.js';
import {type Vm} from '../domain/vm.js';
import {type OutboxRow} from '../store/outbox.js';
import {type RunRequest} from '../store/run-requests.js';
import {type Store} from '../store/store.js';

/** What an intent needs. */
export type IntentContext = {
	readonly store: Store;
	readonly settings: () => Settings;
	readonly clock: Clock;
	/** So many random bytes, for generated passwords. */
	readonly randomBytes: (count: number) => Uint8Array;
	readonly actor: Actor;
	/** Then every intent is refused; only `resolveVm` answers. */
	readonly isReadOnly?: boolean;
};

/** How long and why; `forMs` null: until it is ended. */
export type Spell = {readonly reason: string | null; readonly forMs: number | null};

/** An answer that says whether anything had to be changed: a wish that is already so is no error. */
export type Done<T> = {readonly changed: boolean; readonly message: string; readonly subject: T};

/** What a verb on a VM came to; `operation` is the one that does it, null where nothing is left to do. */
export type VmAnswer = Done<Vm> & {readonly operation: Operation | null};

export type PowerVerb = 'start' | 'stop' | 'shutdown' | 'reboot';

/**
 Everything that a person or a billing system may ask for. Each checks its input (throws `Refused`, nothing done), writes what should be so with its
 activity row in one transaction, rings, and answers; none waits for Proxmox. `version`, where a screen acts on a row that it
 showed: somebody else was first → `Refused` `conflict` that says who and when.
 */
export type Intents = {
	/** contract.md's order; `created` false: the same reference and body were there already. */
	readonly createVm: (order: unknown) => Promise<{readonly vm: Vm; readonly created: boolean; readonly operation: Operation | null}>;
	/** Of what needs attention: resets the count and goes on. */
	readonly retryVm: (ref: string) => Promise<VmAnswer>;
	/** `{"package"?, "overrides"?}`; with `isPlan` nothing is written. `Refused` `confirmation` where data would be lost without `allowDataLoss`. */
	readonly changeVm: (ref: string, change: unknown, options: {readonly isPlan: boolean; readonly allowDataLoss: boolean}) => Promise<VmAnswer & {readonly plan: ChangePlan}>;
	readonly reinstallVm: (ref: string, template: string) => Promise<VmAnswer>;
	readonly resetPassword: (ref: string) => Promise<VmAnswer>;
	readonly suspendVm: (ref: string, reason: string) => Promise<VmAnswer>;
	readonly unsuspendVm: (ref: string, reason: string) => Promise<VmAnswer>;
	readonly terminateVm: (ref: string) => Promise<VmAnswer>;
	/** Within the grace. */
	readonly unterminateVm: (ref: string) => Promise<VmAnswer>;
	readonly powerVm: (ref: string, verb: PowerVerb) => Promise<VmAnswer>;
	/** A person says where the VM stands: ends what is open and goes on from there. */
	readonly resetVm: (ref: string, status: string, reason: string) => Promise<VmAnswer>;
	/** Takes over a VM that was looked at (`ImportedGuest`): its row, its addresses, its stamp. */
	readonly importVm: (guest: ImportedGuest, wish: unknown) => Promise<VmAnswer>;
	readonly backUpVm: (ref: string, note: string | null) => Promise<VmAnswer & {readonly backup: Backup}>;
	/** `backup`: `b12` or a volume id. */
	readonly restoreBackup: (ref: string, backup: string, options: {readonly mail: boolean}) => Promise<VmAnswer>;
	readonly removeBackup: (ref: string, backup: string) => Promise<VmAnswer>;
	/** Weekday → `HH:MM`; null: what the package says; an empty one: none. */
	readonly scheduleBackup: (ref: string, schedule: Readonly<Partial<Record<Weekday, string>>> | null) => Promise<VmAnswer>;
	/** Without a name one is made from the moment. */
	readonly takeSnapshot: (ref: string, wish: {readonly name: string | null; readonly note: string | null}) => Promise<VmAnswer & {readonly name: string}>;
	readonly keepSnapshot: (ref: string, name: string, isKept: boolean) => Promise<VmAnswer>;
	readonly rollBackVm: (ref: string, name: string) => Promise<VmAnswer>;
	readonly removeSnapshot: (ref: string, name: string) => Promise<VmAnswer>;
	/** What one of the VM's addresses is to be called in DNS; null: the VM's hostname. */
	readonly setReverseName: (ref: string, address: string, name: string | null) => Promise<VmAnswer>;
	/** Looks at all of the VM's records anew and writes what is missing; with `takesOver` over what others made. */
	readonly setDns: (ref: string, options: {readonly takesOver: boolean}) => Promise<VmAnswer>;
	/** Nobody gets the address but the order with that reference. */
	readonly reserveAddress: (address: string, reference: string | null, spell: Spell) => Promise<Done<string>>;
	/** Nobody gets the address next; whoever has it keeps it. */
	readonly holdAddress: (address: string, spell: Spell) => Promise<Done<string>>;
	/** Ends a reservation, a hold, a quarantine. */
	readonly releaseAddress: (address: string) => Promise<Done<string>>;
	/** Takes a client who has nothing any more out of every row; `Refused` while a VM or an open install is theirs. */
	readonly forgetClient: (email: string) => Promise<Done<number>>;
	/** Finds exactly one VM or throws `Refused` (`unknown`; `ambiguous` with the candidates). */
	readonly resolveVm: (ref: string) => Promise<Vm>;
	readonly requestRun: (task: TaskName) => Promise<RunRequest>;
	readonly pauseTask: (task: TaskName, spell: Spell) => Promise<Done<TaskName>>;
	readonly resumeTask: (task: TaskName) => Promise<Done<TaskName>>;
	/** Seconds; null: back to the file's. */
	readonly setTaskInterval: (task: TaskName, seconds: number | null) => Promise<Done<TaskName>>;
	/** Stale locks of tasks and the leader, or the one named; live ones with `isForced`. Never a VM's or install's lease. */
	readonly clearLocks: (lock: string | null, isForced: boolean) => Promise<readonly LeaseView[]>;
	readonly hold: (spell: Spell) => Promise<Done<null>>;
	readonly endHold: () => Promise<Done<null>>;
	readonly startMaintenance: (place: {readonly cluster: string; readonly node: string | null}, spell: Spell) => Promise<Done<null>>;
	readonly endMaintenance: (place: {readonly cluster: string; readonly node: string | null}) => Promise<Done<null>>;
	readonly acknowledge: (incident: number, note: string | null, forMs: number | null) => Promise<Done<Incident>>;
	/** contract.md's order for a site; `created` false: the same reference and body were there already. The caller makes the account then. */
	readonly addInstall: (order: unknown) => Promise<{readonly install: Install; readonly created: boolean}>;
	/** A new generation: the old site is archived, then goes; the account stays. */
	readonly reinstallSite: (ref: string) => Promise<Done<Install>>;
	/** Finds exactly one install by `12`, `i12`, its reference or domain, or throws `Refused`. */
	readonly resolveInstall: (ref: string) => Promise<Install>;
	/** A running one stops at its next step's border. */
	readonly dropInstall: (id: number, version?: number) => Promise<Done<Install>>;
	readonly undropInstall: (id: number, version?: number) => Promise<Done<Install>>;
	readonly retryInstall: (id: number, version?: number) => Promise<Done<Install>>;
	/** Of an unknown or failed message; what it says is nobody's business. */
	readonly resendMail: (id: number) => Promise<Done<Omit<OutboxRow, 'variables'>>>;
};
