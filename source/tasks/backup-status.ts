import {ClientError} from '../clients/client-error.js';
import {backupName} from '../domain/backup.js';
import {type Tally} from '../domain/run.js';
import {type ClusterSettings} from '../domain/settings.js';
import {listStored, type StoredBackup} from '../pipelines/stored-backups.js';
import {type KnownVolumes, type SeenBackup} from '../store/backups.js';
import {type Tables} from '../store/store.js';
import {forEach, type ItemResult} from './for-each.js';
import {moveOwn} from './move-own.js';
import {type Task, type TaskContext} from './task.js';

/** A storage as it was listed, and when that was begun: what was written between then and now, it knows nothing of. */
type Listing = {readonly storage: string; readonly at: number; readonly isComplete: boolean; readonly now: number};

/** Records that nobody would complete any more: their operation has ended without them. */
const endOrphaned = async ({store, clock, report}: TaskContext): Promise<void> => {
	for (const backup of await store.read.backups.listOrphaned()) {
		const {hostname} = await store.read.vms.get(backup.vmId);
		const operation = backup.operationId === null ? undefined : await store.read.operations.find(backup.operationId);
		const cause = ['its operation was ended', operation?.message].filter(text => typeof text === 'string').join(': ');
		await store.write(async ({backups}) => {
			const present = await backups.find(backup.id);
			if (present?.state === backup.state && present.operationId === backup.operationId) {
				await backups.set(backup.id, {state: 'failed', cause, finishedAt: clock.now()});
			}
		});
		report(`${hostname}  ${backupName(backup)}: failed, ${cause}`);
	}
};

/** A number may have been another VM's before: what is older than the VM is not known to be its own. An empty volume is no backup. */
const isOf = ({createdAt}: KnownVolumes) => (backup: StoredBackup): boolean => backup.createdAt >= createdAt && backup.sizeBytes > 0;

const toSeen = ({volid, sizeBytes, createdAt, note}: StoredBackup): SeenBackup => ({
	volid, sizeBytes, createdAt, note,
});

/** Brings one VM's records to what was listed, and tells what changed. */
const reconcile = async (vm: KnownVolumes, seen: readonly StoredBackup[], {storage, at, isComplete, now}: Listing, {backups}: Tables): Promise<readonly string[]> => {
	const all = await backups.list(vm.id);
	const before = all.filter(backup => backup.storage === storage);
	// One that is being made will be recorded by its own operation.
	if (before.some(({state}) => state === 'running')) {
		return [];
	}

	const listed = new Set(seen.map(({volid}) => volid));
	for (const {id, state, volid, finishedAt} of before) {
		if (state === 'removed' && volid !== null && listed.has(volid) && (finishedAt ?? 0) < at) {
			await backups.set(id, {state: 'done', finishedAt: now});
		}
	}

	const kept = before.filter(({state, volid, finishedAt}) => state === 'done' && volid !== null && !listed.has(volid) && (!isComplete || (finishedAt ?? 0) >= at));
	const others = kept.map((backup): SeenBackup => ({
		volid: backup.volid!, sizeBytes: backup.sizeBytes ?? 0, createdAt: backup.createdAt, note: backup.note,
	}));
	await backups.sync(vm.id, storage, [...seen.map(backup => toSeen(backup)), ...others], now);
	const after = await backups.list(vm.id);
	return after.flatMap(backup => {
		const was = before.find(({id}) => id === backup.id)?.state;
		if (was === backup.state || backup.storage !== storage) {
			return [];
		}

		const what = was === undefined ? 'found: it was made outside' : (backup.state === 'done' ? 'is there again' : 'is gone');
		return [`${vm.hostname}  ${backupName(backup)} ${backup.volid ?? ''} ${what}`];
	});
};

const differs = ({volids}: KnownVolumes, seen: readonly StoredBackup[]): boolean => seen.length !== volids.size || seen.some(({volid}) => !volids.has(volid));

/** Compares what a cluster's storage holds with what is known of it: one look for all of its VMs. */
const lookAt = async ({name, backup}: ClusterSettings, context: TaskContext): Promise<ItemResult> => {
	const {store, clock, readerOf, report} = context;
	const proxmox = readerOf(name);
	if (!proxmox || !backup) {
		return 'untouched';
	}

	const {storage} = backup;
	const at = clock.now();
	const stored = await listStored(proxmox, storage);
	if (!stored) {
		report(`${name}  there is no storage ${storage}, or the token may not see it`);
		return 'failed';
	}

	const byVmid = Map.groupBy(stored.backups, ({vmid}) => vmid);
	for (const vm of await store.read.backups.listKnown(name, storage)) {
		const listed = byVmid.get(vm.vmid) ?? [];
		const seen = listed.filter(one => vm.volids.has(one.volid) || isOf(vm)(one));
		const listing = {
			storage, at, isComplete: stored.isComplete, now: clock.now(),
		};
		const lines = differs(vm, seen) ? await store.write(async tables => reconcile(vm, seen, listing, tables)) : [];
		for (const line of lines) {
			report(line);
		}
	}

	return 'untouched';
};

const lookAtAll = async (context: TaskContext): Promise<Tally> => forEach(context.settings.clusters, context.signal, async cluster => {
	try {
		return await lookAt(cluster, context);
	} catch (error) {
		if (!(error instanceof ClientError)) {
			throw error;
		}

		context.report(`${cluster.name}  its backups cannot be listed: ${error.message}`);
		// What is wrong with the cluster has its own incident, and is no failure of this run.
		return error.scope === 'item' && error.kind !== 'denied' ? 'failed' : 'untouched';
	}
});

/** Watches running backups to their end, then brings the records to what the storages hold. */
export const backupStatus: Task = {
	name: 'backup_status',
	async run(context) {
		const moved = await moveOwn('backup_status')(context);
		await endOrphaned(context);
		const looked = await lookAtAll(context);
		return {...moved, errors: moved.errors + looked.errors, message: moved.message ?? looked.message};
	},
};
