import {type ProxmoxConnection, type Resource} from '../clients/proxmox/proxmox.js';
import {type ImportedGuest} from '../domain/import-plan.js';
import {Refused} from '../intents/refused.js';

type Guest = Extract<Resource, {readonly type: 'qemu'}>;

/** What a cluster shows of one VM, be it ours or not. Throws `Refused` where there is none, `ClientError` where the cluster does not answer. */
export const lookAtGuest = async (cluster: string, vmid: number, connectionOf: (cluster: string) => ProxmoxConnection | undefined): Promise<ImportedGuest> => {
	const connection = connectionOf(cluster);
	if (!connection) {
		throw new Refused('unknown', `there is no cluster ${cluster} in the config`, 'name it as `clusters` in the config does: fra1/101');
	}

	const {reader} = connection;
	const resources = await reader.listResources();
	const found = resources.find((resource): resource is Guest => resource.type === 'qemu' && resource.vmid === vmid);
	if (!found) {
		throw new Refused('unknown', `there is no VM ${vmid} on ${cluster}, or the token may not see it`, 'look for it in Proxmox; the token needs VM.Audit on /vms');
	}

	// What the cluster's list says of a VM is seconds old, and nothing at first.
	const {node} = found;
	const [config, {status}] = await Promise.all([reader.getVmConfig({node, vmid}), reader.getVmStatus({node, vmid})]);
	return {
		cluster, node, vmid, name: config.name === undefined ? null : String(config.name), isRunning: status === 'running', isTemplate: Number(config.template ?? 0) === 1, config,
	};
};
