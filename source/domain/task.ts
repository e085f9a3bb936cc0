/** The seven tasks, in the order in which every screen shows them. Intervals in seconds. */
export const taskTable = [
	{
		name: 'process_vms', alias: 'processVirtualMachines', title: 'Process VMs', defaultIntervalSeconds: 60,
		description: 'Moves every VM that is not ready one or more steps on: deploy, change-package, reinstall, terminate and the one-step operations; creates and updates DNS records.',
		tip: 'Keep it at one or two minutes: it is what a customer waits for.',
	},
	{
		name: 'remove_snapshots', alias: 'removeOldSnapshots', title: 'Remove Snapshots', defaultIntervalSeconds: 3600,
		description: 'Removes snapshots that are older than their lifetime and not marked to be kept.',
		tip: 'Once an hour is enough: lifetimes are counted in days.',
	},
	{
		name: 'restore_backup', alias: 'restoreBackupStatus', title: 'Restore Backup', defaultIntervalSeconds: 300,
		description: 'Starts and watches restores; at the end re-applies what the VM should be and sends the mail.',
		tip: 'A restore goes on by itself; the interval only bounds when a new one starts without a leader.',
	},
	{
		name: 'backup_status', alias: 'nowBackupStatus', title: 'Backup Status', defaultIntervalSeconds: 300,
		description: 'Watches running backups, manual and scheduled, and writes success or failure into their records.',
		tip: 'Backups run on without it; it only records how they ended.',
	},
	{
		name: 'schedule_backup', alias: 'scheduleBackup', title: 'Schedule Backup', defaultIntervalSeconds: 3600,
		description: 'Starts a backup for each VM whose weekday schedule says so, once per VM and scheduled day, and rotates old ones.',
		tip: 'At more than an hour a backup may start that much later than its time of day.',
	},
	{
		name: 'collect_statistics', alias: 'collectingStatistics', title: 'Collect Statistics', defaultIntervalSeconds: 3600,
		description: 'Adds up bytes in and out from the clusters\' own records for usage billing.',
		tip: 'An hour matches the finest records that old clusters keep.',
	},
	{
		name: 'process_installs', alias: 'processInstalls', title: 'Process Installs', defaultIntervalSeconds: 300,
		description: 'Runs the staged site installs and re-installs, then sends the welcome mail.',
		tip: 'The interval is the time in which an install can still be dropped.',
	},
] as const;

export type TaskName = typeof taskTable[number]['name'];

export const taskNames: readonly TaskName[] = taskTable.map(({name}) => name);

/** A task's name by either of its spellings. */
export const findTaskName = (text: string): TaskName | undefined =>
	taskTable.find(({name, alias}) => name === text || alias === text)?.name;

/** The lease's name of a task's lock. */
export const taskLock = (name: TaskName): string => `task:${name}`;

/** What a task's settings come to: the file's or a set interval, and whether it is paused. */
export type TaskState = {
	readonly name: TaskName;
	/** 0 is off. */
	readonly intervalSeconds: number;
	readonly intervalFrom: 'default' | 'file' | 'set';
	/** Who set it, where `intervalFrom` is `set`. */
	readonly intervalSetBy: string | null;
	/** What the file (or the default) says. */
	readonly fileIntervalSeconds: number;
	readonly paused: null | {readonly by: string; readonly reason: string | null; readonly since: number; readonly until: number | null};
};
