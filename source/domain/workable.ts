import {isWorkable, type ClusterHealth, type Maintenance} from './cluster.js';
import {type ClusterSettings} from './settings.js';

/** Where work may go on now. */
export type Workable = {
	readonly clusters: readonly string[];
	/** `fra1/pve1`: the VMs of these nodes wait. */
	readonly nodesDown: readonly string[];
};

/** A cluster that was never looked at can be worked on; one in maintenance cannot, nor one on which another installation works. */
export const findWorkable = (clusters: ReadonlyArray<Pick<ClusterSettings, 'name'>>, health: readonly ClusterHealth[], maintenance: readonly Maintenance[]): Workable => ({
	clusters: clusters
		.filter(({name}) => {
			const seen = health.find(row => row.name === name);
			return isWorkable(seen?.state ?? 'ok') && (seen?.foreignInstallation ?? null) === null && maintenance.every(({cluster, node}) => !(cluster === name && node === null));
		})
		.map(({name}) => name),
	nodesDown: [
		...health.flatMap(({name, nodesDown}) => nodesDown.map(node => `${name}/${node}`)),
		...maintenance.filter(({node}) => node !== null).map(({cluster, node}) => `${cluster}/${node}`),
	],
});
