import {findTaskName, taskLock, taskNames} from '../domain/task.js';
import {formatAge} from '../domain/duration.js';
import {type LeaseView} from '../domain/lease.js';
import {safeText} from '../domain/safe-text.js';
import {suggest} from '../domain/suggest.js';
import {type IntentContext, type Intents} from './intents.js';
import {Refused} from './refused.js';
import {log} from './write-intent.js';

const clearable = ['leader', ...taskNames.map(name => taskLock(name))];

const lockName = (text: string): string => {
	const task = findTaskName(text.replace(/^task:/, ''));
	if (task !== undefined) {
		return taskLock(task);
	}

	if (text === 'leader') {
		return text;
	}

	if (/^(?:vm|install):/.test(text)) {
		const message = `${safeText(text, 100)} is the lease of one VM or install: it ends with its owner and is never cleared by hand`;
		throw new Refused('not-allowed', message, 'clear the lock of its task, or stop the process that holds it');
	}

	throw new Refused('unknown', `there is no lock ${safeText(text, 100)}`, suggest(text, ['leader', ...taskNames]));
};

const ownerText = ({owner: {host, pid}}: LeaseView): string => `${host}:${pid}`;

/** Clears stale locks of tasks and of the leader, or the one that is named; live ones only by force, and that is logged loudly. */
export const clearLocks = (context: IntentContext): Intents['clearLocks'] => async (text, isForced) => {
	const {store, clock} = context;
	const wanted = text === null ? clearable : [lockName(text)];
	const leases = await store.leases.list();
	const held = leases.filter(({name}) => wanted.includes(name));
	const alive = held.find(({stale}) => !stale);
	if (text !== null && alive && !isForced) {
		const since = `holds it since ${formatAge(clock.now() - alive.acquiredAt)}, renewed ${formatAge(clock.now() - alive.renewedAt)} ago`;
		throw new Refused(
			'confirmation',
			`the lock ${alive.name} is not stale: ${ownerText(alive)} ${since}`,
			'wait for it, or clear it all the same with --force: whatever its owner writes from then on is refused',
		);
	}

	const cleared: LeaseView[] = [];
	for (const {name} of held) {
		const lease = await store.leases.clear(name, isForced);
		if (lease) {
			cleared.push(lease);
		}
	}

	if (cleared.length > 0) {
		await store.write(async tables => {
			for (const lease of cleared) {
				await log(tables, context, {
					level: 'warning', subject: lease.name.replace(/^task:/, ''), message: `cleared the ${lease.stale ? 'stale' : 'LIVE'} lock of ${ownerText(lease)}, number ${lease.fence}`,
				});
			}
		});
		await store.ring();
	}

	return cleared;
};
