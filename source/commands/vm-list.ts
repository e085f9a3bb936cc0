import {type Operation} from '../domain/operation.js';
import {kindOf} from '../domain/operation-kind.js';
import {findPosition} from '../domain/pipeline-position.js';
import {safeText} from '../domain/safe-text.js';
import {suggest} from '../domain/suggest.js';
import {taskNames} from '../domain/task.js';
import {vmStatuses} from '../domain/vm-status.js';
import {type Vm, vmName} from '../domain/vm.js';
import {Refused} from '../intents/refused.js';
import {exitCodes, type Command} from './io.js';
import {vmJson} from './json/vm-json.js';
import {readChoice} from './read-words.js';
import {printTable} from './table.js';

const states = ['inWork', 'needsAttention', 'suspended', ...vmStatuses] as const;

/** What a VM is doing, in few words. */
export const doingText = (vm: Pick<Vm, 'status' | 'needsAttention'>, operation: Operation | null): string => {
	if (vm.needsAttention) {
		return `needs attention: ${vm.needsAttention.reason}`;
	}

	if (!operation) {
		return '';
	}

	const {step, of, to} = findPosition(operation, vm.status);
	const what = `${kindOf(operation.kind).title} ${step}/${of}: ${to}`;
	return operation.waitingFor === null ? (operation.state === 'waiting' ? `${kindOf(operation.kind).title}: waiting for its turn` : what) : `${what}, waiting: ${operation.waitingFor}`;
};

/** Where a VM stands, whether it runs, and why it is suspended. */
export const statusText = ({status, remoteStatus, suspended}: Pick<Vm, 'status' | 'remoteStatus' | 'suspended'>): string => [
	status, ...remoteStatus === 'unknown' ? [] : [remoteStatus], ...suspended.length === 0 ? [] : [`suspended: ${suspended.join(', ')}`],
].join(', ');

/** VMs, one a line. */
export const listVms: Command = async (app, _words, flags, output) => {
	const state = readChoice(flags.state, states, '--state');
	const clusters = app.settings().clusters.map(({name}) => name);
	const [vms, open, addresses] = await Promise.all([
		app.read.vms.list({state, client: flags.client, cluster: flags.cluster}), app.read.operations.listUnderWay(taskNames), app.read.addresses.listAll(),
	]);
	// The config may have lost a cluster that still has VMs.
	if (flags.cluster !== undefined && vms.length === 0 && !clusters.includes(flags.cluster)) {
		throw new Refused('unknown', `--cluster: there is no ${safeText(flags.cluster, 60)}`, suggest(flags.cluster, clusters));
	}

	const operations = new Map<number, Operation>();
	for (const operation of open) {
		const first = operations.get(operation.vmId);
		if (!first || (operation.state === 'running' && first.state !== 'running')) {
			operations.set(operation.vmId, operation);
		}
	}

	const held = Map.groupBy(addresses, ({vmId}) => vmId);
	if (output.isJson) {
		const records = Map.groupBy(await app.read.dnsRecords.listAll(), ({vmId}) => vmId);
		output.json({vms: vms.map(vm => vmJson(vm, operations.get(vm.id) ?? null, held.get(vm.id) ?? [], records.get(vm.id) ?? []))});
		return exitCodes.done;
	}

	const rows = vms.map(vm => [
		vmName(vm),
		vm.reference,
		vm.hostname,
		vm.vmid === null ? vm.cluster : `${vm.cluster}/${vm.vmid}`,
		vm.node ?? '–',
		statusText(vm),
		held.get(vm.id)?.map(({address}) => address).join(' ') ?? '–',
		safeText(doingText(vm, operations.get(vm.id) ?? null), 120),
	]);
	await printTable(output, ['ID', 'REFERENCE', 'HOSTNAME', 'VM', 'NODE', 'STATUS', 'ADDRESSES', 'DOING'], rows);
	return exitCodes.done;
};
