import {type NeedsAttention} from '../domain/vm.js';
import {type Operation} from '../domain/operation.js';

type Busy = {
	readonly vm: {readonly needsAttention: NeedsAttention | null};
	readonly operation: Pick<Operation, 'stepSince' | 'startedAt' | 'requestedAt'> | null;
};

/** How long a VM has been at what it does, in ms since the epoch; 0: it does nothing. */
export const busySince = ({vm, operation}: Busy): number =>
	vm.needsAttention?.since ?? operation?.stepSince ?? operation?.startedAt ?? operation?.requestedAt ?? 0;
