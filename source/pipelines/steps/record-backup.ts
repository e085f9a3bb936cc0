import {ClientError} from '../../clients/client-error.js';
import {type BackupRow} from '../../clients/proxmox/proxmox.js';
import {type Backup} from '../../domain/backup.js';
import {parseUpid} from '../../domain/proxmox-texts.js';
import {safeText} from '../../domain/safe-text.js';
import {type Vm} from '../../domain/vm.js';
import {
	done,
	givenUp,
	type Step,
	type StepContext,
} from '../step.js';
import {findMade} from '../stored-backups.js';
import {rejected} from '../task-failed.js';

/** The archive's name and the warnings stand early in the log. */
const logLines = 500;

/** How often it is looked for what a storage may show late. */
const tries = 4;

const readLog = async (upid: string, {proxmox}: StepContext): Promise<readonly string[]> => {
	try {
		const {lines} = await proxmox.getTaskLog(upid, {start: 0, limit: logLines});
		return lines;
	} catch (error) {
		if (error instanceof ClientError && error.kind === 'missing') {
			return [];
		}

		throw error;
	}
};

/** `…/dump/vzdump-qemu-101-2026_11_21-17_15_01.vma.zst`, `vm/101/2026-11-21T17:15:01Z` → the last part. */
const findArchive = (log: readonly string[]): string | undefined =>
	log.map(line => /^INFO: creating (?:vzdump|Proxmox Backup Server) archive '([^']+)'/.exec(line)?.[1]).find(path => path !== undefined)?.split('/').at(-1);

const findVolume = async (vm: Vm, record: Backup, upid: string, log: readonly string[], context: StepContext): Promise<BackupRow | undefined> => {
	const archive = findArchive(log);
	if (archive === undefined) {
		return findMade(vm, {upid, storage: record.storage}, context);
	}

	const listed = await context.proxmox.listBackups(parseUpid(upid)!.node, record.storage, vm.vmid!);
	return listed.find(({volid}) => volid.endsWith(`/${archive}`));
};

const warningOf = (exitStatus: unknown, log: readonly string[]): string | null => {
	if (typeof exitStatus !== 'string' || !exitStatus.startsWith('WARNINGS')) {
		return null;
	}

	const first = log.map(line => /^WARN: (.+)$/.exec(line)?.[1]).find(text => text !== undefined);
	return safeText(first === undefined ? exitStatus : `${exitStatus}: ${first}`);
};

/** Writes down what the backup came to: it must be listed, and not empty. */
export const recordBackup: Step = async (vm, context) => {
	const {store, operation, clock} = context;
	const {upid, exitStatus} = operation.notes;
	const record = await store.read.backups.findByOperation(operation.id);
	if (!record || typeof upid !== 'string') {
		throw rejected(vm, 'the record of the backup is gone');
	}

	const log = await readLog(upid, context);
	const volume = await findVolume(vm, record, upid, log, context);
	if (!volume || volume.sizeBytes === 0) {
		const what = `the backup ended well, but ${volume ? 'it is empty' : 'it is not there'} (on ${record.storage})`;
		if (operation.attempt + 1 < tries) {
			throw new ClientError(what, {peer: vm.cluster, kind: 'transient', node: vm.node});
		}

		return givenUp(what);
	}

	return done(async ({backups}) => {
		// Who found it on the storage before its task was seen to have ended took it for somebody else's.
		const known = await backups.list(vm.id);
		for (const {id} of known.filter(({id, volid}) => id !== record.id && volid === volume.volid)) {
			await backups.set(id, {state: 'removed', volid: null});
		}

		await backups.set(record.id, {
			state: 'done', volid: volume.volid, sizeBytes: volume.sizeBytes, finishedAt: clock.now(), cause: warningOf(exitStatus, log),
		});
	});
};
