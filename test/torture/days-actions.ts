import {type OperationKind} from '../../source/domain/operation-kind.js';
import {type Operation} from '../../source/domain/operation.js';
import {type Weekday} from '../../source/domain/package.js';
import {suspendReasons, type Vm} from '../../source/domain/vm.js';
import {type Intents} from '../../source/intents/intents.js';
import {Refused} from '../../source/intents/refused.js';
import {pipelines} from '../../source/pipelines/pipelines.js';
import {draw, pick} from './days-faults.js';
import {type DaysWorld} from './days-world.js';

/** What one wish, once its operation is done, makes of a VM. */
export type Expectation = {
	readonly vmId: number;
	/** Null: it is so with the wish itself. */
	readonly operationId: number | null;
	readonly what: {readonly packageName?: string; readonly suspend?: string; readonly unsuspend?: string; readonly isRemoved?: true; readonly power?: 'on' | 'off'};
};

type Answer = {readonly operation: Operation | null};

type Action = {
	readonly name: keyof Intents;
	readonly weight: number;
	/** What must exist in this version. */
	readonly kind?: OperationKind;
	readonly fits?: (vm: Vm) => boolean;
	readonly run: (world: DaysWorld, vm: Vm) => Promise<{readonly answer: Answer; readonly what?: Expectation['what']; readonly told?: string}>;
};

const packageNames = ['kvm-s', 'kvm-m', 'kvm-l'];
const isLiving = (vm: Vm): boolean => vm.status !== 'removed';

const power = (verb: 'start' | 'stop' | 'shutdown' | 'reboot'): Action => ({
	name: 'powerVm', weight: 1, kind: verb,
	run: async ({person}, {reference}) => ({answer: await person.powerVm(reference, verb), what: {power: verb === 'start' || verb === 'reboot' ? 'on' : 'off'}, told: verb}),
});

/** What people ask for, and how often as against the others. */
const table: readonly Action[] = [
	{
		name: 'changeVm', weight: 4, kind: 'change',
		async run({person, random}, {reference}) {
			const name = pick(random, packageNames);
			return {answer: await person.changeVm(reference, {package: name}, {isPlan: false, allowDataLoss: true}), what: {packageName: name}, told: name};
		},
	},
	{
		name: 'reinstallVm', weight: 1, kind: 'reinstall',
		run: async ({person, random}, {reference}) => ({answer: await person.reinstallVm(reference, pick(random, ['debian-12', 'debian-shared'])), what: {power: 'on'}}),
	},
	{
		name: 'resetPassword', weight: 1, kind: 'password', run: async ({person}, {reference}) => ({answer: await person.resetPassword(reference)}),
	},
	{
		name: 'suspendVm', weight: 2, kind: 'suspend',
		async run({person, random}, {reference}) {
			const reason = pick(random, suspendReasons);
			return {answer: await person.suspendVm(reference, reason), what: {suspend: reason}, told: reason};
		},
	},
	{
		name: 'unsuspendVm', weight: 5, kind: 'unsuspend', fits: vm => vm.suspended.length > 0,
		async run({person, random}, {reference, suspended}) {
			const reason = pick(random, suspended);
			return {answer: await person.unsuspendVm(reference, reason), what: {unsuspend: reason}, told: reason};
		},
	},
	{
		name: 'terminateVm', weight: 2, kind: 'terminate', run: async ({person}, {reference}) => ({answer: await person.terminateVm(reference), what: {isRemoved: true}}),
	},
	{
		name: 'unterminateVm', weight: 3, kind: 'terminate', fits: vm => vm.status === 'terminate', run: async ({person}, {reference}) => ({answer: await person.unterminateVm(reference)}),
	},
	power('start'),
	power('stop'),
	power('shutdown'),
	power('reboot'),
	{
		name: 'takeSnapshot', weight: 4, kind: 'take-snapshot',
		run: async ({person, random}, {reference}) => ({answer: await person.takeSnapshot(reference, {name: random.next() < 0.5 ? null : `s${random.integer(1, 5)}`, note: null})}),
	},
	{
		name: 'removeSnapshot', weight: 1, kind: 'remove-snapshot',
		async run({person, random, store}, {id, reference}) {
			const names = (await store.read.snapshots.list(id)).map(({name}) => name);
			return {answer: await person.removeSnapshot(reference, names.length > 0 ? pick(random, names) : 's1')};
		},
	},
	{
		name: 'rollBackVm', weight: 2, kind: 'rollback',
		async run({person, random, store}, {id, reference}) {
			const names = (await store.read.snapshots.list(id)).map(({name}) => name);
			return {answer: await person.rollBackVm(reference, names.length > 0 ? pick(random, names) : 's1')};
		},
	},
	{
		name: 'backUpVm', weight: 2, kind: 'backup', run: async ({person}, {reference}) => ({answer: await person.backUpVm(reference, 'before the upgrade')}),
	},
	{
		name: 'restoreBackup', weight: 2, kind: 'restore',
		async run({person, random, store}, {id, reference}) {
			const good = (await store.read.backups.list(id)).filter(({state}) => state === 'done');
			return {answer: await person.restoreBackup(reference, good.length > 0 ? `b${pick(random, good).id}` : 'b1', {mail: random.next() < 0.5})};
		},
	},
	{
		name: 'removeBackup', weight: 1, kind: 'remove-backup',
		async run({person, random, store}, {id, reference}) {
			const good = (await store.read.backups.list(id)).filter(({state}) => state === 'done');
			return {answer: await person.removeBackup(reference, good.length > 0 ? `b${pick(random, good).id}` : 'b1')};
		},
	},
	{
		name: 'scheduleBackup', weight: 1, kind: 'scheduled-backup',
		async run({person, random}, {reference}) {
			const times: Partial<Record<Weekday, string>> = {
				mon: '02:30', thu: '23:55', sat: '00:05', sun: '02:15',
			};
			return {answer: await person.scheduleBackup(reference, pick(random, [null, {}, times]))};
		},
	},
	{
		name: 'retryVm', weight: 3, fits: vm => vm.needsAttention !== null, run: async ({person}, {reference}) => ({answer: await person.retryVm(reference)}),
	},
];

const exists = ({name, kind}: Action, {person}: DaysWorld): boolean => (person as Partial<Intents>)[name] !== undefined && (kind === undefined || pipelines[kind] !== undefined);

/** One person asks for one thing; a refusal is an answer. */
export const act = async (world: DaysWorld): Promise<Expectation | undefined> => {
	const {random, store, note, ground} = world;
	const all = await store.read.vms.list();
	const living = all.filter(vm => isLiving(vm));
	if (living.length === 0) {
		return undefined;
	}

	const vm = pick(random, living);
	const possible = table.filter(action => exists(action, world) && (action.fits ?? isLiving)(vm));
	if (possible.length === 0) {
		return undefined;
	}

	const {name, run} = draw(random, possible);
	try {
		const {answer, what, told} = await run(world, vm);
		note(`${vm.reference}: ${name}${told === undefined ? '' : ` ${told}`} → ${answer.operation === null ? 'nothing to do' : `o${answer.operation.id} ${answer.operation.state}`}`);
		return what && {vmId: vm.id, operationId: answer.operation?.id ?? null, what};
	} catch (error) {
		if (!(error instanceof Refused)) {
			ground.complain(`${vm.reference}: ${name} threw ${(error as Error).stack}`);
		}

		note(`${vm.reference}: ${name} refused: ${(error as Error).message}`);
		return undefined;
	}
};

/** The billing system orders one VM. */
export const order = async ({person, random, note}: DaysWorld, number: number): Promise<string> => {
	const reference = `order-${number}`;
	const name = pick(random, packageNames);
	await person.createVm({
		reference, hostname: `web${number}.example.net`, cluster: 'fra1', template: pick(random, ['debian-12', 'debian-shared']), package: name,
		...random.next() < 0.5 && {node: pick(random, ['pve1', 'pve2', 'pve3'])}, client: {name: 'Ada', email: 'ada@example.org'},
		...random.next() < 0.5 && {sshKeys: ['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGc ada@laptop']}, mail: random.next() < 0.8,
		...random.next() < 0.3 && {timezone: pick(random, ['America/New_York', 'Asia/Tokyo', 'UTC'])},
	});
	note(`${reference}: ordered ${name}`);
	return reference;
};
