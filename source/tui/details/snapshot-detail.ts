import {type App} from '../../app.js';
import {formatAge} from '../../domain/duration.js';
import {vmName} from '../../domain/vm.js';
import {commandLines, shellWord} from './command-lines.js';
import {
	factLines,
	type Detail,
	type DetailContext,
} from './detail-lines.js';
import {snapshotEnd} from './snapshot-end.js';
import {vmText} from './vm-text.js';

/** A snapshot: what it is, when it goes by itself, and the commands that use it. */
export const readSnapshotDetail = async (app: App, {id, vmId}: {readonly id: number; readonly vmId: number}, context: DetailContext): Promise<Detail> => {
	const {read} = app;
	const [vm, snapshots, open] = await Promise.all([read.vms.find(vmId), read.snapshots.list(vmId), read.operations.listOpen(vmId)]);
	const snapshot = snapshots.find(one => one.id === id);
	if (!vm || !snapshot) {
		return {title: 'snapshot', lines: [[['bad', '  there is no such snapshot any more']]]};
	}

	const settings = app.settings();
	const {name, note, createdAt, keep, ours} = snapshot;
	const words = `${vmName(vm)} ${shellWord(name)}`;
	return {
		title: `${name} of ${vm.hostname}`,
		lines: [
			[],
			...factLines(context, 'snapshot', name),
			...factLines(context, 'vm', vmText(vm)),
			...factLines(context, 'taken', createdAt > 0 ? `${context.times.full(createdAt)} (${formatAge(context.now - createdAt)} ago), ${ours ? 'through cronsole' : 'outside cronsole'}` : 'at a moment that nobody knows'),
			...factLines(context, 'note', note),
			...factLines(context, 'goes', snapshotEnd(snapshot, vm, settings, context).full),
			...commandLines([
				{verb: 'snapshot rollback', words, does: 'brings the VM back to this: what came after is lost'},
				keep
					? {verb: 'snapshot keep', words: `${words} --off`, does: 'lets it go by its age again'}
					: {verb: 'snapshot keep', words, does: 'never removes it by its age'},
				{verb: 'snapshot remove', words, does: 'removes this snapshot for ever'},
			], {vm, open, graceMs: settings.terminate.graceMs}, context),
		],
	};
};
