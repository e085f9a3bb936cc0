import {type Operation} from '../../domain/operation.js';
import {safeText} from '../../domain/safe-text.js';
import {suggest} from '../../domain/suggest.js';
import {taskNames} from '../../domain/task.js';
import {vmStatuses} from '../../domain/vm-status.js';
import {vmName} from '../../domain/vm.js';
import {Refused} from '../../intents/refused.js';
import {exitCodes, type Command} from '../io/io.js';
import {vmJson} from '../print/json/vm-json.js';
import {readChoice} from '../words/read-words.js';
import {printTable} from '../print/table.js';
import {doingText, statusText} from '../print/vm-texts.js';

const states = ['inWork', 'needsAttention', 'suspended', ...vmStatuses] as const;

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
