import {type App} from '../../app.js';
import {backupName, type Backup} from '../../domain/backup.js';
import {formatBytes} from '../../domain/bytes.js';
import {formatAge, formatTook} from '../../domain/duration.js';
import {type Operation} from '../../domain/operation.js';
import {vmName, type Vm} from '../../domain/vm.js';
import {type Style} from '../theme.js';
import {backupEnd} from './backup-end.js';
import {commandLines, type ReadyCommand} from './command-lines.js';
import {
	factLines,
	progressPieces,
	type Detail,
	type DetailContext,
	type DetailLines,
} from './detail-lines.js';
import {readProgress} from './read-progress.js';
import {vmText} from './vm-text.js';

const kindText = ({kind, localDate, attempts}: Backup): string => {
	if (kind === 'scheduled') {
		return `by schedule, for ${localDate ?? 'a day that is not known'}${attempts > 1 ? `, attempt ${attempts}` : ''}`;
	}

	return kind === 'manual' ? 'by hand' : 'outside cronsole';
};

const states: Readonly<Record<Backup['state'], readonly [text: string, style: Style]>> = {
	waiting: ['waiting: it has not begun', 'plain'],
	running: ['running', 'accent'],
	done: ['done', 'good'],
	failed: ['failed', 'bad'],
	removed: ['removed: it is not there any more', 'dim'],
};

const commandsOf = (backup: Backup, vm: Vm): readonly ReadyCommand[] => {
	const ref = vmName(vm);
	if (backup.state === 'done') {
		return [
			{verb: 'backup restore', words: `${ref} ${backupName(backup)}`, does: 'brings the VM back to this: what is on it now is lost'},
			{verb: 'backup remove', words: `${ref} ${backupName(backup)}`, does: 'removes this backup for ever'},
		];
	}

	return [{verb: 'backup now', words: ref, does: 'makes a new one'}];
};

const workLines = (operation: Operation | undefined, progress: number | null, context: DetailContext): DetailLines => {
	if (operation?.state !== 'running' && operation?.state !== 'waiting') {
		return [];
	}

	const {waitingFor, attempt, requestedBy} = operation;
	return [
		...progress === null ? [] : [[['dim', '  progress      '], ...progressPieces(context, progress, 20)] as const],
		...factLines(context, 'waits for', waitingFor),
		...factLines(context, 'attempt', attempt > 0 ? String(attempt + 1) : null),
		...factLines(context, 'asked for by', requestedBy),
	];
};

const tookText = ({kind, createdAt, finishedAt, state}: Backup, {now}: DetailContext): string | null => {
	if (kind === 'foreign' || state === 'waiting' || state === 'removed') {
		return null;
	}

	return state === 'running' ? `${formatAge(now - createdAt)} so far` : (finishedAt === null ? null : formatTook(finishedAt - createdAt));
};

/** A backup: how it stands, what it is, when it goes by itself, and the commands that use it. */
export const readBackupDetail = async (app: App, {id, vmId}: {readonly id: number; readonly vmId: number}, context: DetailContext): Promise<Detail> => {
	const {read} = app;
	const [vm, backup, backups, open] = await Promise.all([read.vms.find(vmId), read.backups.find(id), read.backups.list(vmId), read.operations.listOpen(vmId)]);
	if (!vm || backup?.vmId !== vmId) {
		return {title: `b${id}`, lines: [[['bad', '  there is no such backup any more']]]};
	}

	const operation = open.find(one => one.id === backup.operationId);
	const settings = app.settings();
	const {state, cause, note, sizeBytes, storage, volid, createdAt, finishedAt} = backup;
	const [stateText, stateStyle] = states[state];
	return {
		title: `${backupName(backup)} of ${vm.hostname}`,
		lines: [
			[],
			...factLines(context, 'state', stateText, stateStyle),
			...factLines(context, state === 'failed' ? 'why' : 'said', cause, state === 'failed' ? 'bad' : 'warning'),
			...workLines(operation, operation ? await readProgress(app, operation) : null, context),
			...factLines(context, 'vm', vmText(vm)),
			...factLines(context, 'made', kindText(backup)),
			...factLines(context, state === 'waiting' ? 'asked for' : 'begun', `${context.times.full(createdAt)} (${formatAge(context.now - createdAt)} ago)`),
			...factLines(context, 'took', tookText(backup, context)),
			...factLines(context, state === 'removed' ? 'removed' : 'finished', finishedAt === null ? null : context.times.full(finishedAt)),
			...factLines(context, 'size', sizeBytes === null ? null : formatBytes(sizeBytes)),
			...factLines(context, 'storage', storage),
			...factLines(context, 'volume', volid),
			...factLines(context, 'note', note),
			...factLines(context, 'goes', state === 'done' ? backupEnd(backup, {vm, backups, settings}, context) : null),
			...commandLines(commandsOf(backup, vm), {vm, open, graceMs: settings.terminate.graceMs}, context),
		],
	};
};
