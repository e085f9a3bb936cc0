import {createDns} from '../../../source/clients/dns/create-dns.js';
import {type DnsConnections, type Guard, type NameServer} from '../../../source/clients/dns/dns.js';
import {type RowOf} from '../../../source/clients/dns/server-kind.js';
import {systemClock, type Clock} from '../../../source/domain/clock.js';

/** A zone of the config on a PowerDNS. */
export const powerdnsZone = ({url, apiKey}: {readonly url: string; readonly apiKey: string}, zone = 'example.net', nameServer = 'powerdns'): RowOf<'powerdns'> => ({
	provider: 'powerdns', zone, nameServer, url, apiKey: {reveal: () => apiKey}, serverId: 'localhost', reserved: [],
});

export type Connected = {
	readonly dns: DnsConnections;
	readonly find: (zone?: string) => NameServer;
	readonly close: () => Promise<void>;
};

/** What a config with these zones on one PowerDNS gives. */
export const connectTo = (
	server: {readonly url: string; readonly apiKey: string},
	{zones = ['example.net', '113.0.203.in-addr.arpa'], guard = () => undefined, clock = systemClock}: {readonly zones?: readonly string[]; readonly guard?: Guard; readonly clock?: Clock} = {},
): Connected => {
	const rows = zones.map(zone => powerdnsZone(server, zone));
	const dns = createDns(() => rows, {clock});
	return {
		dns,
		find: (zone = 'example.net') => dns.guardedBy(guard).find({zone, nameServer: 'powerdns'})!,
		close: dns.close,
	};
};
