import {type Operation} from './operation.js';
import {kindOf} from './operation-kind.js';
import {type VmStatus} from './vm-status.js';

/** Where an operation stands: the last step completed, the step that is being done, of how many, and what it leads to. */
export type PipelinePosition = {readonly from: string; readonly step: number; readonly of: number; readonly to: string};

/** Where an operation of a VM of that status stands. */
export const findPosition = ({kind, state, position}: Pick<Operation, 'kind' | 'state' | 'position'>, status: VmStatus): PipelinePosition => {
	const {positions, keptBy} = kindOf(kind);
	const [first] = positions;
	const isOnTheWay = positions.includes(status) && status !== positions.at(-1);
	// What has not begun yet stands before its first step, unless the VM stands in the middle already.
	const from = (keptBy === 'vm' ? (isOnTheWay || state !== 'waiting' ? status : first) : position) ?? first!;
	const of = positions.length - 1;
	const step = Math.max(1, Math.min(positions.indexOf(from) + 1, of));
	return {
		from, step, of, to: positions[step]!,
	};
};
