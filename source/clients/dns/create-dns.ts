import {type Clock} from '../../domain/clock.js';
import {placeName, type ZonePlace} from '../../domain/dns-record.js';
import {type DnsSettings} from '../../domain/settings.js';
import {createCloudflare} from './cloudflare.js';
import {type DnsConnections, type Guard, type NameServer} from './dns.js';
import {createPowerdns} from './powerdns.js';
import {createRfc2136} from './rfc2136.js';
import {type ServerDriver, type ZoneDriver} from './server-kind.js';
import {createTurns, type Turns} from './server-turns.js';

type Server = {
	readonly driver: ServerDriver;
	readonly turns: Turns;
};

/** One actual server, whichever of its zones asks. */
const serverKey = (row: DnsSettings): string => {
	switch (row.provider) {
		case 'powerdns': {
			return JSON.stringify([row.provider, row.url, row.serverId]);
		}

		case 'rfc2136': {
			return JSON.stringify([row.provider, row.server]);
		}

		case 'cloudflare': {
			return JSON.stringify([row.provider, row.url, row.token.reveal()]);
		}
	}
};

// A driver gets only rows of its own kind: the key says which.
const openDriver = (row: DnsSettings, deps: {readonly clock: Clock}): ServerDriver => {
	switch (row.provider) {
		case 'powerdns': {
			return createPowerdns(row, deps) as ServerDriver;
		}

		case 'rfc2136': {
			return createRfc2136(row, deps) as ServerDriver;
		}

		case 'cloudflare': {
			return createCloudflare(row, deps) as ServerDriver;
		}
	}
};

const refuse: Guard = () => {
	throw new Error('the name servers are open for looking only: nothing was sent');
};

/** The name servers of the config, each opened when it is first asked. */
export const createDns = (zones: () => readonly DnsSettings[], {clock}: {readonly clock: Clock}): DnsConnections => {
	const servers = new Map<string, Server>();

	const serverOf = (row: DnsSettings): Server => {
		const key = serverKey(row);
		const present = servers.get(key);
		if (present) {
			return present;
		}

		const driver = openDriver(row, {clock});
		const server = {driver, turns: createTurns(driver, {clock})};
		servers.set(key, server);
		return server;
	};

	const open = (row: DnsSettings, guard: Guard): NameServer => {
		const peer = placeName(row);

		// Looked up each time: who is under way when settings change ends on the server that it began with.
		const ask = async <T>(way: 'read' | 'change', work: (zone: ZoneDriver, signal: AbortSignal) => Promise<T>): Promise<T> => {
			const {driver, turns} = serverOf(row);
			return turns[way](peer, async signal => work(driver.zone(row, peer), signal));
		};

		return {
			place: {zone: row.zone, nameServer: row.nameServer},
			title: serverOf(row).driver.title,
			get: async set => ask('read', async (zone, signal) => zone.get(set, {ask: refuse, signal})),
			async replace(change) {
				guard();
				await ask('change', async (zone, signal) => zone.replace(change, {ask: guard, signal}));
			},
			check: async () => ask('read', async (zone, signal) => zone.check({ask: refuse, signal})),
		};
	};

	const openAll = (guard: Guard) => ({
		find({zone, nameServer}: ZonePlace): NameServer | undefined {
			const row = zones().find(candidate => candidate.zone === zone && candidate.nameServer === nameServer);
			return row && open(row, guard);
		},
	});

	const close = async (keys: readonly string[]): Promise<void> => {
		await Promise.all(keys.map(async key => {
			const {driver, turns} = servers.get(key)!;
			servers.delete(key);
			await turns.idle();
			await driver.close();
		}));
	};

	return {
		guardedBy: openAll,
		reader: openAll(refuse),
		/** What a server wants to be spared outlives new settings; only those that nobody names any more are closed, when whoever is under way has ended. */
		reset() {
			const named = new Set(zones().map(row => serverKey(row)));
			void close(servers.keys().filter(key => !named.has(key)).toArray());
		},
		close: async () => close(servers.keys().toArray()),
	};
};
