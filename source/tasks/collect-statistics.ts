import {ClientError} from '../clients/client-error.js';
import {type Proxmox} from '../clients/proxmox/proxmox.js';
import {formatBytes} from '../domain/bytes.js';
import {countTrafficFrom, type Counted} from '../pipelines/count-traffic.js';
import {LockLost} from '../store/leases.js';
import {type PlacedVm} from '../store/vms.js';
import {forEach, type ItemResult} from './for-each.js';
import {groupWrites} from './group-writes.js';
import {type Task, type TaskContext} from './task.js';

/** A cluster that can be asked, and where its VMs are now, whoever moved them. */
type View = {readonly proxmox: Proxmox; readonly nodes: ReadonlyMap<number, string>};

/** One look at each cluster; the VMs of one that is not in the answer wait. */
const lookAtClusters = async (names: Iterable<string>, {readerOf, report}: TaskContext): Promise<Map<string, View>> => {
	const views = new Map<string, View>();
	await Promise.all([...names].map(async name => {
		const proxmox = readerOf(name);
		if (!proxmox) {
			report(`${name}  cannot be worked on now: its VMs wait`);
			return;
		}

		try {
			const resources = await proxmox.listResources();
			views.set(name, {proxmox, nodes: new Map(resources.flatMap(resource => resource.type === 'qemu' ? [[resource.vmid, resource.node]] : []))});
		} catch (error) {
			if (!(error instanceof ClientError)) {
				throw error;
			}

			report(`${name}  its VMs wait: ${error.message}`);
		}
	}));
	return views;
};

/** `17:00`, with its day where that is not today's. */
const createMoments = (timeZone: string, now: number) => {
	const day = new Intl.DateTimeFormat('sv-SE', {timeZone, dateStyle: 'short'});
	const time = new Intl.DateTimeFormat('sv-SE', {timeZone, timeStyle: 'short'});
	return (at: number): string => `${day.format(at) === day.format(now) ? '' : `${day.format(at)} `}${time.format(at)}`;
};

const describe = ({outcome, bytesIn, bytesOut, gapSeconds, estimatedBytes, since}: Counted, momentOf: (at: number) => string): string => {
	if (since === null) {
		return 'is counted from now on';
	}

	const estimated = estimatedBytes > 0 ? `, ${formatBytes(estimatedBytes)} of it estimated` : '';
	const gap = gapSeconds > 0 ? `, no samples for ${gapSeconds} s` : '';
	return `${outcome === 'counted' ? `in ${formatBytes(bytesIn)}, out ${formatBytes(bytesOut)}${estimated}${gap}` : 'nothing new'} since ${momentOf(since)}`;
};

/** Adds up the bytes that flowed through every VM since it was counted last. It only looks, so that VMs of observed clusters are counted too. */
export const collectStatistics: Task = {
	name: 'collect_statistics',
	async run(context) {
		const {settings, clock, signal, report} = context;
		const store = groupWrites(context.store);
		const vms = await store.read.vms.listPlaced();
		const views = await lookAtClusters(new Set(vms.map(({cluster}) => cluster)), context);
		const marks = await store.read.traffic.listMarks();
		const markOf = new Map(marks.map(mark => [mark.vmId, mark]));
		const clusters = await store.read.clusters.list();
		const versionOf = new Map(clusters.map(({name, version}) => [name, version]));
		const momentOf = createMoments(settings.timezone, clock.now());

		/** What is wrong with the cluster lets the rest of its VMs wait; what is wrong with one VM is that one's. */
		const fail = (vm: PlacedVm, error: unknown): ItemResult => {
			if (error instanceof LockLost) {
				throw error;
			}

			const message = error instanceof Error ? error.message : String(error);
			const {scope, kind} = error instanceof ClientError ? error : {scope: 'item', kind: 'unknown'};
			const isGone = kind === 'missing';
			if (scope === 'cluster') {
				views.delete(vm.cluster);
			}

			report(`${vm.hostname}  ${scope === 'item' ? (isGone ? 'skipped' : 'failed') : 'waits'}: ${message}`);
			if (scope === 'item' && !isGone) {
				throw new Error(`${vm.hostname}: ${message}`, {cause: error});
			}

			return isGone ? 'untouched' : 'waiting';
		};

		return forEach(vms, signal, async vm => {
			const view = views.get(vm.cluster);
			const node = view?.nodes.get(vm.vmid);
			if (!view || node === undefined) {
				report(view ? `${vm.hostname}  skipped: there is no VM ${vm.vmid} on ${vm.cluster}` : `${vm.hostname}  waits for ${vm.cluster}`);
				return view ? 'untouched' : 'waiting';
			}

			try {
				const counted = await countTrafficFrom({...vm, node}, {mark: markOf.get(vm.id), version: versionOf.get(vm.cluster) ?? null}, {
					proxmox: view.proxmox, store, settings, clock,
				});
				report(`${vm.hostname}  ${describe(counted, momentOf)}`);
				return counted.outcome === 'counted' ? 'processed' : 'untouched';
			} catch (error) {
				return fail(vm, error);
			}
		});
	},
};
