import {ClientError} from '../client-error.js';
import {type Api} from './api.js';
import {path} from './api-call.js';
import {type Proxmox} from './proxmox.js';
import {
	backupsReply,
	removalReply,
	rrdReply,
	snapshotsReply,
	vzdumpReply,
} from './life-replies.js';
import {anyReply, upidReply} from './replies.js';
import {vmCall} from './vm-calls.js';

type LifeCalls = Pick<Proxmox, 'listRrd' | 'shutdownVm' | 'stopVm' | 'rebootVm' | 'destroyVm' | 'renewCloudInit' | 'listSnapshots' | 'takeSnapshot' | 'removeSnapshot' | 'rollBack'
	| 'backUp' | 'listBackups' | 'removeBackup' | 'restoreVm'>;

/**
 What makes Proxmox write down a person's words: it reads `\\` and `\n` in what it is given, wants one line, refuses other escapes, and fills in
 `{{variables}}`, which nothing but a space keeps it from.
 */
const noteTemplate = (note: string): string => note.replaceAll('\\', String.raw`\\`).replaceAll(/\r?\n/g, String.raw`\n`).replaceAll(/\{\{(?=[^\s{}]+\}\})/g, '{ {');

/** What is asked of a VM that lives: power, snapshots, backups, its end. */
export const lifeCalls = ({ask, cluster}: Api): LifeCalls => ({
	async listRrd(place, timeframe) {
		const {node: _, ...call} = vmCall('GET', place, path`/rrddata`, {timeframe, cf: 'AVERAGE'});
		return ask(call, rrdReply); // Every node answers it, for VMs of silent ones too.
	},
	shutdownVm: async (place, {timeoutSeconds, isForced}) => ask(vmCall('POST', place, path`/status/shutdown`, {timeout: timeoutSeconds, forceStop: isForced}), upidReply),
	stopVm: async (place, {isOverruling = false} = {}) => ask(vmCall('POST', place, path`/status/stop`, {'overrule-shutdown': isOverruling || undefined}), upidReply),
	rebootVm: async (place, {timeoutSeconds}) => ask(vmCall('POST', place, path`/status/reboot`, {timeout: timeoutSeconds}), upidReply),
	destroyVm: async place => ask(vmCall('DELETE', place, '', {purge: true, 'destroy-unreferenced-disks': true}), upidReply),
	async renewCloudInit(place) {
		await ask(vmCall('PUT', place, path`/cloudinit`), anyReply);
	},
	listSnapshots: async place => ask(vmCall('GET', place, path`/snapshot`), snapshotsReply),
	takeSnapshot: async (place, {name, description}) => ask(vmCall('POST', place, path`/snapshot`, {snapname: name, description}), upidReply),
	removeSnapshot: async (place, name) => ask(vmCall('DELETE', place, path`/snapshot/${name}`), upidReply),
	rollBack: async (place, name) => ask(vmCall('POST', place, path`/snapshot/${name}/rollback`), upidReply),
	async backUp({node, vmid}, {storage, mode, compress, note}) {
		const upid = await ask({
			method: 'POST', path: path`/nodes/${node}/vzdump`, node,
			// Proxmox would prune the storage by its own rules otherwise.
			parameters: {
				vmid, storage, mode, compress, remove: false, 'notes-template': noteTemplate(note),
			},
		}, vzdumpReply);
		if (upid === null) {
			throw new ClientError(`VM ${vmid} is not on ${cluster}/${node}: nothing was backed up`, {peer: cluster, kind: 'missing', node});
		}

		return upid;
	},
	listBackups: async (node, storage, vmid) => ask({
		method: 'GET', path: path`/nodes/${node}/storage/${storage}/content`, node, parameters: {content: 'backup', vmid},
	}, backupsReply),
	removeBackup: async (node, storage, volid) => ask({method: 'DELETE', path: path`/nodes/${node}/storage/${storage}/content/${volid}`, node}, removalReply),
	restoreVm: async ({node, vmid}, {volid, storage, isNew = false}) => ask({
		method: 'POST', path: path`/nodes/${node}/qemu`, node, parameters: {
			vmid, archive: volid, force: !isNew || undefined, storage,
		},
	}, upidReply),
});
