import {connectProxmox} from '../clients/proxmox/http-proxmox.js';
import {type ProxmoxConnection} from '../clients/proxmox/proxmox.js';
import {createTaskWatch, type TaskWatch} from '../clients/proxmox/task-watch.js';
import {type Clock} from '../domain/clock.js';
import {type Settings} from '../domain/settings.js';

type Connected = {readonly connection: ProxmoxConnection; readonly watch: TaskWatch};

/** The clusters of the config, each connected when it is first asked for, its limits shared by everyone in this process. */
export const createConnections = (settings: () => Settings, clock: Clock) => {
	const open = new Map<string, Connected>();

	const find = (name: string): Connected | undefined => {
		const present = open.get(name);
		const wanted = settings().clusters.find(cluster => cluster.name === name);
		if (present !== undefined || wanted === undefined) {
			return present;
		}

		const connection = connectProxmox(wanted, {clock});
		const connected = {connection, watch: createTaskWatch(connection.reader)};
		open.set(name, connected);
		return connected;
	};

	const reset = async (): Promise<void> => {
		const old = open.values().toArray();
		open.clear();
		await Promise.all(old.map(async ({connection}) => connection.close()));
	};

	return {
		connectionOf: (name: string): ProxmoxConnection | undefined => find(name)?.connection,
		watchOf: (name: string): TaskWatch | undefined => find(name)?.watch,
		/** After new settings: everything is connected anew; calls under way end first. */
		reset,
		close: reset,
	};
};
