import {skipped, type Step} from '../step.js';

/** The step, for a VM that is in its cluster; for another one there is nothing to do. */
export const ifCloned = (step: Step): Step => async (vm, context) => vm.node === null || vm.vmid === null ? skipped('it is not cloned yet') : step(vm, context);
