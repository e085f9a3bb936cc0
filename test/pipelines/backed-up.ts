import {setTimeout as sleep} from 'node:timers/promises';
import {type Backup} from '../../source/domain/backup.js';
import {type Vm} from '../../source/domain/vm.js';
import {ask} from './asked.js';
import {changedSince} from './brought-back.js';
import {type World} from './world.js';

const place = {node: 'pve1', vmid: 5000};

/** Backs the VM up, and knows of it. */
const backUp = async ({proxmox, store, clock}: World, vm: Pick<Vm, 'id'>): Promise<void> => {
	await proxmox.backUp(place, {
		storage: 'shared', mode: 'snapshot', compress: 'zstd', note: 'nightly',
	});
	let listed = await proxmox.listBackups('pve1', 'shared', 5000);
	while (listed.length === 0) {
		await sleep(5);
		listed = await proxmox.listBackups('pve1', 'shared', 5000);
	}

	await store.write(async ({backups}) => {
		const backup = await backups.add({
			vmId: vm.id, kind: 'manual', localDate: null, storage: 'shared', note: 'nightly', createdAt: clock.now(), operationId: null,
		});
		await backups.set(backup.id, {state: 'done', volid: listed[0]!.volid});
	});
};

const mail = {
	smtp: {reveal: () => ''}, fingerprints: [], from: 'ops@example.net', templates: null,
};

/** A VM that was backed up, and changed since. */
export const backedUpBefore = async () => changedSince(backUp, {mail});

const backupOf = async ({store}: World, vm: Pick<Vm, 'id'>): Promise<Backup> => (await store.read.backups.list(vm.id))[0]!;

/** Writes what `backup restore` writes. */
export const askBack = async (world: World, vm: Pick<Vm, 'id'>, own = {}) => ask(world, vm, 'restore', {backupId: (await backupOf(world, vm)).id, mail: true, ...own});

/** Writes what `vm retry` writes. */
export const letGoOn = async ({store}: World, {id}: Pick<Vm, 'id'>) => store.write(async ({vms}) => vms.setAttention(id, null));
