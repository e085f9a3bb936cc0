import {type Install} from '../domain/install.js';
import {type InstallChange} from '../store/installs.js';
import {type Tables} from '../store/store.js';
import {type InstallContext} from './move-install.js';

/** Somebody else moved the install on or ended it: nothing of this step may be written any more. */
export class InstallChanged extends Error {
	override readonly name = 'InstallChanged';
}

type Runner = {readonly install: Pick<Install, 'id' | 'position'>; readonly context: Pick<InstallContext, 'store' | 'clock'>};

/** A transaction of a step with the install as it is by now: a key may have been pressed meanwhile, and counts. */
export const writeRunning = async <T>({install: {id, position}, context: {store}}: Runner, write: (present: Install, tables: Tables) => Promise<T>): Promise<T> => store.write(async tables => {
	const present = await tables.installs.find(id);
	if (present?.state !== 'running' || present.position !== position) {
		throw new InstallChanged(present ? `somebody changed it meanwhile: it is ${present.state} at ${present.position}` : 'it is gone');
	}

	return write(present, tables);
});

/** Changes the row of an install whose step is being run. */
export const changeRunning = async (run: Runner, to: InstallChange): Promise<void> => writeRunning(run, async (present, {installs}) => {
	await installs.change(present, to, run.context.clock.now());
});
