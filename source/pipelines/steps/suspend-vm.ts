import {skipped, type Step} from '../step.js';
import {also} from './also.js';
import {createStopVm} from './stop-vm.js';

const stop = createStopVm({isHard: ({suspended}) => suspended.includes('abuse')});

/** Turns a suspended VM off, at once where it is abused, and remembers that it ran: no later suspension, which finds it off, forgets that. */
export const suspendVm: Step = async (vm, context) => {
	const {remote, operation: {id}} = context;
	if (vm.suspended.length === 0 && !await remote.resume()) {
		return skipped('it was lifted meanwhile');
	}

	return also(await stop(vm, context), async ({operations, vms}) => {
		const operation = await operations.find(id);
		if (operation?.notes.wasRunning === true) {
			await vms.set(vm.id, {resumes: true});
		}
	});
};
