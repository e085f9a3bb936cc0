import {type Actor} from '../domain/activity.js';
import {type AccountAnswer, type AccountWish} from '../domain/hosting-account.js';
import {type Install, installName} from '../domain/install.js';
import {changeAccount as askForAccount} from '../pipelines/account-verb.js';
import {type InstallMove} from '../pipelines/move-install.js';
import {readConditions} from './conditions.js';
import {describeHold, describeHolder} from './held-by.js';
import {createInstallMover} from './install-mover.js';
import {createInstance, type Instance} from './instance.js';
import {type WorkDeps} from './work.js';

/** Somebody's install, in a process that does nothing else and never leads. */
const once = async <T>(deps: WorkDeps, use: (instance: Instance) => Promise<T>): Promise<T> => {
	const instance = createInstance(deps);
	try {
		return await use(instance);
	} finally {
		await instance.releaseAll();
	}
};

const findHold = async ({store, settings, clock}: WorkDeps): Promise<string | null> => {
	const {hold} = await readConditions(store.read, settings(), clock.now());
	return hold === null ? null : describeHold(hold, settings().timezone);
};

/** One go at an install, at once; under a hold nothing begins. */
export const moveByHand = async (deps: WorkDeps, install: Install, {until, signal}: {readonly until?: Install['position']; readonly signal: AbortSignal}): Promise<InstallMove> => {
	const hold = await findHold(deps);
	if (hold !== null) {
		return {outcome: 'waiting', steps: 0, line: hold};
	}

	const move = await once(deps, async instance => createInstallMover({...deps, instance, signal}).move(install, until));
	await deps.store.ring();
	return move;
};

/** One verb on the account of an install, at once; a hold or whoever is at work on the install stands in its way. */
export const changeAccountByHand = async (deps: WorkDeps, install: Install, {signal, ...wish}: AccountWish & {readonly actor: Actor; readonly signal: AbortSignal}): Promise<AccountAnswer> => {
	const {settings} = deps;
	const held = (why: string): AccountAnswer => ({
		outcome: 'held', message: `the account ${install.account} was left as it is: ${installName(install)} is ${why}`, hint: 'run it again once that has ended',
	});
	const hold = await findHold(deps);
	return hold === null
		? once(deps, async instance => {
			const acquired = await instance.acquire(`install:${install.id}`, settings().scheduler.leaseMs);
			if (acquired.lock === null) {
				return held(describeHolder(acquired.by, settings().timezone));
			}

			const {store, guard} = acquired.lock;
			return askForAccount(install, wish, {
				...deps, store, guard, settings: settings(), signal,
			});
		})
		: held(hold);
};
