import {backupName, type Backup} from '../../domain/backup.js';
import {backupScheduleOf, hasBackupDay} from '../../domain/backup-schedule.js';
import {formatBytes} from '../../domain/bytes.js';
import {weekdays} from '../../domain/package.js';
import {type Settings} from '../../domain/settings.js';
import {type Snapshot} from '../../domain/snapshot.js';
import {type Vm} from '../../domain/vm.js';
import {fit, type Piece} from '../text.js';
import {type Style} from '../theme.js';
import {
	factLines,
	headingLines,
	momentText,
	type DetailContext,
	type DetailLines,
} from './detail-lines.js';
import {snapshotEnd} from './snapshot-end.js';

/** What there is to bring a VM back from. */
export type Kept = {readonly vm: Vm; readonly backups: readonly Backup[]; readonly snapshots: readonly Snapshot[]; readonly settings: Settings};

const shown = 5;

const scheduleText = (vm: Vm, {timezone, backups: {window}}: Settings): string => {
	const schedule = backupScheduleOf(vm, window);
	return hasBackupDay(schedule) ? `${weekdays.filter(day => schedule[day] !== undefined).map(day => `${day} ${schedule[day]}`).join(', ')} (${vm.timezone ?? timezone})` : 'never';
};

const ofQuota = (count: number, quota: number | undefined): string => quota === undefined ? String(count) : `${count} of ${quota}`;

const stateStyles: Readonly<Record<Backup['state'], Style>> = {
	waiting: 'plain', running: 'accent', done: 'good', failed: 'bad', removed: 'dim',
};

const backupLine = (backup: Backup, context: DetailContext): readonly Piece[] => {
	const {state, sizeBytes, kind, note, cause, createdAt} = backup;
	return [
		['plain', `  ${fit(context.theme, backupName(backup), 7)} `],
		['dim', `${momentText(context, createdAt)}  `],
		[stateStyles[state], state.padEnd(8)],
		['plain', (sizeBytes === null ? '' : formatBytes(sizeBytes)).padStart(7)],
		['dim', `  ${kind}`],
		[state === 'failed' ? 'bad' : 'dim', cause === null && note === null ? '' : `  ${(cause ?? note)!.slice(0, 400)}`],
	];
};

const snapshotLine = (snapshot: Snapshot, {vm, settings}: Kept, context: DetailContext): readonly Piece[] => [
	['plain', `  ${fit(context.theme, snapshot.name, 20)} `],
	['dim', `${momentText(context, snapshot.createdAt)}  `],
	['plain', snapshotEnd(snapshot, vm, settings, context).brief],
	['dim', snapshot.note === null ? '' : `  ${snapshot.note.slice(0, 400)}`],
];

const more = (count: number, command: string): DetailLines => count > shown ? [[['dim', `  (${count - shown} more: ${command})`]]] : [];

/** The newest backups and snapshots of a VM, how many it may have, and when it is backed up by itself. */
export const keptLines = (kept: Kept, context: DetailContext): DetailLines => {
	const {vm, backups, snapshots, settings} = kept;
	const present = backups.filter(({state}) => state !== 'removed').toReversed();
	const good = present.filter(({state, kind}) => state === 'done' && kind !== 'foreign').length;
	const isGone = vm.status === 'removed';
	return [
		...headingLines('Backups and snapshots'),
		...factLines(context, 'backups', ofQuota(good, vm.package.backups)),
		...factLines(context, 'scheduled', isGone ? null : scheduleText(vm, settings)),
		...present.slice(0, shown).map(backup => backupLine(backup, context)),
		...more(present.length, `cronsole backup list v${vm.id}`),
		...factLines(context, 'snapshots', ofQuota(snapshots.filter(({ours}) => ours).length, vm.package.snapshots)),
		...snapshots.toReversed().slice(0, shown).map(snapshot => snapshotLine(snapshot, kept, context)),
		...more(snapshots.length, `cronsole snapshot list v${vm.id}`),
	];
};
