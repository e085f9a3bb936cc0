import {ClientError} from '../../clients/client-error.js';
import {scheduler} from '../../domain/activity.js';
import {countTraffic} from '../count-traffic.js';
import {done, skipped, type Step} from '../step.js';

/** How often it is tried; after that the VM goes all the same. */
const tries = 3;

/** Counts what flowed through the VM up to now, as nobody can once it is gone. */
export const countFinalTraffic: Step = async (vm, context) => {
	const {operation, clock} = context;
	if (vm.node === null) {
		return skipped('it was never seen in the cluster');
	}

	try {
		const {outcome} = await countTraffic(vm, context);
		return outcome === 'nothing-new' ? skipped('nothing flowed since it was counted last') : done();
	} catch (error) {
		const isWorthAnother = error instanceof ClientError && error.kind === 'transient' && (error.scope !== 'item' || operation.attempt + 1 < tries);
		if (isWorthAnother || !(error instanceof ClientError)) {
			throw error;
		}

		const {message} = error;
		return skipped(`not counted: ${message}`, async ({activity}) => activity.add({
			at: clock.now(), level: 'warning', actor: scheduler, subject: vm.hostname, vmId: vm.id, message: `its last traffic could not be counted: ${message}`,
		}));
	}
};
