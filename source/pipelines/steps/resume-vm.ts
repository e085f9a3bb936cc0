import {skipped, type Step} from '../step.js';
import {also} from './also.js';
import {startVm} from './start-vm.js';

/** Starts a VM that ran before it was suspended, or would have been started meanwhile; not while another reason is left, or a new one came. */
export const resumeVm: Step = async (vm, context) => {
	if (!vm.resumes) {
		return skipped('the suspension did not stop it');
	}

	const outcome = await startVm(vm, context);
	return vm.suspended.length > 0 ? outcome : also(outcome, async ({vms}) => vms.set(vm.id, {resumes: false}));
};
