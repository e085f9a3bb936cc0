import {type Operation} from '../../domain/operation.js';
import {kindOf} from '../../domain/operation-kind.js';
import {findPosition} from '../../domain/pipeline-position.js';
import {type Vm} from '../../domain/vm.js';

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
