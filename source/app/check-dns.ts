import {type Dns} from '../clients/dns/dns.js';
import {placeName, type ZonePlace} from '../domain/dns-record.js';
import {formatIp, getIp} from '../domain/ip.js';
import {type PoolSettings, type Settings} from '../domain/settings.js';
import {findPointer, pointerName} from '../domain/zones.js';
import {
	type Finding,
	findingOf,
	ok,
	type Report,
	someOf,
	warning,
} from './check-line.js';

type DnsCheckDeps = {readonly settings: Pick<Settings, 'dns' | 'pools'>; readonly dns: Dns; readonly report: Report};

const lookAtZone = async (dns: Dns, place: ZonePlace): Promise<Finding> => {
	const nameServer = dns.find(place)!;
	const doubts = await nameServer.check();
	return doubts.length === 0 ? ok(nameServer.title) : warning(`${nameServer.title}: ${doubts.join('; ')}`);
};

// All of a /22, and of a larger pool enough to meet each part of it.
const mostSamples = 1024n;

/** Addresses spread evenly over the pool, the first and the last of it always. */
const samplesOf = ({first, last}: PoolSettings): readonly string[] => {
	const [{family, value: least}, {value: most}] = [getIp(first), getIp(last)];
	const step = ((most - least) / mostSamples) + 1n;
	const count = Number((most - least) / step);
	return [...Array.from({length: count + 1}, (_, index) => formatIp({family, value: least + (BigInt(index) * step)})), last];
};

/** Where the names of the pool's addresses are written. */
const lookAtPointers = (pool: PoolSettings, zones: readonly ZonePlace[]): Finding => {
	const pointers = samplesOf(pool).map(address => ({address, places: findPointer(zones, address).places}));
	const missing = pointers.find(({places}) => places.length === 0);
	const written = [...new Set(pointers.flatMap(({places}) => places.map(place => placeName(place))))];
	if (missing === undefined) {
		return ok(`the names of its addresses are written in ${someOf(written)}`);
	}

	const without = `no zone for ${pointerName(missing.address)}: names of its addresses are not written`;
	return pool.genericPtr === null && written.length === 0
		? ok(without)
		: warning(written.length === 0 ? `${without}, nor what genericPtr says` : `${without} there, others are in ${someOf(written)}`);
};

/** Each zone of the config at its name server, and each pool against the zones. */
export const checkDns = async ({settings: {dns: zones, pools}, dns, report}: DnsCheckDeps): Promise<void> => {
	const findings = await Promise.all(zones.map(async place => findingOf(async () => lookAtZone(dns, place))));
	for (const [index, place] of zones.entries()) {
		report({subject: `zone ${placeName(place)}`, ...findings[index]!});
	}

	for (const pool of pools.filter(({genericPtr}) => zones.length > 0 || genericPtr !== null)) {
		report({subject: `pool ${pool.name}`, ...lookAtPointers(pool, zones)});
	}
};
