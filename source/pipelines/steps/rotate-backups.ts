import {ClientError} from '../../clients/client-error.js';
import {scheduler} from '../../domain/activity.js';
import {backupName} from '../../domain/backup.js';
import {parametersOf} from '../../domain/operation-parameters.js';
import {rotate, type GoodBackup} from '../../domain/rotation.js';
import {type Vm} from '../../domain/vm.js';
import {
	done,
	skipped,
	type Outcome,
	type Skipped,
	type Step,
	type StepContext,
} from '../step.js';
import {
	listStored,
	removeStored,
	resumeRemoval,
	type StoredBackup,
} from '../stored-backups.js';

type Present = GoodBackup & {readonly stored: StoredBackup};

/** Failures that are those of one removal; what ails a cluster or a node is waited out. */
export const isOfRemoval = (error: unknown): error is ClientError => error instanceof ClientError && error.scope === 'item' && ['transient', 'rejected', 'denied', 'missing'].includes(error.kind);

/** The VM's good backups as they lie on one storage; the records of those that are gone say so from now on. None of a storage that is not there any more. */
const lookAt = async (vm: Vm, storage: string, {proxmox, store, clock}: StepContext): Promise<readonly Present[]> => {
	const list = await store.read.backups.list(vm.id);
	const good = list.filter(backup => backup.state === 'done' && backup.storage === storage);
	const stored = await listStored(proxmox, storage, {near: vm.node, vmid: vm.vmid});
	if (!stored) {
		return [];
	}

	const {backups, isComplete} = stored;
	const there = new Map(backups.map(one => [one.volid, one]));
	const gone = good.filter(({volid}) => volid !== null && !there.has(volid));
	if (isComplete && gone.length > 0) {
		await store.write(async tables => {
			for (const {id} of gone) {
				await tables.backups.set(id, {state: 'removed', finishedAt: clock.now()});
			}
		});
	}

	return good.flatMap(({id, kind, createdAt, volid}) => {
		const present = there.get(volid ?? '');
		return present
			? [{
				id, kind, createdAt, isProtected: present.isProtected, stored: present,
			}]
			: [];
	});
};

const listPresent = async (vm: Vm, context: StepContext): Promise<readonly Present[]> => {
	const list = await context.store.read.backups.list(vm.id);
	const storages = [...new Set(list.filter(({state}) => state === 'done').map(({storage}) => storage))];
	const present = await Promise.all(storages.map(async storage => lookAt(vm, storage, context)));
	return present.flat();
};

const notRotated = (vm: Vm, why: string, {clock}: StepContext): Skipped => skipped(why, async ({activity}) => activity.add({
	at: clock.now(), level: 'warning', actor: scheduler, subject: vm.hostname, vmId: vm.id, message: `rotation of backups: ${why}; tried again after the next one`,
}));

/** What somebody waits to have restored: it does not go in front of that. */
const listWanted = async ({id}: Vm, {store}: StepContext): Promise<ReadonlySet<number>> => {
	const open = await store.read.operations.listOpen(id);
	return new Set(open.filter(({kind}) => kind === 'restore').map(operation => parametersOf('restore', operation).backupId));
};

/** Each is tried until a removal of it has ended: what is there in spite of it is left to the next backup's rotation. */
const removeExcess = async (vm: Vm, hasRemoved: boolean, context: StepContext): Promise<Outcome> => {
	const {store, operation: {id, notes}} = context;
	const tried = new Set(Array.isArray(notes.tried) ? notes.tried as number[] : []);
	if (hasRemoved && typeof notes.removing === 'number') {
		tried.add(notes.removing);
	}

	for (;;) {
		const wanted = await listWanted(vm, context);
		const excess = rotate(await listPresent(vm, context), vm.package.backups).filter(backup => !wanted.has(backup.id));
		const next = excess.find(backup => !tried.has(backup.id));
		if (!next) {
			const stay = excess.map(backup => backupName(backup)).join(', ');
			return excess.length > 0 ? notRotated(vm, `${stay} is there still`, context) : (tried.size > 0 ? done() : skipped('nothing has to go'));
		}

		await store.write(async ({operations}) => operations.note(id, {removing: next.id, tried: [...tried]}));
		const waits = await removeStored(vm, next.stored, context);
		if (waits !== 'gone') {
			return waits;
		}

		tried.add(next.id);
	}
};

/** Removes the oldest scheduled backups beyond the package's quota, now that a newer one is good. What cannot be removed makes no backup a failure. */
export const rotateBackups: Step = async (vm, context) => {
	try {
		const earlier = await resumeRemoval(context.remote);
		if (earlier !== undefined && earlier !== 'gone') {
			return earlier;
		}

		const {backups: quota = 0} = vm.package;
		return quota === 0 ? skipped('the package says nothing of how many are kept') : await removeExcess(vm, earlier === 'gone', context);
	} catch (error) {
		if (isOfRemoval(error)) {
			return notRotated(vm, error.message, context);
		}

		throw error;
	}
};
