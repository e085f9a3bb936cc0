import {type Backup, backupName} from '../domain/backup.js';
import {weekdays, type Weekday} from '../domain/package.js';
import {safeText} from '../domain/safe-text.js';
import {suggest} from '../domain/suggest.js';
import {vmName} from '../domain/vm.js';
import {
	answerChanged,
	answerSo,
	askForOperation,
	askVm,
	logOf,
	type Asked,
} from './ask-vm.js';
import {type IntentContext, type Intents} from './intents.js';
import {backupTimes} from './order-schema.js';
import {readNote} from './read-note.js';
import {readShape} from './read-shape.js';
import {Refused} from './refused.js';

/** A backup that takes, or will take, one of the places that the package pays for. */
const takesPlace = ({kind, state}: Backup): boolean => kind !== 'foreign' && ['waiting', 'running', 'done'].includes(state);

const checkQuota = async ({tables, vm}: Asked): Promise<void> => {
	const {backups: quota} = vm.package;
	if (quota === 0) {
		throw new Refused('not-allowed', `the package of ${vm.hostname} has no backups`, 'change the package, or set "backups" with `cronsole vm change`');
	}

	const backups = await tables.backups.list(vm.id);
	const taken = backups.filter(backup => takesPlace(backup));
	if (quota === undefined || taken.length < quota) {
		return;
	}

	const names = taken.slice(0, 5).map(backup => backupName(backup)).join(', ');
	throw new Refused('not-allowed', `${vm.hostname} has ${taken.length} of ${quota} backups: ${names}`, `remove one first: cronsole backup remove ${vmName(vm)} ${backupName(taken[0]!)}`);
};

const storageOf = ({context, vm}: Asked): string => {
	const storage = context.settings().clusters.find(({name}) => name === vm.cluster)?.backup?.storage;
	if (storage === undefined) {
		throw new Refused('not-allowed', `the cluster ${vm.cluster} has no storage for backups`, 'name one in the config: backup: {storage: NAME}');
	}

	return storage;
};

/** Makes a backup now, within the package's quota; its record is written with its operation. */
export const backUpVm = (context: IntentContext): Intents['backUpVm'] => async (ref, text) => {
	const note = readNote(text);
	return askVm(context, 'backup now', ref, async asked => {
		const {tables, vm, now} = asked;
		const storage = storageOf(asked);
		const answer = await askForOperation(asked, {kind: 'backup', params: {note}, what: 'backup'});
		const operationId = answer.operation!.id;
		const known = await tables.backups.findByOperation(operationId);
		if (known) {
			return {...answer, message: `${answer.message}: ${backupName(known)}`, backup: known};
		}

		await checkQuota(asked);
		const backup = await tables.backups.add({
			vmId: vm.id, kind: 'manual', localDate: null, storage, note, createdAt: now, operationId,
		});
		return {...answer, message: `${answer.message}: ${backupName(backup)}`, backup};
	});
};

const getBackup = async ({tables, vm}: Asked, text: string): Promise<Backup> => {
	const backups = await tables.backups.list(vm.id);
	const found = backups.find(backup => backupName(backup) === text || (backup.volid !== null && backup.volid === text));
	if (!found) {
		const there = backups.filter(({state}) => state === 'done').map(backup => backupName(backup));
		throw new Refused('unknown', `${vm.hostname} has no backup ${safeText(text, 120)}`, there.length === 0 ? 'it has none' : suggest(text, there));
	}

	return found;
};

const notThere: Readonly<Record<Exclude<Backup['state'], 'done'>, string>> = {
	waiting: 'has not begun', running: 'is being made', failed: 'failed', removed: 'was removed',
};

/** Refuses a backup that is not there to be used. */
const assertThere = ({vm}: Asked, backup: Backup): void => {
	if (backup.state !== 'done') {
		throw new Refused('not-allowed', `the backup ${backupName(backup)} ${notThere[backup.state]}`, `choose one that is done: cronsole backup list ${vmName(vm)}`);
	}
};

/** Brings a VM back to what it was in a backup. */
export const restoreBackup = (context: IntentContext): Intents['restoreBackup'] => async (ref, text, {mail}) => askVm(context, 'backup restore', ref, async asked => {
	const backup = await getBackup(asked, text);
	assertThere(asked, backup);
	return askForOperation(asked, {kind: 'restore', params: {backupId: backup.id, mail}, what: `restore of ${backupName(backup)}`});
});

/** Removes a backup for ever. */
export const removeBackup = (context: IntentContext): Intents['removeBackup'] => async (ref, text) => askVm(context, 'backup remove', ref, async asked => {
	const backup = await getBackup(asked, text);
	if (backup.state === 'removed') {
		return answerSo(asked, `${asked.vm.hostname}: the backup ${backupName(backup)} was removed already`);
	}

	assertThere(asked, backup);
	return askForOperation(asked, {kind: 'remove-backup', params: {backupId: backup.id}, what: `removal of the backup ${backupName(backup)}`});
});

type Schedule = Readonly<Partial<Record<Weekday, string>>>;

const listDays = (schedule: Schedule): readonly Weekday[] => weekdays.filter(day => schedule[day] !== undefined);

const scheduleText = (schedule: Schedule | null): string => schedule === null
	? 'as the package says'
	: (listDays(schedule).length === 0 ? 'none' : listDays(schedule).map(day => `${day}=${schedule[day]}`).join(','));

/** Says when a VM is backed up by itself. */
export const scheduleBackup = (context: IntentContext): Intents['scheduleBackup'] => async (ref, wish) => {
	const given = wish === null ? null : readShape(backupTimes, wish, 'the schedule', 'write weekdays and times, such as mon=02:30,thu=04:00; nothing was changed');
	const schedule = given && Object.fromEntries(listDays(given).map(day => [day, given[day]!]));
	return askVm(context, 'backup schedule', ref, async asked => {
		const {tables, vm} = asked;
		if (scheduleText(vm.backup) === scheduleText(schedule)) {
			return answerSo(asked, `${vm.hostname}: scheduled backups: ${scheduleText(schedule)}, so already`);
		}

		await tables.vms.set(vm.id, {backup: schedule});
		await logOf(asked, `scheduled backups: ${scheduleText(schedule)}, before: ${scheduleText(vm.backup)}`);
		return answerChanged(asked, `${vm.hostname}: scheduled backups: ${scheduleText(schedule)}`, null);
	});
};
