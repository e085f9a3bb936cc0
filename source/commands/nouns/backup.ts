import {type App} from '../../app.js';
import {type Backup, backupName} from '../../domain/backup.js';
import {backupScheduleOf, hasBackupDay} from '../../domain/backup-schedule.js';
import {formatBytes} from '../../domain/bytes.js';
import {weekdays, type Weekday} from '../../domain/package.js';
import {safeText} from '../../domain/safe-text.js';
import {type Settings} from '../../domain/settings.js';
import {type Vm} from '../../domain/vm.js';
import {Refused} from '../../intents/refused.js';
import {confirmForVm} from '../io/confirm.js';
import {exitCodes, type Command} from '../io/io.js';
import {printTable} from '../print/table.js';
import {createTimes, iso} from '../print/times.js';
import {answerForVm} from '../print/answer-for-vm.js';

/** When a VM is backed up by itself, in its own zone. */
export const scheduleText = (vm: Vm, {timezone, backups: {window}}: Settings): string => {
	const schedule = backupScheduleOf(vm, window);
	return hasBackupDay(schedule) ? `${weekdays.filter(day => schedule[day] !== undefined).map(day => `${day}=${schedule[day]}`).join(',')} (${vm.timezone ?? timezone})` : 'never';
};

const backupJson = (backup: Backup) => ({
	id: backupName(backup),
	volid: backup.volid,
	createdAt: iso(backup.createdAt),
	state: backup.state,
	sizeBytes: backup.sizeBytes,
	note: backup.note,
	kind: backup.kind,
	localDate: backup.localDate,
	finishedAt: iso(backup.finishedAt),
	cause: backup.cause,
	attempts: backup.attempts,
});

/** A VM's backups, removed ones last seen too. */
export const listBackups: Command = async (app, [ref = ''], _flags, output) => {
	const vm = await app.intents.resolveVm(ref);
	const settings = app.settings();
	const backups = await app.read.backups.list(vm.id);
	if (output.isJson) {
		output.json({backups: backups.map(backup => backupJson(backup)), schedule: backupScheduleOf(vm, settings.backups.window)});
		return exitCodes.done;
	}

	const scheduled = `scheduled: ${scheduleText(vm, settings)}`;
	if (backups.length === 0) {
		output.out(`${vm.hostname} has no backups${vm.status === 'removed' ? '' : `; ${scheduled}`}`);
		return exitCodes.done;
	}

	const times = createTimes(app.settings().timezone);
	await printTable(output, ['ID', 'BEGUN', 'KIND', 'STATE', 'SIZE', 'NOTE'], backups.map(backup => [
		backupName(backup),
		times.full(backup.createdAt),
		backup.kind,
		backup.state,
		backup.sizeBytes === null ? '' : formatBytes(backup.sizeBytes),
		safeText([backup.note, backup.cause].filter(text => text !== null).join(': '), 160),
	]));
	if (vm.status !== 'removed') {
		output.out(scheduled);
	}

	return exitCodes.done;
};

/** A backup now. */
export const backUpNow: Command = async (app, [ref = ''], flags, output) => {
	const answer = await app.intents.backUpVm(ref, flags.note ?? null);
	return answerForVm(app, answer, flags, output, async () => {
		const backups = await app.read.backups.list(answer.subject.id);
		return {backup: backupJson(backups.find(({id}) => id === answer.backup.id) ?? answer.backup)};
	});
};

/** Brings a VM back to what it was. */
export const restoreBackup: Command = async (app, [ref = '', backup = ''], flags, output) => {
	await confirmForVm(app, ref, `restore ${safeText(backup, 80)} over it: what is on it now is lost`, flags, output);
	return answerForVm(app, await app.intents.restoreBackup(ref, backup, {mail: !flags.noMail}), flags, output);
};

/** Removes a backup for ever. */
export const removeBackup: Command = async (app, [ref = '', backup = ''], flags, output) => {
	await confirmForVm(app, ref, `remove its backup ${safeText(backup, 80)}`, flags, output);
	return answerForVm(app, await app.intents.removeBackup(ref, backup), flags, output);
};

const hint = 'write --at mon=02:30,thu=04:00, or --off for none, or --at package for what the package says';

/** `mon=02:30,thu=04:00`; null: as the package says. */
const readSchedule = (text: string): Readonly<Partial<Record<Weekday, string>>> | null => {
	if (text === 'package') {
		return null;
	}

	const rows = text.split(',').map(part => part.trim().split('='));
	const days = rows.map(([day = '', time = '']): readonly [Weekday, string] => {
		const name = weekdays.find(known => known === day.toLowerCase());
		if (name === undefined || !/^(?:[01]\d|2[0-3]):[0-5]\d$/.test(time)) {
			throw new Refused('invalid', `--at: ${safeText(`${day}=${time}`, 40)} is no day and time`, hint);
		}

		return [name, time];
	});
	if (new Set(days.map(([day]) => day)).size < days.length) {
		throw new Refused('invalid', '--at: a day stands there twice', hint);
	}

	return Object.fromEntries(days);
};

const scheduleOf = ({at, off}: {readonly at?: string; readonly off?: boolean}) => {
	if ((at === undefined) === !off) {
		throw new Refused('invalid', at === undefined ? 'neither --at nor --off' : '--at and --off together', hint);
	}

	return at === undefined ? {} : readSchedule(at);
};

/** When a VM is backed up by itself. */
export const scheduleBackup: Command = async (app: App, [ref = ''], flags, output) => {
	const schedule = scheduleOf(flags);
	return answerForVm(app, await app.intents.scheduleBackup(ref, schedule), flags, output, () => ({schedule}));
};
