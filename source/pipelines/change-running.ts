import {type Install} from '../domain/install.js';
import {type InstallChange, type WholeInstall} from '../store/installs.js';
import {type Tables} from '../store/store.js';
import {type InstallContext} from './move-install.js';

/** Somebody else moved the install on or ended it: nothing of this step may be written any more. */
export class InstallChanged extends Error {
	override readonly name = 'InstallChanged';
}

/** The row of an install whose step is being run, as this process wrote it last. */
export type KnownInstall = {present: WholeInstall};

type Runner = {readonly known: KnownInstall; readonly context: Pick<InstallContext, 'store' | 'clock'>};

/** The row as a change leaves it. */
export const withChange = ({install, adminPassword: known}: WholeInstall, {adminPassword = known, ...to}: InstallChange & Partial<Pick<Install, 'position'>>, now: number): WholeInstall => ({
	install: {
		...install, ...to, updatedAt: now, version: install.version + 1,
	},
	adminPassword,
});

/**
 A transaction of a step with the install as it is by now: a key may have been pressed meanwhile, and counts. Nearly always nobody did anything, so the
 row is read anew only where `write`, which changes it before it writes anything else, found it changed and answered undefined.
 */
export const writeRunning = async <T>({known: {present}, context: {store}}: Runner, write: (present: WholeInstall, tables: Tables) => Promise<T | undefined>): Promise<T> => store.write(async tables => {
	const {id, position} = present.install;
	const written = await write(present, tables);
	if (written !== undefined) {
		return written;
	}

	const found = await tables.installs.findWhole(id);
	if (found?.install.state !== 'running' || found.install.position !== position) {
		throw new InstallChanged(found ? `somebody changed it meanwhile: it is ${found.install.state} at ${found.install.position}` : 'it is gone');
	}

	return (await write(found, tables))!;
});

/** Changes the row of an install whose step is being run. */
export const changeRunning = async (run: Runner, to: InstallChange): Promise<void> => {
	const now = run.context.clock.now();
	run.known.present = await writeRunning(run, async (present, {installs}) => await installs.change(present.install, to, now) ? withChange(present, to, now) : undefined);
};
