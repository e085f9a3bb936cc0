import {ClientError} from '../clients/client-error.js';
import {type BackupRow, type Proxmox} from '../clients/proxmox/proxmox.js';
import {parseUpid} from '../domain/proxmox-texts.js';
import {type Vm} from '../domain/vm.js';
import {type RemoteRunner, type StepContext, type Waiting} from './step.js';

/** A backup on a storage, with a node that has it. */
export type StoredBackup = BackupRow & {readonly node: string};

/** How far a backup may seem to be older than the task that made it. */
const earlierMs = 60_000;

/** What lies on a storage. `isComplete` is false where a node that has some of it cannot be asked now: what is not listed may be there. */
export type Stored = {readonly backups: readonly StoredBackup[]; readonly isComplete: boolean};

type Place = {
	/** The node to ask, if it can be. */
	readonly near?: string | null;
	/** Only the backups of this VM. */
	readonly vmid?: number | null;
};

/** The backups on a storage: of a shared one any node tells, of others each node has its own. Undefined: no node has such a storage. */
export const listStored = async (proxmox: Proxmox, storage: string, {near, vmid}: Place = {}): Promise<Stored | undefined> => {
	const resources = await proxmox.listResources();
	const places = resources.filter(resource => resource.type === 'storage').filter(place => place.storage === storage);
	if (places.length === 0) {
		return undefined;
	}

	const available = places.filter(({status}) => status === 'available');
	if (available.length === 0) {
		throw new ClientError(`no node of ${proxmox.cluster} reaches the storage ${storage} now`, {peer: proxmox.cluster, kind: 'transient'});
	}

	const isShared = places.some(({shared}) => shared);
	const asked = isShared ? [available.find(({node}) => node === near) ?? available[0]!] : available;
	const lists = await Promise.all(asked.map(async ({node}) => {
		const rows = await proxmox.listBackups(node, storage, vmid ?? undefined);
		return rows.map((row): StoredBackup => ({...row, node}));
	}));
	return {backups: lists.flat(), isComplete: isShared || available.length === places.length};
};

/** The VM's newest backup on a storage that a task made which began then, and that no other record knows. */
export const findMade = async (vm: Vm, {upid, storage}: {readonly upid: string; readonly storage: string}, {proxmox, store, operation}: Pick<StepContext, 'proxmox' | 'store' | 'operation'>): Promise<BackupRow | undefined> => {
	const {node, startTime} = parseUpid(upid)!;
	const records = await store.read.backups.list(vm.id);
	const known = new Set(records.filter(({kind, operationId}) => kind !== 'foreign' && operationId !== operation.id).map(({volid}) => volid));
	const listed = await proxmox.listBackups(node, storage, vm.vmid!);
	return listed
		.filter(({volid, createdAt}) => !known.has(volid) && createdAt >= (startTime * 1000) - earlierMs)
		.toSorted((a, b) => a.createdAt - b.createdAt)
		.at(-1);
};

/** Whether something could not be removed only because it is gone. */
const isGone = (error: unknown): boolean => error instanceof ClientError && error.kind === 'missing' && error.scope === 'item';

const unlessGone = async <T>(removal: Promise<T>): Promise<T | 'gone'> => {
	try {
		return await removal;
	} catch (error) {
		if (isGone(error)) {
			return 'gone';
		}

		throw error;
	}
};

/** Goes on with the removal that an earlier attempt began; undefined where there is none. Another one may be started after `gone`. */
export const resumeRemoval = async (remote: RemoteRunner): Promise<Waiting | 'gone' | undefined> => {
	const earlier = await unlessGone(remote.resume());
	if (earlier === 'gone' || earlier?.outcome === 'ended') {
		await remote.settle();
		return 'gone';
	}

	return earlier;
};

/** Removes a volume; what is gone already is fine. */
export const removeStored = async (vm: Vm, {node, volid}: StoredBackup, {remote, proxmox}: Pick<StepContext, 'remote' | 'proxmox'>): Promise<Waiting | 'gone'> => {
	const [storage] = volid.split(':', 1);
	const waits = await unlessGone(remote.run(
		{
			node, type: 'imgdel', taskVmid: vm.vmid!, title: 'the removal of the backup',
		},
		async () => {
			const upid = await proxmox.removeBackup(node, storage!, volid);
			if (upid === null) {
				throw new ClientError(`${volid} is gone`, {peer: vm.cluster, kind: 'missing', node});
			}

			return upid;
		},
	));
	return waits ?? 'gone';
};
