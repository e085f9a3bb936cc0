import {isHostname} from '../domain/hostname.js';
import {
	getIp,
	isInRange,
	networkOf,
	type Ip,
} from '../domain/ip.js';
import {type PoolSettings, type Settings, type TemplateSettings} from '../domain/settings.js';
import {suggest} from '../domain/suggest.js';
import {type Package} from '../domain/package.js';
import {genericName} from '../domain/zones.js';
import {type Problem} from '../intents/problems.js';
import {type NamedPlace, type Placed} from './sections.js';

/** What is wrong between two places that are right each for itself. */
type Check = readonly Problem[];

const problem = (path: Problem['path'], message: string): Problem => ({path, message, isKey: false});

/** Names that stand twice in a list. */
export const repeatedNames = (rows: ReadonlyArray<Placed<{readonly name: string}>>): Check => rows.flatMap(({path, value: {name}}, index) =>
	rows.slice(0, index).some(({value}) => value.name === name) ? [problem([...path, 'name'], `the name ${name} stands there twice`)] : []);

/** Operators who are to be written to, and no way of writing. */
export const checkAlerts = ({mail}: Pick<Settings['alerts'], 'mail'>, canMail: boolean): Check =>
	!canMail && mail.length > 0 ? [problem(['alerts', 'mail'], 'nobody would be written to: that needs a section `mail` with smtp and from')] : [];

const unknownCluster = (path: Problem['path'], cluster: string, clusters: readonly string[]): Check =>
	clusters.includes(cluster) ? [] : [problem([...path, 'cluster'], `there is no cluster ${cluster}: ${clusters.length === 0 ? '`clusters` is empty' : suggest(cluster, clusters)}`)];

/** First VMID behind the last one, or a call that could outlast its lease. */
export const checkCluster = ({path, value}: Placed<{readonly vmids: readonly [number, number]; readonly timeoutMs: number | null}>, leaseMs: number): Check => [
	...value.vmids[0] > value.vmids[1] ? [problem([...path, 'vmids'], `the first VMID, ${value.vmids[0]}, comes after the last, ${value.vmids[1]}`)] : [],
	...(value.timeoutMs ?? 0) * 3 > leaseMs ? [problem([...path, 'timeout'], `must be at most a third of the lease (scheduler.lease is ${leaseMs / 1000}s)`)] : [],
];

/** Places of one template. */
export const checkTemplate = ({path, value}: Placed<readonly TemplateSettings[]>, clusters: readonly string[]): Check => value.flatMap((place, index) => [
	...unknownCluster([...path, index], place.cluster, clusters),
	...value.slice(0, index).some(({cluster}) => cluster === place.cluster) ? [problem([...path, index, 'cluster'], `the cluster ${place.cluster} stands there twice`)] : [],
	...place.clone === 'linked' && place.storage !== null ? [problem([...path, index, 'storage'], 'a linked clone lies where its template lies: leave storage out')] : [],
]);

/** Days on which a backup is wanted that the package does not include. */
export const checkPackage = ({path, value}: NamedPlace<Package>): Check => [
	...(value.backupDays?.length ?? 0) > 0 && value.backups === 0 ? [problem([...path, 'backupDays'], 'the package allows no backups: raise backups or leave backupDays out')] : [],
	...new Set(value.backupDays).size < (value.backupDays?.length ?? 0) ? [problem([...path, 'backupDays'], 'a day stands there twice')] : [],
	...value.backupAt !== undefined && value.backupDays === undefined ? [problem([...path, 'backupAt'], 'needs backupDays')] : [],
];

// An IPv6 gateway may lie in fe80::/10, whatever the network.
const linkLocal = networkOf(getIp('fe80::'), 10);
const isLinkLocal = (address: Ip): boolean => isInRange(address, linkLocal);

/** A pool by itself: one family, in order, within its network. */
export const checkPool = ({path, value: pool}: Placed<PoolSettings>, clusters: readonly string[]): Check => {
	const [first, last, gateway] = [getIp(pool.first), getIp(pool.last), getIp(pool.gateway)];
	const found = [...unknownCluster(path, pool.cluster, clusters)];
	if (last.family !== first.family) {
		found.push(problem([...path, 'last'], `is IPv${last.family}, but first is IPv${first.family}`));
	} else if (last.value < first.value) {
		found.push(problem([...path, 'last'], `${pool.last} comes before first, ${pool.first}`));
	}

	if (gateway.family !== first.family) {
		found.push(problem([...path, 'gateway'], `is IPv${gateway.family}, but first is IPv${first.family}`));
	}

	const generic = pool.genericPtr === null ? null : genericName(pool.genericPtr, pool.last);
	if (generic !== null && !isHostname(generic)) {
		found.push(problem([...path, 'genericPtr'], `gives no hostname: ${generic}`));
	}

	if (first.family === 4 && pool.prefix > 32) {
		return [...found, problem([...path, 'prefix'], 'must be at most 32 for IPv4')];
	}

	const network = `${pool.first}/${pool.prefix}`;
	const inNetwork = networkOf(first, pool.prefix);
	if (last.family === first.family && !isInRange(last, inNetwork)) {
		found.push(problem([...path, 'last'], `${pool.last} lies outside the network of ${network}`));
	}

	if (gateway.family === first.family && !isLinkLocal(gateway) && !isInRange(gateway, inNetwork)) {
		found.push(problem([...path, 'gateway'], `${pool.gateway} lies outside the network of ${network}`));
	}

	return found;
};

/** Pools that could hand out the same address. */
export const overlappingPools = (pools: ReadonlyArray<Placed<PoolSettings>>): Check => pools.flatMap(({path, value: pool}, index) => {
	const [first, last] = [getIp(pool.first), getIp(pool.last)];
	const other = pools.slice(0, index).find(({value}) =>
		value.family === first.family && getIp(value.first).value <= last.value && getIp(value.last).value >= first.value);
	return other ? [problem([...path, 'first'], `overlaps with the pool ${other.value.name} (${other.value.first} to ${other.value.last})`)] : [];
});
