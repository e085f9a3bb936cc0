import {operationKinds} from '../domain/operation-kind.js';
import {patience} from './applying.js';
import {rowsOf, type Pipeline} from './step.js';
import {ifCloned} from './steps/if-cloned.js';
import {resumeVm} from './steps/resume-vm.js';
import {setOnboot} from './steps/set-onboot.js';

/** Lets a VM run again once no reason is left in its row. */
export const unsuspend: Pipeline = {
	rows: rowsOf(operationKinds.unsuspend.positions, [
		{title: 'start with its node', step: ifCloned(setOnboot), stuckAfterMs: patience.short},
		{title: 'start', step: ifCloned(resumeVm), stuckAfterMs: patience.short},
	]),
};
