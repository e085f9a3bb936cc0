import {type Backup} from '../../domain/backup.js';
import {backupScheduleOf, hasBackupDay, type BackupSchedule} from '../../domain/backup-schedule.js';
import {createLocalClock} from '../../domain/local-time.js';
import {rotate} from '../../domain/rotation.js';
import {type Settings} from '../../domain/settings.js';
import {type Vm} from '../../domain/vm.js';
import {dayText, type DetailContext} from './detail-lines.js';

const dayMs = 86_400_000;

/** The most rounds that are looked ahead. */
const farthest = 400;

/** How many backups from now on it takes until this one has to make room; undefined: it never does. */
const roundsUntil = (backup: Backup, good: readonly Backup[], quota: number): number | undefined => {
	const stored = good.map(one => ({...one, isProtected: false}));
	const to = Math.max(...good.map(({createdAt}) => createdAt));
	const most = quota === 0 ? 0 : Math.min(farthest, quota + 1);
	for (let round = 1; round <= most; round++) {
		const coming = Array.from({length: round}, (_, index) => ({
			id: -1 - index, kind: 'scheduled' as const, createdAt: to + 1 + index, isProtected: false,
		}));
		if (rotate([...stored, ...coming], quota).some(({id}) => id === backup.id)) {
			return round;
		}
	}

	return undefined;
};

/** The day of the n-th scheduled backup from now on. */
const dayOfRound = (schedule: BackupSchedule, rounds: number, {zone, now, dates}: {readonly zone: string; readonly now: number; readonly dates: ReadonlySet<string | null>}): string => {
	const local = createLocalClock(zone);
	let left = rounds;
	// Noon is the same day in spite of any change of the clocks.
	const noon = now + ((720 - local(now).minutes) * 60_000);
	for (let day = 0; ; day++) {
		const {date, weekday} = local(noon + (day * dayMs));
		left -= schedule[weekday] !== undefined && !dates.has(date) ? 1 : 0;
		if (left === 0) {
			return date;
		}
	}
};

const ofRemoved = ({removedAt}: Vm, {terminate: {keepBackupsDays}}: Settings, context: DetailContext): string => {
	const end = (removedAt ?? context.now) + (keepBackupsDays * dayMs);
	return end <= context.now ? 'soon: its VM was removed, and its backups were kept for as long as the config says' : `on ${dayText(context, end)}: backups outlive their VM by ${keepBackupsDays} days, as the config says`;
};

/** When a backup that is there goes by itself. */
export const backupEnd = (backup: Backup, {vm, backups, settings}: {readonly vm: Vm; readonly backups: readonly Backup[]; readonly settings: Settings}, context: DetailContext): string => {
	if (backup.kind === 'foreign') {
		return 'never by itself: it was made outside cronsole';
	}

	if (vm.status === 'removed') {
		return ofRemoved(vm, settings, context);
	}

	if (backup.kind === 'manual') {
		return 'never by itself: only scheduled ones make room for others';
	}

	const {backups: quota = 0} = vm.package;
	const rounds = roundsUntil(backup, backups.filter(({state}) => state === 'done'), quota);
	if (rounds === undefined) {
		return 'never by itself: its package has no number of backups';
	}

	const schedule = backupScheduleOf(vm, settings.backups.window);
	const when = hasBackupDay(schedule)
		? `on ${dayOfRound(schedule, rounds, {zone: vm.timezone ?? settings.timezone, now: context.now, dates: new Set(backups.map(({localDate}) => localDate))})}`
		: `once ${rounds === 1 ? 'another backup is' : `${rounds} more backups are`} made`;
	return `${when}, to make room: its package keeps ${quota}; never while it is protected on its storage`;
};
