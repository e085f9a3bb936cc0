import {type CallOutcome, connectProxmox} from '../clients/proxmox/http-proxmox.js';
import {type ProxmoxConnection} from '../clients/proxmox/proxmox.js';
import {createTaskWatch, type TaskWatch} from '../clients/proxmox/task-watch.js';
import {type Clock} from '../domain/clock.js';
import {type Settings} from '../domain/settings.js';

/** How often calls to a cluster ended so, since this process began. */
export type CallCount = {readonly cluster: string; readonly outcome: CallOutcome; readonly count: number};

type Connected = {readonly connection: ProxmoxConnection; readonly watch: TaskWatch};

/** Longer than anything goes on without asking for its connection again. */
const retireMs = 600_000;

/** The clusters of the config, each connected when it is first asked for, its limits shared by everyone in this process. */
export const createConnections = (settings: () => Settings, clock: Clock) => {
	const open = new Map<string, Connected>();
	const counts = new Map<string, Map<CallOutcome, number>>();

	const countCall = (cluster: string, outcome: CallOutcome): void => {
		const ofCluster = counts.get(cluster) ?? new Map<CallOutcome, number>();
		counts.set(cluster, ofCluster.set(outcome, (ofCluster.get(outcome) ?? 0) + 1));
	};

	const find = (name: string): Connected | undefined => {
		const present = open.get(name);
		const wanted = settings().clusters.find(cluster => cluster.name === name);
		if (present !== undefined || wanted === undefined) {
			return present;
		}

		const connection = connectProxmox(wanted, {
			clock,
			onCall(outcome) {
				countCall(name, outcome);
			},
		});
		const connected = {connection, watch: createTaskWatch(connection.reader)};
		open.set(name, connected);
		return connected;
	};

	const retired = new Set<ProxmoxConnection>();

	/** Those under way end on it; unused, it holds no socket for more than some seconds. */
	const retire = (connection: ProxmoxConnection): void => {
		retired.add(connection);
		setTimeout(() => {
			retired.delete(connection);
		}, retireMs).unref();
	};

	return {
		connectionOf: (name: string): ProxmoxConnection | undefined => find(name)?.connection,
		watchOf: (name: string): TaskWatch | undefined => find(name)?.watch,
		countCalls: (): readonly CallCount[] => [...counts].flatMap(([cluster, ofCluster]) => [...ofCluster].map(([outcome, count]) => ({cluster, outcome, count}))),
		/** After new settings: whatever begins connects anew; what is under way ends as it began. */
		reset(): void {
			for (const {connection} of open.values()) {
				retire(connection);
			}

			open.clear();
		},
		async close(): Promise<void> {
			const all = [...retired, ...open.values().map(({connection}) => connection)];
			retired.clear();
			open.clear();
			await Promise.all(all.map(async connection => connection.close()));
		},
	};
};
