import {parametersOf} from '../domain/operation-parameters.js';
import {type Operation} from '../domain/operation.js';
import {safeText} from '../domain/safe-text.js';
import {type Snapshot} from '../domain/snapshot.js';
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
import {readNote} from './read-note.js';
import {Refused} from './refused.js';

const reserved = new Set(['current', 'pending']);

const readName = (name: string): string => {
	if (!/^[a-z][\w-]{1,39}$/i.test(name) || reserved.has(name.toLowerCase())) {
		throw new Refused('invalid', `name: ${safeText(name, 60)} is no name of a snapshot`, 'write a letter, then 1 to 39 letters, digits, - and _; neither current nor pending');
	}

	return name;
};

/** `s20261121-174012`, in UTC. */
const nameOfMoment = (at: number): string => `s${new Date(at).toISOString().replaceAll(/[-:]|\..*/g, '').replace('T', '-')}`;

const takesOf = (open: readonly Operation[]): ReadonlyArray<{readonly operation: Operation; readonly name: string; readonly note: string | null}> =>
	open.filter(({kind}) => kind === 'take-snapshot').map(operation => ({operation, ...parametersOf('take-snapshot', operation)}));

/** The name that was made for the same wish, while that waits; else one that nothing has. */
const chooseName = (note: string | null, {open, now}: Asked, snapshots: readonly Snapshot[]): string => {
	const takes = takesOf(open);
	const same = takes.find(take => take.operation.state === 'waiting' && take.note === note && /^s\d{8}-\d{6}$/.test(take.name));
	if (same) {
		return same.name;
	}

	const taken = new Set([...takes, ...snapshots].map(({name}) => name));
	let at = now;
	while (taken.has(nameOfMoment(at))) {
		at += 1000;
	}

	return nameOfMoment(at);
};

const checkQuota = ({vm, open}: Asked, snapshots: readonly Snapshot[]): void => {
	const {snapshots: quota} = vm.package;
	if (quota === 0) {
		throw new Refused('not-allowed', `the package of ${vm.hostname} has no snapshots`, 'change the package, or set "snapshots" with `cronsole vm change`');
	}

	const count = snapshots.filter(({ours}) => ours).length + takesOf(open).length;
	if (quota === undefined || count < quota) {
		return;
	}

	const names = snapshots.filter(({ours}) => ours).map(({name}) => name).slice(0, 5).join(', ');
	throw new Refused('not-allowed', `${vm.hostname} has ${count} of ${quota} snapshots${names === '' ? '' : `: ${names}`}`, `remove one first: cronsole snapshot remove ${vmName(vm)} NAME`);
};

/** Takes a snapshot, within the package's quota. */
export const takeSnapshot = (context: IntentContext): Intents['takeSnapshot'] => async (ref, wish) => {
	const given = wish.name === null ? null : readName(wish.name);
	const note = readNote(wish.note);
	return askVm(context, 'snapshot take', ref, async asked => {
		const {tables, vm, open} = asked;
		const snapshots = await tables.snapshots.list(vm.id);
		const name = given ?? chooseName(note, asked, snapshots);
		const takes = takesOf(open);
		const isAsked = takes.some(take => take.name === name && take.note === note);
		if (!isAsked && [...takes, ...snapshots].some(other => other.name === name)) {
			throw new Refused('conflict', `${vm.hostname} has a snapshot ${name} already`, 'choose another name, or remove that one first');
		}

		if (!isAsked) {
			checkQuota(asked, snapshots);
		}

		return {...await askForOperation(asked, {kind: 'take-snapshot', params: {name, note}, what: `snapshot ${name}`}), name};
	});
};

/** One that is there, or is being taken. */
const getName = async ({tables, vm, open}: Asked, name: string): Promise<string> => {
	const snapshots = await tables.snapshots.list(vm.id);
	const names = [...snapshots, ...takesOf(open)].map(other => other.name);
	if (!names.includes(name)) {
		throw new Refused('unknown', `${vm.hostname} has no snapshot ${safeText(name, 60)}`, suggest(name, names));
	}

	return name;
};

/** Marks a snapshot as one that its age never removes, or takes that mark away. */
export const keepSnapshot = (context: IntentContext): Intents['keepSnapshot'] => async (ref, name, isKept) => askVm(context, 'snapshot keep', ref, async asked => {
	const {tables, vm} = asked;
	const snapshot = await tables.snapshots.find(vm.id, name);
	if (!snapshot) {
		const snapshots = await tables.snapshots.list(vm.id);
		throw new Refused('unknown', `${vm.hostname} has no snapshot ${safeText(name, 60)}`, suggest(name, snapshots.map(other => other.name)));
	}

	const what = isKept ? 'is kept, whatever its age' : 'is removed when its time has come';
	if (snapshot.keep === isKept) {
		return answerSo(asked, `${vm.hostname}: the snapshot ${name} ${what}, as before`);
	}

	await tables.snapshots.keep(vm.id, name, isKept);
	await logOf(asked, `the snapshot ${name} ${what}`);
	return answerChanged(asked, `${vm.hostname}: the snapshot ${name} ${what}`, null);
});

/** Brings a VM back to a snapshot. */
export const rollBackVm = (context: IntentContext): Intents['rollBackVm'] => async (ref, name) => askVm(context, 'snapshot rollback', ref, async asked =>
	askForOperation(asked, {kind: 'rollback', params: {name: await getName(asked, name)}, what: `rollback to ${name}`}));

/** The operation that has removed it, where it is gone by now. */
const findRemoval = async ({tables, vm}: Asked, name: string): Promise<Operation | undefined> => {
	if (await tables.snapshots.find(vm.id, name)) {
		return undefined;
	}

	const past = await tables.operations.listFor(vm.id);
	return past.find(operation => operation.kind === 'remove-snapshot' && operation.state === 'done' && parametersOf('remove-snapshot', operation).name === name);
};

/** Removes a snapshot; one that was removed so is gone already. */
export const removeSnapshot = (context: IntentContext): Intents['removeSnapshot'] => async (ref, name) => askVm(context, 'snapshot remove', ref, async asked => {
	const removal = await findRemoval(asked, name);
	return removal
		? answerSo(asked, `${asked.vm.hostname}: the snapshot ${name} was removed already, asked for by ${removal.requestedBy}`)
		: askForOperation(asked, {kind: 'remove-snapshot', params: {name: await getName(asked, name)}, what: `removal of the snapshot ${name}`});
});
