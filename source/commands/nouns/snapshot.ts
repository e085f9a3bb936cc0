import {safeText} from '../../domain/safe-text.js';
import {confirmForVm} from '../io/confirm.js';
import {exitCodes, type Command} from '../io/io.js';
import {printTable} from '../print/table.js';
import {createTimes, iso} from '../print/times.js';
import {answerForVm} from '../print/answer-for-vm.js';

/** A VM's snapshots, as its cluster listed them last. */
export const listSnapshots: Command = async (app, [ref = ''], _flags, output) => {
	const vm = await app.intents.resolveVm(ref);
	const snapshots = await app.read.snapshots.list(vm.id);
	if (output.isJson) {
		output.json({
			snapshots: snapshots.map(({name, createdAt, note, keep, ours}) => ({
				name, createdAt: iso(createdAt), note, keep, ours,
			})),
		});
	} else if (snapshots.length === 0) {
		output.out(`${vm.hostname} has no snapshots`);
	} else {
		const times = createTimes(app.settings().timezone);
		await printTable(output, ['NAME', 'TAKEN', 'KEPT', 'BY', 'NOTE'], snapshots.map(({name, createdAt, note, keep, ours}) => [
			safeText(name, 40), times.full(createdAt), keep ? 'for ever' : '', ours ? 'cronsole' : 'others', safeText(note ?? '', 160),
		]));
	}

	return exitCodes.done;
};

/** Takes a snapshot. */
export const takeSnapshot: Command = async (app, [ref = ''], flags, output) => {
	const answer = await app.intents.takeSnapshot(ref, {name: flags.name ?? null, note: flags.note ?? null});
	return answerForVm(app, answer, flags, output, () => ({snapshot: answer.name}));
};

/** Marks a snapshot so that its age never removes it; `--off` takes that back. */
export const keepSnapshot: Command = async (app, [ref = '', name = ''], flags, output) =>
	answerForVm(app, await app.intents.keepSnapshot(ref, name, !flags.off), flags, output);

/** Brings a VM back to a snapshot. */
export const rollBack: Command = async (app, [ref = '', name = ''], flags, output) => {
	await confirmForVm(app, ref, `roll it back to ${safeText(name, 40)}: what came after is lost`, flags, output);
	return answerForVm(app, await app.intents.rollBackVm(ref, name), flags, output);
};

/** Removes a snapshot. */
export const removeSnapshot: Command = async (app, [ref = '', name = ''], flags, output) => {
	await confirmForVm(app, ref, `remove its snapshot ${safeText(name, 40)}`, flags, output);
	return answerForVm(app, await app.intents.removeSnapshot(ref, name), flags, output);
};
