import {applyAll, patience, type StepRow} from './applying.js';
import {setStamp} from './steps/set-stamp.js';
import {startVm} from './steps/start-vm.js';
import {createVerifyRunning, type Ending} from './steps/verify-running.js';

/** After an old configuration came back with its disks: makes the VM what its row wants, and starts it as a deploy would. */
export const createReapplying = (ending: Ending): readonly StepRow[] => [
	{title: 'stamp', step: setStamp, stuckAfterMs: patience.short},
	...applyAll,
	{title: 'start', step: startVm, stuckAfterMs: patience.short},
	{title: 'verify running, mail', step: createVerifyRunning(ending), stuckAfterMs: patience.brief},
];
