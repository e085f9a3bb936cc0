import {backupScheduleOf, hasBackupDay, type BackupSchedule} from '../../domain/backup-schedule.js';
import {weekdays, type Weekday} from '../../domain/package.js';
import {backupTimes} from '../../intents/order-schema.js';
import {Refused} from '../../intents/refused.js';
import {type Field, type Form, type FormValues} from './form.js';
import {orderBody} from './order-body.js';
import {shapeProblems} from './problems-by-field.js';

const modes = ['as the package says', 'own times', 'none'] as const;
const [asPackage, own, none] = modes;

const labels: Readonly<Record<Weekday, string>> = {
	mon: 'Monday', tue: 'Tuesday', wed: 'Wednesday', thu: 'Thursday', fri: 'Friday', sat: 'Saturday', sun: 'Sunday',
};

const days: readonly Field[] = weekdays.map(day => ({
	name: day, label: labels[day], hint: (_, {zone = ''}) => `A time of day such as 02:30 by the clocks of ${zone}; empty: no backup on that day.`, isRequired: false, isThere: ({mode}) => mode === own,
}));

const fields: readonly Field[] = [
	{
		name: 'mode', label: 'Backups', hint: (_, {packageSays = ''}) => packageSays, isRequired: true, choices: () => modes,
	},
	...days,
];

const timesText = (schedule: BackupSchedule): string => weekdays.filter(day => schedule[day] !== undefined).map(day => `${day}=${schedule[day]}`).join(',');

const modeOf = (backup: BackupSchedule | null): typeof modes[number] => backup === null ? asPackage : (hasBackupDay(backup) ? own : none);

const scheduleOf = (values: FormValues): BackupSchedule | null => {
	if (values.mode === asPackage) {
		return null;
	}

	return values.mode === own ? orderBody(days, values) : {};
};

/** When a VM is backed up by itself: `backup schedule`. */
export const scheduleForm: Form = {
	name: 'schedule',
	title: ({hostname, zone}) => hostname === undefined ? 'Scheduled backups' : `Scheduled backups of ${hostname} (${zone})`,
	button: 'Set',
	fields,
	start: {},
	async read(app, about) {
		const vm = await app.intents.resolveVm(about);
		const {timezone, backups: {window}} = app.settings();
		const ofPackage = backupScheduleOf({...vm, backup: null}, window);
		const packageSays = vm.package.backups === 0
			? 'The package has no backups: none is made, whatever stands here.'
			: `The package says: ${hasBackupDay(ofPackage) ? timesText(ofPackage) : 'none'}.`;
		return {
			hostname: vm.hostname, zone: vm.timezone ?? timezone, packageSays, mode: modeOf(vm.backup), ...vm.backup && hasBackupDay(vm.backup) ? vm.backup : ofPackage,
		};
	},
	check(values) {
		const schedule = scheduleOf(values);
		if (schedule && values.mode === own && !hasBackupDay(schedule)) {
			return {mode: 'no day has a time; write one, or choose none'};
		}

		return schedule ? shapeProblems(backupTimes, schedule, days) : {};
	},
	async send(app, values, {about}) {
		if (about === null) {
			throw new Refused('invalid', 'there is no VM that this is about', 'choose one first');
		}

		const {message} = await app.intents.scheduleBackup(about, scheduleOf(values));
		return {level: 'good', text: message};
	},
};
