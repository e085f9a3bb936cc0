import {type Hold} from '../domain/cluster.js';
import {type LeaseView} from '../domain/lease.js';

const timeOfDay = (at: number, timezone: string): string => new Intl.DateTimeFormat('en-GB', {timeStyle: 'medium', timeZone: timezone}).format(at);

/** `running since 18:40:03 by ops1:977`. */
export const describeHolder = ({owner, acquiredAt, stale}: LeaseView, timezone: string): string =>
	`running since ${timeOfDay(acquiredAt, timezone)} by ${owner.host}:${owner.pid}${stale ? ' (stale: the next start takes it over)' : ''}`;

/** `on hold by anna: moving the storage`. */
export const describeHold = ({by, reason, until}: Hold, timezone: string): string =>
	`on hold by ${by}${reason === null ? '' : `: ${reason}`}${until === null ? '' : ` (until ${timeOfDay(until, timezone)})`}`;
