import {type Backup} from './backup.js';
import {dayBefore, type LocalTime} from './local-time.js';
import {weekdays, type Weekday} from './package.js';
import {type Vm} from './vm.js';

/** Times of day by weekday, in the VM's zone. */
export type BackupSchedule = Readonly<Partial<Record<Weekday, string>>>;

/** What is known of one scheduled day. */
export type DayRecord = Pick<Backup, 'state' | 'attempts' | 'finishedAt'>;

/** So many attempts a day. */
const mostAttempts = 3;

const restMs = 15 * 60_000;
const dayMinutes = 24 * 60;

const minutesOf = (time: string): number => {
	const [hours, minutes] = time.split(':').map(Number);
	return (hours! * 60) + minutes!;
};

const timeOf = (minutes: number): string => [Math.floor(minutes / 60), minutes % 60].map(part => String(part).padStart(2, '0')).join(':');

/** A time within the window that stays the same for a VM; many VMs lie evenly in it. The window may go past midnight. */
const spread = (id: number, window: string): string => {
	const [from, to] = window.split('-').map(time => minutesOf(time));
	const length = (to! - from! + dayMinutes) % dayMinutes;
	// Steps of the golden ratio: ids in a row come to lie far from each other.
	const share = (id * 0.618033988749895) % 1;
	return timeOf((from! + Math.floor(share * length)) % dayMinutes);
};

/** When a VM is backed up by itself: as set for it, else as its package says; nothing where the package has no backups. */
export const backupScheduleOf = ({id, backup, package: {backups, backupDays = [], backupAt}}: Pick<Vm, 'id' | 'backup' | 'package'>, window: string): BackupSchedule => backups === 0 ? {} : backup ?? Object.fromEntries(backupDays.map(day => [day, backupAt ?? spread(id, window)]));

export const hasBackupDay = (schedule: BackupSchedule): boolean => weekdays.some(day => schedule[day] !== undefined);

const mayBegin = (record: DayRecord | undefined, now: number): boolean => {
	if (!record) {
		return true;
	}

	// One that failed in the future did so before the clock was set back.
	const restedMs = now - (record.finishedAt ?? 0);
	return record.state === 'failed' && record.attempts < mostAttempts && (restedMs < 0 || restedMs >= restMs);
};

export type Circumstances = {
	readonly now: number;
	/** `now`, by the VM's clock. */
	readonly local: LocalTime;
	/** How long after its time a day's first attempt may still begin when midnight has passed: a run that comes once an hour must not miss the last hour of a day. */
	readonly lateMinutes: number;
	readonly recordOf: (date: string) => DayRecord | undefined;
};

/** The local day for which a backup is due now; undefined: none is. */
export const findDueDay = (schedule: BackupSchedule, {now, local, lateMinutes, recordOf}: Circumstances): string | undefined => {
	const before = dayBefore(local);
	const missed = schedule[before.weekday];
	if (missed !== undefined && dayMinutes - minutesOf(missed) + local.minutes <= lateMinutes && recordOf(before.date) === undefined) {
		return before.date;
	}

	const at = schedule[local.weekday];
	return at !== undefined && local.minutes >= minutesOf(at) && mayBegin(recordOf(local.date), now) ? local.date : undefined;
};
