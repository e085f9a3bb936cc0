import {ClientError} from '../client-error.js';
import {type Api} from './api.js';
import {type ApiCall, path, type Parameters} from './api-call.js';
import {type Proxmox, type VmPlace} from './proxmox.js';
import {
	anyReply,
	configReply,
	upidReply,
	vmStatusReply,
} from './replies.js';

type VmCalls = Pick<Proxmox, 'getVmConfig' | 'getActiveConfig' | 'setVmConfig' | 'getVmStatus' | 'isAgentAnswering' | 'cloneVm' | 'migrateVm' | 'resizeDisk' | 'startVm'>;

/** A call on a VM. */
export const vmCall = (method: ApiCall['method'], {node, vmid}: VmPlace, below: string, parameters?: Parameters): ApiCall =>
	({
		method, path: `${path`/nodes/${node}/qemu/${vmid}`}${below}`, node, parameters,
	});

// No agent in the config, a stopped VM, an agent that is silent: each is an answer of the node that holds the VM.
const isSilence = (error: unknown): boolean => error instanceof ClientError && error.status === 500 && /guest.agent|guest-ping|is not running|got timeout/i.test(error.message);

/** What is asked of one VM, and done to it. */
export const vmCalls = ({ask}: Api): VmCalls => ({
	getVmConfig: async place => ask(vmCall('GET', place, path`/config`), configReply),
	getActiveConfig: async place => ask(vmCall('GET', place, path`/config`, {current: true}), configReply),
	async setVmConfig(place, changes, digest) {
		const names = Object.keys(changes);
		if (names.length === 0) {
			return; // Proxmox refuses a change of nothing.
		}

		const gone = names.filter(name => changes[name] === undefined);
		await ask(vmCall('PUT', place, path`/config`, {...changes, delete: gone.length > 0 ? gone.join(',') : undefined, digest}), anyReply);
	},
	getVmStatus: async place => ask(vmCall('GET', place, path`/status/current`), vmStatusReply),
	async isAgentAnswering(place) {
		try {
			await ask({...vmCall('POST', place, path`/agent/ping`), isHarmless: true}, anyReply);
			return true;
		} catch (error) {
			if (isSilence(error)) {
				return false;
			}

			throw error;
		}
	},
	cloneVm: async (template, {newid, name, description, full, storage}) => ask(vmCall('POST', template, path`/clone`, {
		newid, name, description, full, storage,
	}), upidReply),
	migrateVm: async (place, {target, targetStorage}) => ask(vmCall('POST', place, path`/migrate`, {target, targetstorage: targetStorage}), upidReply),
	resizeDisk: async (place, {disk, gib}) => ask(vmCall('PUT', place, path`/resize`, {disk, size: `${gib}G`}), upidReply),
	startVm: async place => ask(vmCall('POST', place, path`/status/start`), upidReply),
});
