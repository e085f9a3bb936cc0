import {allocate, disksOf, humanSize} from './disks.js';
import {isSet} from './endpoint.js';
import {vzdumpLock} from './locks.js';
import {prunedBackups} from './retention.js';
import {type Task, type TaskPlan, type TaskStep} from './task.js';
import {
	assertUnlocked,
	isRunning,
	isTemplate,
	lockOf,
	nameOf,
	newUuid,
	setLock,
	startVm,
	stopVm,
} from './vms.js';
import {
	isQuorate,
	seconds,
	type Backup,
	type Storage,
	type Vm,
	type World,
} from './world.js';

const backupMs = 20_000;
const shares = [0.15, 0.3, 0.45, 0.6, 0.75, 0.9, 1];

type Job = {readonly world: World; readonly node: string; readonly vmids: readonly number[]; readonly parameters: Readonly<Record<string, string>>; failures: number; locked?: Vm; wasRunning: boolean; startedAt: number};

const local = (milliseconds: number) => new Date(milliseconds).toISOString().slice(0, 19).replace('T', ' ');
const stamp = (milliseconds: number) => local(milliseconds).replaceAll('-', '_').replace(' ', '-').replaceAll(':', '_');
const span = (milliseconds: number) => new Date(milliseconds).toISOString().slice(11, 19);

const storageOf = ({world, parameters}: Job): Storage => {
	const id = parameters.storage ?? 'local';
	const storage = world.storages.find(candidate => candidate.id === id);
	if (!storage) {
		throw new Error(`could not get storage information for '${id}': storage '${id}' does not exist`);
	}

	if (!storage.content.includes('backup')) {
		throw new Error(`storage '${id}' does not support backups`);
	}

	return storage;
};

const archiveOf = (job: Job, vm: Vm) => `vzdump-qemu-${vm.vmid}-${stamp(job.startedAt)}.vma.zst`;

const sizeOf = (vm: Vm) => disksOf(vm.config).filter(disk => !disk.isCdrom && !disk.key.startsWith('unused')).reduce((sum, disk) => sum + disk.size, 0);

// What is said of a VM that could not be backed up; the job goes on and ends with `job errors`.
const skip = (job: Job, task: Task, vmid: number, cause: string) => {
	job.failures++;
	task.log.push(`ERROR: Backup of VM ${vmid} failed - ${cause}`, `INFO: Failed at ${local(job.world.now)}`);
};

const begin = (job: Job, task: Task, vmid: number) => {
	const {world} = job;
	const vm = world.vms.get(vmid);
	job.startedAt = world.now;
	task.log.push(`INFO: Starting Backup of VM ${vmid} (qemu)`, `INFO: Backup started at ${local(world.now)}`);
	if (vm?.node !== job.node) {
		skip(job, task, vmid, `unable to find VM '${vmid}'`);
		return;
	}

	const storage = storageOf(job);
	try {
		assertUnlocked(world, vm);
		if (!isQuorate(world)) {
			throw new Error(`unable to open file '/etc/pve/nodes/${vm.node}/qemu-server/${vmid}.conf.tmp.${task.pid}' - Permission denied`);
		}

		allocate(world, vm.node, storage, archiveOf(job, vm), vmid);
	} catch (error) {
		skip(job, task, vmid, (error as Error).message);
		return;
	}

	const mode = isTemplate(vm) ? 'stop' : job.parameters.mode ?? 'snapshot';
	job.wasRunning = isRunning(vm);
	task.log.push(
		`INFO: status = ${job.wasRunning ? 'running' : 'stopped'}`, `INFO: VM Name: ${nameOf(vm)}`, ...disksOf(vm.config).filter(disk => !disk.isCdrom).map(disk => `INFO: include disk '${disk.key}' '${disk.volid}' ${disk.options.get('size')}`), `INFO: backup mode: ${mode}`, 'INFO: ionice priority: 7', ...(vm.snapshots.length > 0 ? ['INFO: snapshots found (not included into backup)'] : []), `INFO: creating vzdump archive '${storage.path}/dump/${archiveOf(job, vm)}'`, 'INFO: starting backup via QMP command', `INFO: started backup task '${newUuid(world.random)}'`, 'INFO: resuming VM again',
	);
	setLock(vm, 'backup');
	job.locked = vm;
	if (!(mode === 'stop' && job.wasRunning)) {
		return;
	}

	stopVm(world, vm);
	startVm(world, vm);
};

const progress = (job: Job, task: Task, share: number) => {
	if (!job.locked) {
		return;
	}

	const size = sizeOf(job.locked);
	const took = Math.max(1, Math.round((job.world.now - job.startedAt) / 1000));
	task.log.push(`INFO: ${String(Math.round(share * 100)).padStart(3)}% (${humanSize(size * share)} of ${humanSize(size)}) in ${took}s, read: ${humanSize(size * share / took)}/s, write: ${humanSize(size * share / took / 3)}/s`);
};

const notesOf = ({parameters}: Job, vm: Vm) => {
	const values: Readonly<Record<string, string>> = {
		guestname: nameOf(vm), vmid: String(vm.vmid), node: vm.node, cluster: 'simulation',
	};
	return parameters['notes-template']
		?.replaceAll(/\\([\\n])/g, (_, character: string) => character === 'n' ? '\n' : character)
		.replaceAll(/\{\{(\w+)\}\}/g, (whole, name: string) => values[name] ?? whole);
};

const prune = (job: Job, task: Task, vmid: number, storage: Storage) => {
	const {world, parameters} = job;
	if (parameters.remove === '0') {
		return;
	}

	const rule = parameters['prune-backups'] ?? storage.prune;
	const pruned = prunedBackups(world.backups.filter(backup => backup.storage === storage.id && backup.vmid === vmid), rule);
	for (const backup of pruned) {
		world.backups.splice(world.backups.indexOf(backup), 1);
	}

	task.log.push(`INFO: prune older backups with retention: ${rule}`, `INFO: pruned ${pruned.length} backup(s)`);
};

const complete = (job: Job, task: Task) => {
	const vm = job.locked;
	if (!vm) {
		return;
	}

	const storage = storageOf(job);
	const {world} = job;
	const {lock, ...config} = vm.config;
	const size = Math.round(sizeOf(vm) * (0.12 + (0.03 * world.random.next())));
	const notes = notesOf(job, vm);
	const backup: Backup = {
		volid: `${storage.id}:backup/${archiveOf(job, vm)}`, storage: storage.id, vmid: vm.vmid, ctime: seconds(job.startedAt), size, config,
		firewall: structuredClone(vm.firewall), isProtected: isSet(job.parameters.protected), ...(notes !== undefined && {notes}),
	};
	world.backups.push(backup);
	setLock(vm, undefined);
	job.locked = undefined;
	task.log.push(`INFO: transferred ${humanSize(sizeOf(vm))} in ${Math.round((world.now - job.startedAt) / 1000)} seconds`, `INFO: archive file size: ${(size / (1024 ** 3)).toFixed(2)}GB`, ...(notes === undefined ? [] : ['INFO: adding notes to backup']));
	prune(job, task, vm.vmid, storage);
	task.log.push(`INFO: Finished Backup of VM ${vm.vmid} (${span(world.now - job.startedAt)})`, `INFO: Backup finished at ${local(world.now)}`);
};

const stepsOf = (job: Job): TaskStep[] => {
	const each = 1 / Math.max(1, job.vmids.length);
	const words = Object.entries(job.parameters).filter(([name]) => name !== 'vmid' && name !== 'node').map(([name, value]) => `--${name} ${/^[\w\-.=]+$/.test(value) ? value : `'${value}'`}`);
	return [
		{
			at: 0, lock: vzdumpLock(job.node), run(task) {
				storageOf(job);
				task.log.push(['INFO: starting new backup job: vzdump', ...job.vmids, ...words, '--node', job.node].join(' '));
			},
		},
		...job.vmids.flatMap((vmid, index): TaskStep[] => [
			{
				at: index * each, run(task) {
					begin(job, task, vmid);
				},
			},
			...shares.map((share): TaskStep => ({
				at: (index + (share * 0.97)) * each, run(task) {
					progress(job, task, share);
				},
			})),
			{
				at: index + 1 === job.vmids.length ? 1 : (index + 1) * each, run(task) {
					complete(job, task);
				},
			},
		]),
		{
			at: 1, run(task) {
				task.log.push(`INFO: Backup job finished ${job.failures > 0 ? 'with errors' : 'successfully'}`);
				if (job.failures > 0) {
					throw new Error('job errors');
				}
			},
		},
	];
};

/** A backup job of some of a node's VMs, one after the other. */
export const planBackup = (world: World, node: string, vmids: readonly number[], parameters: Readonly<Record<string, string>>): TaskPlan => {
	const job: Job = {
		world, node, vmids, parameters, failures: 0, wasRunning: false, startedAt: world.now,
	};
	return {
		node, type: 'vzdump', id: vmids.length === 1 ? String(vmids[0]) : '', vmids, storage: parameters.storage ?? 'local', durationMs: backupMs * vmids.length, steps: stepsOf(job),
		undo() {
			if (job.locked && lockOf(world, job.locked) !== undefined) {
				setLock(job.locked, undefined);
			}
		},
		wrap(cause, task) {
			if (cause !== 'job errors' && job.locked) {
				task.log.push(`ERROR: Backup of VM ${job.locked.vmid} failed - ${cause}`, `INFO: Failed at ${local(world.now)}`, 'INFO: Backup job finished with errors');
			}

			return cause;
		},
	};
};
