import {Background} from '../background.js';
import {disksOf, findStorage, measureUse} from '../disks.js';
import {
	isSet,
	partsOf,
	type Call,
	type Endpoint,
} from '../endpoint.js';
import {refuse} from '../refusal.js';
import {prunedBackups} from '../retention.js';
import {
	boolean,
	format,
	integer,
	listOf,
	oneOf,
	onNode,
	required,
	retention,
	text,
	vmid,
} from '../rules.js';
import {type Rules} from '../verify.js';
import {shortTaskMs} from '../vm-task.js';
import {
	seconds,
	type Backup,
	type Storage,
	type World,
} from '../world.js';

const storageId = format('storage-id');
const onStorage: Rules = {...onNode, storage: required(storageId)};
const onVolume: Rules = {...onNode, storage: storageId, volume: required(text())};

const row = (world: World, node: string, storage: Storage) => {
	const used = measureUse(world)(storage, node);
	return {
		storage: storage.id, type: storage.type, content: world.random.shuffle(storage.content).join(','), active: 1, enabled: 1, shared: storage.isShared ? 1 : 0,
		total: storage.total, used, avail: storage.total - used, used_fraction: used / storage.total,
	};
};

const list = ({world, node, parameters}: Call) => {
	const wanted = partsOf(parameters.content);
	const only = parameters.storage === undefined ? world.storages : [findStorage(world, parameters.storage)];
	return only.filter(storage => wanted.length === 0 || wanted.some(content => storage.content.includes(content))).map(storage => row(world, node, storage));
};

const backupRow = (backup: Backup) => ({
	volid: backup.volid, ctime: backup.ctime, size: backup.size, vmid: backup.vmid, content: 'backup', format: 'vma.zst', subtype: 'qemu',
	...(backup.notes !== undefined && {notes: backup.notes}), ...(backup.isProtected && {protected: 1}),
});

const images = (world: World, node: string, storage: Storage) => world.vms.values()
	.filter(vm => storage.isShared || vm.node === node)
	.flatMap(vm => disksOf(vm.config).filter(disk => disk.storage === storage.id).map(disk => ({
		volid: disk.volid, vmid: vm.vmid, size: disk.size, used: Math.round(disk.size * 0.35), ctime: seconds(vm.createdAt), content: 'images',
		format: storage.type === 'dir' ? 'qcow2' : 'raw', parent: null,
	})));

const content = ({world, node, parameters}: Call) => {
	const storage = findStorage(world, parameters.storage!);
	const {content: kind, vmid: owner} = parameters;
	const rows = [
		...(kind === undefined || kind === 'backup' ? world.backups.filter(backup => backup.storage === storage.id).map(backup => backupRow(backup)) : []),
		...(kind === undefined || kind === 'images' ? images(world, node, storage) : []),
	];
	return rows.filter(({vmid: id}) => owner === undefined || id === Number(owner));
};

// `shared:backup/x` or, relative to the storage in the path, `backup/x`.
const volumeOf = ({parameters}: Call) => {
	const {volume = '', storage} = parameters;
	return volume.includes(':') ? volume : `${storage}:${volume}`;
};

const backupOf = (call: Call): Backup => {
	const volid = volumeOf(call);
	findStorage(call.world, volid.split(':', 1)[0]!);
	return call.world.backups.find(backup => backup.volid === volid) ?? refuse(`volume '${volid}' does not exist`);
};

const describe = (call: Call) => {
	const backup = backupOf(call);
	const {path} = findStorage(call.world, backup.storage);
	return {
		path: `${path}/dump/${backup.volid.split('/', 2)[1]}`, size: backup.size, used: Math.ceil(backup.size / 4096) * 4096, format: 'raw', protected: backup.isProtected ? 1 : 0, ...(backup.notes !== undefined && {notes: backup.notes}),
	};
};

const change = (call: Call) => {
	const backup = backupOf(call);
	const {notes, protected: isProtected} = call.parameters;
	if (notes !== undefined) {
		backup.notes = notes;
	}

	if (isProtected !== undefined) {
		backup.isProtected = isSet(isProtected);
	}

	return null;
};

const remove = (call: Call) => {
	const {world, node, parameters} = call;
	const volid = volumeOf(call);
	const storage = findStorage(world, volid.split(':', 1)[0]!);
	const backup = world.backups.find(candidate => candidate.volid === volid);
	const task = world.tasks.start({
		node, type: 'imgdel', id: `${backup?.vmid ?? ''}@${storage.id}`, vmids: backup ? [backup.vmid] : [], storage: storage.id, durationMs: shortTaskMs,
		steps: [
			{
				at: 0, run() {
					if (!backup || !world.backups.includes(backup)) {
						throw new Error(`volume '${volid}' does not exist`);
					}

					if (backup.isProtected) {
						throw new Error(`cannot remove protected volume '${volid.split(':', 2)[1]}' on '${storage.id}'`);
					}
				},
			},
			{
				at: 1, run(ended) {
					if (world.backups.includes(backup!)) {
						world.backups.splice(world.backups.indexOf(backup!), 1);
					}

					ended.log.push(`Removed volume '${volid}'`);
				},
			},
		],
	});
	return parameters.delay === undefined ? task.upid : new Background(task, Number(parameters.delay) * 1000);
};

const prunable = ({world, parameters}: Call) => {
	const storage = findStorage(world, parameters.storage!);
	const owner = parameters.vmid;
	const backups = world.backups.filter(backup => backup.storage === storage.id && (owner === undefined || backup.vmid === Number(owner)));
	return {storage, backups, pruned: prunedBackups(backups, parameters['prune-backups'] ?? storage.prune)};
};

const prune = (call: Call) => {
	const {world, node} = call;
	const {storage, pruned} = prunable(call);
	return world.tasks.start({
		node, type: 'prunebackups', id: storage.id, vmids: [], storage: storage.id, durationMs: shortTaskMs,
		steps: [{
			at: 1, run() {
				for (const backup of pruned) {
					world.backups.splice(world.backups.indexOf(backup), 1);
				}
			},
		}],
	}).upid;
};

const audit = ['/storage/{storage}', 'Datastore.Audit', 'Datastore.AllocateSpace'] as const;
const pruneRules: Rules = {
	...onStorage, 'prune-backups': retention, type: oneOf('qemu lxc'), vmid,
};
const base = '/nodes/{node}/storage';

/** Storages, what is on them, and the backups among it. */
export const storageEndpoints: readonly Endpoint[] = [
	{
		method: 'GET', path: base, isForwarded: true, rules: {
			...onNode, content: listOf('content'), enabled: boolean(), format: boolean(), storage: storageId, target: format('node'),
		}, run: list,
	},
	{
		method: 'GET', path: '/nodes/{node}/storage/{storage}', privilege: audit, rules: onStorage, run: () => ['content', 'prunebackups', 'rrddata', 'status'].map(subdir => ({subdir})),
	},
	{
		method: 'GET', path: '/nodes/{node}/storage/{storage}/status', isForwarded: true, privilege: audit, rules: onStorage,
		run({world, node, parameters}) {
			const {storage, used_fraction: fraction, ...status} = row(world, node, findStorage(world, parameters.storage!));
			return status;
		},
	},
	{
		method: 'GET', path: '/nodes/{node}/storage/{storage}/content', isForwarded: true, privilege: audit, rules: {...onStorage, content: format('content'), vmid}, run: content,
	},
	{
		method: 'GET', path: '/nodes/{node}/storage/{storage}/content/{volume}', isForwarded: true, privilege: ['/storage/{storage}', 'Datastore.Audit'], rules: onVolume, run: describe,
	},
	{
		method: 'PUT', path: '/nodes/{node}/storage/{storage}/content/{volume}', isForwarded: true, privilege: ['/storage/{storage}', 'Datastore.Allocate'],
		rules: {...onVolume, notes: text(), protected: boolean()}, run: change,
	},
	{
		method: 'DELETE', path: '/nodes/{node}/storage/{storage}/content/{volume}', isForwarded: true,
		privilege: ['/storage/{storage}', 'Datastore.Allocate', 'Datastore.AllocateSpace'], rules: {...onVolume, delay: integer(1, 30)}, run: remove,
	},
	{
		method: 'GET', path: '/nodes/{node}/storage/{storage}/prunebackups', isForwarded: true, privilege: audit, rules: pruneRules,
		run(call) {
			const {backups, pruned} = prunable(call);
			return backups.map(backup => ({
				volid: backup.volid, type: 'qemu', ctime: backup.ctime, vmid: backup.vmid, mark: backup.isProtected ? 'protected' : (pruned.includes(backup) ? 'remove' : 'keep'),
			}));
		},
	},
	{
		method: 'DELETE', path: '/nodes/{node}/storage/{storage}/prunebackups', isForwarded: true, privilege: ['/storage/{storage}', 'Datastore.Allocate'], rules: pruneRules, run: prune,
	},
	{
		method: 'GET', path: '/storage', rules: {type: text()},
		run: ({world}) => world.storages.map(storage => ({
			storage: storage.id, type: storage.type, content: world.random.shuffle(storage.content).join(','), 'prune-backups': storage.prune, digest: '0'.repeat(40),
			...(storage.isShared && {shared: 1}), ...(storage.path === undefined ? {vgname: 'pve', thinpool: 'data'} : {path: storage.path}),
		})),
	},
];
