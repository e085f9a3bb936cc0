import {setTimeout as sleep} from 'node:timers/promises';
import {type Incident} from '../domain/incident.js';
import {type Overview} from '../store/overview.js';
import {findLockHolder, type LockHolder} from '../store/sqlite/lock-holder.js';

/** A leader that lives renews more often than that, as long as it can write: with the usual lease of a minute every ten seconds. */
const silentMs = 12_000;
/** What runs holds the lock for a moment only, unless nobody has written for so long. */
const blockedMs = 15_000;
const momentMs = 50;

const isInTheWay = async (holder: LockHolder, place: string, silent: number): Promise<boolean> => {
	if (holder.isStopped || silent <= blockedMs) {
		return holder.isStopped;
	}

	await sleep(momentMs);
	return findLockHolder(place)?.pid === holder.pid;
};

const toIncident = ({text, command}: LockHolder, since: number): Incident => ({
	id: 0, key: 'database:locked', severity: 'critical', cause: `${text} keeps everybody from writing to the database`, command, since, closedAt: null, affects: 1, acknowledged: null,
});

/** Says on top of all incidents who keeps the database locked: it cannot be written down while that is so. */
export const tellHolder = async (overview: Overview, place: string): Promise<Overview> => {
	const {renewedAt, stale = true} = overview.leases.find(({name}) => name === 'leader') ?? {};
	const silent = renewedAt === undefined ? 0 : overview.now - renewedAt;
	const holder = stale || silent > silentMs ? findLockHolder(place) : null;
	return holder !== null && await isInTheWay(holder, place, silent)
		? {...overview, incidents: [toIncident(holder, renewedAt ?? overview.now), ...overview.incidents]}
		: overview;
};
