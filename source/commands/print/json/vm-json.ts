import {type VmAddress} from '../../../domain/address.js';
import {type DnsRecord} from '../../../domain/dns-record.js';
import {recordsNeed} from '../../../domain/explain-dns.js';
import {type Operation} from '../../../domain/operation.js';
import {findPosition} from '../../../domain/pipeline-position.js';
import {type StepLogRow} from '../../../domain/step-log.js';
import {type Vm, vmName} from '../../../domain/vm.js';
import {iso} from '../times.js';
import {recordJson} from './dns-json.js';

const operationJson = (operation: Operation | null, vm: Vm) => {
	if (!operation) {
		return null;
	}

	const {step, of} = findPosition(operation, vm.status);
	const {id, kind, state, attempt, nextAttemptAt, waitingFor} = operation;
	return {
		id, kind, state, step, of, attempt, nextAttemptAt: iso(nextAttemptAt), waitingFor,
	};
};

/** What needs a person: the VM, which stands still until then, or else one of its records, which holds nothing up. */
const needJson = (vm: Vm, records: readonly DnsRecord[]) => {
	const need = vm.needsAttention ?? recordsNeed(records, vm);
	return need && {...need, since: iso(need.since)};
};

/** A VM as `vm list --json` and `vm show --json` give it. */
export const vmJson = (vm: Vm, operation: Operation | null, addresses: readonly VmAddress[], records: readonly DnsRecord[]) => ({
	id: vmName(vm),
	reference: vm.reference,
	hostname: vm.hostname,
	cluster: vm.cluster,
	node: vm.node,
	vmid: vm.vmid,
	status: vm.status,
	remoteStatus: vm.remoteStatus,
	suspended: vm.suspended,
	operation: operationJson(operation, vm),
	needsAttention: needJson(vm, records),
	addresses: addresses.map(({family, address, prefix, gateway, ptr}) => ({
		family, address, prefix, gateway, ptr,
	})),
	dns: records.map(record => recordJson(record)),
	package: vm.package,
	packageName: vm.packageName,
	template: vm.template.name,
	client: vm.client,
	mac: vm.mac,
	createdAt: iso(vm.createdAt),
	removedAt: iso(vm.removedAt),
});

/** The rows of a VM's step log. */
export const stepsJson = (rows: readonly StepLogRow[]) => rows.map(row => ({
	operation: row.operation,
	operationId: row.operationId,
	from: row.from,
	to: row.to,
	outcome: row.outcome,
	reason: row.reason,
	attempt: row.attempt,
	startedAt: iso(row.startedAt),
	durationMs: row.durationMs,
	upid: row.upid,
	log: row.log,
}));
