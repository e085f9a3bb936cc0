import {type Proxmox, type ProxmoxConnection} from '../clients/proxmox/proxmox.js';
import {parseUpid} from '../domain/proxmox-texts.js';
import {safeText} from '../domain/safe-text.js';
import {type ClusterSettings, type Settings} from '../domain/settings.js';
import {stampOf, vmName} from '../domain/vm.js';
import {type Stamped} from '../domain/restored.js';
import {
	listForeign,
	listOwnVmids,
	lookAtGuests,
	stampedIn,
	type SeenGuest,
} from '../pipelines/foreign-guests.js';
import {type Store} from '../store/store.js';
import {type Reconciled} from '../store/upkeep.js';

/** What an older database does not know of the clusters. */
export type Comparison = Reconciled & {
	/** What was found, a line each; safe text. */
	readonly lines: readonly string[];
	/** What kept it from being seen whole; empty: nothing. */
	readonly problems: readonly string[];
};

export type ComparisonDeps = {
	readonly store: Store;
	readonly settings: Settings;
	readonly connectionOf: (cluster: string) => ProxmoxConnection | undefined;
	/** What the database knows nothing after; wall ms. */
	readonly asOf: number;
};

type Seen = {readonly stamped: readonly Stamped[]; readonly vmids: readonly number[]; readonly gone: readonly string[]};

/** Clocks of nodes and of this machine differ a little. */
const slackSeconds = 3600;

/** VMIDs in our range that any task since then was about: also of VMs that are gone again. */
const listVmidsOfTasks = async (proxmox: Proxmox, nodes: readonly string[], {vmids}: ClusterSettings, since: number): Promise<readonly number[]> => {
	const [first, last] = vmids;
	const rows = await Promise.all(nodes.map(async node => proxmox.listNodeTasks(node, {since})));
	return rows.flat().map(({upid}) => Number(parseUpid(upid)?.id)).filter(id => id >= first && id <= last);
};

const lookAtCluster = async (cluster: ClusterSettings, proxmox: Proxmox, {store, asOf}: ComparisonDeps): Promise<Seen> => {
	const {isQuorate, nodes} = await proxmox.getClusterStatus();
	const offline = nodes.filter(({isOnline}) => !isOnline).map(({name}) => name);
	if (!isQuorate || offline.length > 0) {
		throw new Error(`${offline.length === 0 ? 'there is no quorum' : `${offline.join(', ')} offline`}: its VMs cannot all be asked`);
	}

	const resources = await proxmox.listResources();
	const own = await listOwnVmids(store.read.vms, cluster.name);
	const {all} = listForeign(resources, own);
	const known = new Map<number, SeenGuest>();
	await lookAtGuests(proxmox, all, known, {now: 0, isFresh: () => false, isForgiven: ({kind}) => kind === 'missing'});
	const present = new Set(resources.flatMap(resource => resource.type === 'qemu' ? [resource.vmid] : []));
	const vms = await store.read.vms.list({cluster: cluster.name});
	return {
		stamped: stampedIn(all, known, {cluster: cluster.name, installation: store.installation}).toSorted((a, b) => a.vmid - b.vmid),
		vmids: await listVmidsOfTasks(proxmox, nodes.map(({name}) => name), cluster, Math.floor(asOf / 1000) - slackSeconds),
		gone: vms.filter(({vmid, node, status}) => vmid !== null && node !== null && status !== 'removed' && !present.has(vmid))
			.map(vm => `${vm.hostname} (${vmName(vm)}): VM ${vm.vmid} is not on ${cluster.name} any more`),
	};
};

const tellStamped = ({cluster, node, vmid, vm, name, isOrdered}: Stamped & {readonly isOrdered: boolean}, installation: string): string => {
	const what = `VM ${vmid}${name === null ? '' : ` (${safeText(name, 60)})`} on ${cluster}/${node}`;
	return isOrdered
		? `${what} was made for ${vmName({id: vm})}: it is taken for that order, and not made again`
		: `${what} bears our stamp of ${vmName({id: vm})}, which this database does not know: it stays as it is; to take it over, remove the line “${stampOf(installation, {id: vm})}” from its description, then \`cronsole vm import ${cluster}/${vmid} --reference R\``;
};

const tellUndecided = async ({read}: Store): Promise<readonly string[]> => {
	const {operations, installs} = await read.upkeep.listUndecided();
	return [
		...operations.map(({vmId, hostname, kind}) => `${hostname} (${vmName({id: vmId})}): its ${kind} was under way: it will need a person, and \`cronsole vm retry ${vmName({id: vmId})}\``),
		...installs.map(({id, domain}) => `${safeText(domain, 100)}: its install was under way: it will need a person, and \`cronsole install retry ${id}\``),
	];
};

/** Looks at everything that the clusters have of ours; changes nothing. */
export const compareWithClusters = async (deps: ComparisonDeps): Promise<Comparison> => {
	const {store, settings, connectionOf} = deps;
	const problems: string[] = [];
	const all: Array<Seen & {readonly cluster: string}> = [];
	for (const cluster of settings.clusters) {
		try {
			all.push({cluster: cluster.name, ...await lookAtCluster(cluster, connectionOf(cluster.name)!.reader, deps)});
		} catch (error) {
			problems.push(`${cluster.name}: ${safeText(error instanceof Error ? error.message : String(error), 300)}`);
		}
	}

	const stamped = all.flatMap(seen => seen.stamped);
	const unknown = await store.read.upkeep.findUnknown(stamped);
	return {
		problems,
		lines: [...unknown.map(seen => tellStamped(seen, store.installation)), ...all.flatMap(({gone}) => gone), ...await tellUndecided(store)],
		vmids: [...all.flatMap(({cluster, vmids}) => vmids.toSorted((a, b) => a - b).map(vmid => ({cluster, vmid}))), ...stamped.map(({cluster, vmid}) => ({cluster, vmid}))],
		placed: unknown.filter(({isOrdered}) => isOrdered).map(({vm, vmid, node}) => ({vmId: vm, vmid, node})),
		highestVm: Math.max(0, ...stamped.map(({vm}) => vm)),
	};
};
