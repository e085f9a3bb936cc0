import {formatAge} from '../domain/duration.js';
import {type Install} from '../domain/install.js';
import {type Tables} from '../store/store.js';
import {type Done, type IntentContext} from './intents.js';
import {Refused} from './refused.js';
import {writeIntent} from './write-intent.js';

const present = ({state, droppedBy, droppedAt, updatedAt}: Install, now: number): string => state === 'dropped'
	? `already dropped by ${droppedBy ?? 'somebody'} ${formatAge(now - (droppedAt ?? updatedAt))} ago`
	: `changed ${formatAge(now - updatedAt)} ago, it is ${state} now`;

const somebodyWasFirst = (install: Install, now: number): Refused =>
	new Refused('conflict', `the install of ${install.domain} was ${present(install, now)}`, 'look at it again, then decide');

/** What becomes of an install, with the new fields; or an answer without any. */
export type Decision = Done<Install> & {readonly to?: Parameters<Tables['installs']['change']>[1]};

/** Decides about one install in a transaction and changes it, unless somebody else was first. */
export const changeInstall = async (
	context: IntentContext,
	{id, version}: {readonly id: number; readonly version?: number},
	decide: (install: Install, tables: Tables) => Promise<Decision>,
): Promise<Done<Install>> => writeIntent(context, async tables => {
	const now = context.clock.now();
	const install = await tables.installs.find(id);
	if (!install) {
		throw new Refused('unknown', `there is no install ${id}`, '`cronsole install list` shows them all');
	}

	if (version !== undefined && install.version !== version) {
		throw somebodyWasFirst(install, now);
	}

	const {to, ...answer} = await decide(install, tables);
	if (!to) {
		return answer;
	}

	if (!await tables.installs.change(install, to, now)) {
		throw somebodyWasFirst((await tables.installs.find(id))!, now);
	}

	return {...answer, subject: (await tables.installs.find(id))!};
});
