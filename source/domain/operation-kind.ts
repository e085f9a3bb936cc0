import {type TaskName} from './task.js';
import {changeStatuses, deployStatuses, reinstallStatuses} from './vm-status.js';

/** What an operation does and where it stands: the rows of its pipeline are between these positions. */
type KindRow = {
	/** The owner: its lock, interval and pause govern the start and continuation. */
	readonly task: TaskName;
	readonly title: string;
	/** In order: where it begins, then what each step leads to. */
	readonly positions: readonly string[];
	/** `vm`: the VM's status is the position · `operation`: the operation keeps its own, and the VM's status stays. */
	readonly keptBy: 'vm' | 'operation';
	/** What follows where a person would be needed: the VM needs attention, or (it is as it was before) the operation alone failed. */
	readonly ifHopeless: 'attention' | 'fail';
};

/** Brings a VM back to what its row wants, after an old configuration came back with its disks. */
const reapplied = ['set_stamp', ...deployStatuses.slice(deployStatuses.indexOf('set_cpu_ram'), -1), 'done'] as const;

/** The kinds of operations; `create` is the deploy. */
export const operationKinds = {
	create: {
		task: 'process_vms', title: 'deploy', positions: deployStatuses, keptBy: 'vm', ifHopeless: 'attention',
	},
	change: {
		task: 'process_vms', title: 'change package', positions: changeStatuses, keptBy: 'vm', ifHopeless: 'attention',
	},
	reinstall: {
		task: 'process_vms', title: 'reinstall', positions: reinstallStatuses, keptBy: 'vm', ifHopeless: 'attention',
	},
	terminate: {
		task: 'process_vms', title: 'terminate', keptBy: 'operation', ifHopeless: 'attention',
		positions: ['asked', 'cut_off', 'grace_over', 'traffic_counted', 'backups_removed', 'dns_removed', 'destroyed', 'removed'],
	},
	password: {
		task: 'process_vms', title: 'password', positions: ['asked', 'chosen', 'set_cloudinit', 'rebooted', 'done'], keptBy: 'operation', ifHopeless: 'attention',
	},
	start: {
		task: 'process_vms', title: 'start', positions: ['asked', 'done'], keptBy: 'operation', ifHopeless: 'fail',
	},
	stop: {
		task: 'process_vms', title: 'stop', positions: ['asked', 'done'], keptBy: 'operation', ifHopeless: 'fail',
	},
	shutdown: {
		task: 'process_vms', title: 'shutdown', positions: ['asked', 'done'], keptBy: 'operation', ifHopeless: 'fail',
	},
	reboot: {
		task: 'process_vms', title: 'reboot', positions: ['asked', 'done'], keptBy: 'operation', ifHopeless: 'fail',
	},
	suspend: {
		task: 'process_vms', title: 'suspend', positions: ['asked', 'set_onboot', 'done'], keptBy: 'operation', ifHopeless: 'attention',
	},
	unsuspend: {
		task: 'process_vms', title: 'unsuspend', positions: ['asked', 'set_onboot', 'done'], keptBy: 'operation', ifHopeless: 'attention',
	},
	'take-snapshot': {
		task: 'process_vms', title: 'snapshot', positions: ['asked', 'done'], keptBy: 'operation', ifHopeless: 'fail',
	},
	'remove-snapshot': {
		task: 'process_vms', title: 'remove snapshot', positions: ['asked', 'done'], keptBy: 'operation', ifHopeless: 'fail',
	},
	'expire-snapshot': {
		task: 'remove_snapshots', title: 'remove expired snapshot', positions: ['asked', 'done'], keptBy: 'operation', ifHopeless: 'fail',
	},
	rollback: {
		task: 'process_vms', title: 'rollback', positions: ['asked', 'stopped', 'rolled_back', ...reapplied], keptBy: 'operation', ifHopeless: 'attention',
	},
	backup: {
		task: 'backup_status', title: 'backup', positions: ['asked', 'backed_up', 'recorded', 'done'], keptBy: 'operation', ifHopeless: 'fail',
	},
	'scheduled-backup': {
		task: 'schedule_backup', title: 'scheduled backup', positions: ['asked', 'backed_up', 'recorded', 'done'], keptBy: 'operation', ifHopeless: 'fail',
	},
	'remove-backup': {
		task: 'process_vms', title: 'remove backup', positions: ['asked', 'done'], keptBy: 'operation', ifHopeless: 'fail',
	},
	restore: {
		task: 'restore_backup', title: 'restore', positions: ['asked', 'stopped', 'snapshots_removed', 'restored', ...reapplied], keptBy: 'operation', ifHopeless: 'attention',
	},
	dns: {
		task: 'process_vms', title: 'DNS', positions: ['asked', 'done'], keptBy: 'operation', ifHopeless: 'fail',
	},
	import: {
		task: 'process_vms', title: 'import', positions: ['asked', 'done'], keptBy: 'operation', ifHopeless: 'attention',
	},
} as const satisfies Readonly<Record<string, KindRow>>;

export type OperationKind = keyof typeof operationKinds;

/** The row of a kind, with the general type. */
export const kindOf = (kind: OperationKind): KindRow => operationKinds[kind];
