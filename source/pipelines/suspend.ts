import {operationKinds} from '../domain/operation-kind.js';
import {patience} from './applying.js';
import {rowsOf, type Pipeline} from './step.js';
import {ifCloned} from './steps/if-cloned.js';
import {setOnboot} from './steps/set-onboot.js';
import {suspendVm} from './steps/suspend-vm.js';

/** Turns a VM off for a reason that stands in its row already: onboot first, so that no reboot of its node starts it in between. */
export const suspend: Pipeline = {
	rows: rowsOf(operationKinds.suspend.positions, [
		{title: 'no start with its node', step: ifCloned(setOnboot), stuckAfterMs: patience.short},
		{title: 'stop', step: ifCloned(suspendVm), stuckAfterMs: patience.short},
	]),
};
