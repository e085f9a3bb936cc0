import {type Backup} from '../../source/domain/backup.js';
import {type Operation} from '../../source/domain/operation.js';
import {type Package} from '../../source/domain/package.js';
import {type ClusterSettings, type Settings} from '../../source/domain/settings.js';
import {type Vm} from '../../source/domain/vm.js';
import {type MoveContext} from '../../source/pipelines/move.js';
import {offVm} from './asked.js';
import {type World} from './world.js';

export const localDate = '2026-11-21';

const onShared: ClusterSettings['backup'] = {storage: 'shared', mode: 'snapshot', compress: 'zstd'};
const twoBackups: Package = {backups: 2};

/** The config with a storage for backups. */
export const withStorage = ({settings}: World, backup: ClusterSettings['backup'] = onShared): Settings => ({...settings, clusters: settings.clusters.map(cluster => ({...cluster, backup}))});

/** A VM that was deployed and is off, on that node. */
export const addReady = async (world: World, own = twoBackups, node = 'pve1'): Promise<Vm> => {
	const vm = await offVm(world, {package: own});
	await world.store.write(async ({vms}) => vms.set(vm.id, {node}));
	const guest = await world.guest(vm);
	guest.node = node;
	return world.vm(vm);
};

export type Asked = {readonly operation: Operation; readonly record: Backup};

/** A backup is asked for, as its intent or the schedule would. */
export const ask = async ({store, clock}: World, vm: Pick<Vm, 'id'>, kind: 'backup' | 'scheduled-backup' = 'scheduled-backup', given: {readonly note?: string; readonly localDate?: string} = {}): Promise<Asked> => store.write(async tables => {
	const day = kind === 'backup' ? null : given.localDate ?? localDate;
	const {operation} = await tables.operations.add(vm.id, {
		kind, params: day === null ? {note: given.note ?? null} : {localDate: day}, requestedBy: 'anna', now: clock.now(),
	});
	const record = await tables.backups.add({
		vmId: vm.id, kind: day === null ? 'manual' : 'scheduled', localDate: day, storage: 'shared', note: given.note ?? null, createdAt: clock.now(), operationId: operation.id,
	});
	return {operation, record};
});

/** Asks for one and drives it to its end. */
export const backUp = async (world: World, vm: Pick<Vm, 'id'>, given: Parameters<typeof ask>[3] & {readonly kind?: 'backup' | 'scheduled-backup'; readonly own?: Partial<MoveContext>} = {}) => {
	const {kind, own, ...rest} = given;
	const {record} = await ask(world, vm, kind, rest);
	const move = await world.drive(vm, undefined, {settings: withStorage(world), ...own});
	return {move, record: await findRecord(world, record)};
};

export const findRecord = async ({store}: World, {id}: Pick<Backup, 'id'>): Promise<Backup> => (await store.read.backups.find(id))!;

/** The VM's volumes in the cluster. */
export const volumes = ({server}: World, vm: Pick<Vm, 'vmid'>): readonly string[] => server.cluster.backups.filter(({vmid}) => vmid === vm.vmid).map(({volid}) => volid);
