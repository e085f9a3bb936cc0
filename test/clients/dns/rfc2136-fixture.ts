import {createDns} from '../../../source/clients/dns/create-dns.js';
import {type Guard, type NameServer, type RecordChange} from '../../../source/clients/dns/dns.js';
import {systemClock, type Clock} from '../../../source/domain/clock.js';
import {rowOf, type Key} from '../../support/bind.js';

/** A zone of the config on a server that takes signed updates. */
export const openRfc2136 = (server: string, zone: string, key: Key, {clock = systemClock, guard = () => undefined}: {readonly clock?: Clock; readonly guard?: Guard} = {}): NameServer => {
	const row = rowOf(server, zone, key);
	return createDns(() => [row], {clock}).guardedBy(guard).find(row)!;
};

export const change = (name: string, from: readonly string[], to: readonly string[], type: RecordChange['type'] = 'A'): RecordChange => ({
	name, type, from, to, ttl: 300, comment: 'cronsole v101',
});
