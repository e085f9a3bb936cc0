import {type OperationKind} from './operation.js';
import {deployStatuses, type VmStatus} from './vm-status.js';

/** Where an operation stands: the step that is being done, of how many; the status that it leads to. */
export type PipelinePosition = {readonly step: number; readonly of: number; readonly to: VmStatus};

const pipelines: Readonly<Record<OperationKind, readonly VmStatus[]>> = {create: deployStatuses};

/** Where a VM of that status stands in an operation's pipeline. */
export const findPosition = (kind: OperationKind, status: VmStatus): PipelinePosition => {
	const statuses = pipelines[kind];
	const of = statuses.length - 1;
	const step = Math.min(statuses.indexOf(status) + 1, of);
	return {step: Math.max(1, step), of, to: statuses[Math.max(1, step)]!};
};
