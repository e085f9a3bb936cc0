import {type OperationKind} from './operation-kind.js';
import {type Operation} from './operation.js';
import {type Package} from './package.js';
import {type SuspendReason, type TemplatePlace} from './vm.js';

type Nothing = Readonly<Record<string, never>>;

/** What an operation was asked to do, by kind. Written as JSON into its row: no secrets; later versions only add fields. */
export type OperationParameters = {
	readonly create: Nothing;
	/** What the VM is to be: already resolved, without what was rejected. */
	readonly change: {readonly packageName: string; readonly package: Package; readonly overrides: Package; readonly allowDataLoss: boolean};
	readonly reinstall: {readonly template: TemplatePlace};
	readonly terminate: Nothing;
	readonly password: Nothing;
	readonly start: Nothing;
	readonly stop: Nothing;
	readonly shutdown: Nothing;
	readonly reboot: Nothing;
	readonly suspend: {readonly reason: SuspendReason};
	readonly unsuspend: {readonly reason: SuspendReason};
	readonly 'take-snapshot': {readonly name: string; readonly note: string | null};
	readonly 'remove-snapshot': {readonly name: string};
	readonly 'expire-snapshot': {readonly name: string};
	readonly rollback: {readonly name: string};
	/** Its record is found by the operation's id. */
	readonly backup: {readonly note: string | null};
	/** The day in the VM's zone, `2026-11-21`. */
	readonly 'scheduled-backup': {readonly localDate: string};
	readonly 'remove-backup': {readonly backupId: number};
	readonly restore: {readonly backupId: number; readonly mail: boolean};
	/** With `takesOver` what stands under the VM's names is ours, whoever made it. */
	readonly dns: {readonly takesOver: boolean};
	readonly import: Nothing;
};

/** An operation's parameters; the caller knows its kind. */
export const parametersOf = <K extends OperationKind>(_kind: K, {params}: Pick<Operation, 'params'>): OperationParameters[K] => params as OperationParameters[K];
