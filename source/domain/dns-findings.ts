import {
	placeName,
	recordName,
	type DnsRecord,
	type ZonePlace,
} from './dns-record.js';
import {type Finding} from './incident.js';
import {type DnsSettings} from './settings.js';
import {vmName} from './vm.js';

/** A record set that is not as it is wanted, with its VM's hostname. */
export type OwedRecord = Pick<DnsRecord, 'zone' | 'nameServer' | 'name' | 'type' | 'vmId' | 'isGivenUp' | 'state' | 'error' | 'since'> & {readonly hostname: string | null};

/** More VMs than this with the same trouble are one incident. */
const most = 10;

/** What is over sooner is no news. */
const patienceMs = 60_000;

const groupsOf = <T>(all: readonly T[], keyOf: (one: T) => string): ReadonlyArray<readonly T[]> => Map.groupBy(all, keyOf).values().toArray().toSorted((a, b) => b.length - a.length);

const records = (count: number): string => count === 1 ? '1 record is' : `${count} records are`;

/** What makes two zones lie on the same server: that it is spoken to at the same place, at Cloudflare's as the same client. */
const serverOf = (zone: DnsSettings): string => JSON.stringify([zone.provider, 'url' in zone ? zone.url : zone.server, 'token' in zone ? zone.token.reveal() : '']);

const keyOf = ({zone, nameServer}: ZonePlace): string => `dns:${zone}:${nameServer}`;

/** One for each server, whatever keeps it from its zones; the first of its zones in the config names it. */
const ofServers = (owed: readonly OwedRecord[], zones: readonly DnsSettings[], now: number): readonly Finding[] => {
	const homes = new Map(Map.groupBy(zones, serverOf).values().flatMap(served => served.map(zone => [keyOf(zone), served[0]!] as const)));
	const homeOf = (place: ZonePlace): ZonePlace | undefined => homes.get(keyOf(place));

	return groupsOf(owed, record => keyOf(homeOf(record) ?? record)).filter(there => there.some(({since}) => since <= now - patienceMs)).map(there => {
		const first = groupsOf(there, ({error}) => error!)[0]![0]!;
		const home = homeOf(first);
		const others = new Set(there.map(({zone}) => zone)).size - 1;
		const where = others === 0 ? first.zone : `${first.zone} and ${others} more ${others === 1 ? 'zone' : 'zones'}`;
		return {
			key: keyOf(home ?? first), severity: 'warning', cause: `${where} on ${first.nameServer}: ${first.error!}; ${records(there.length)} owed`,
			command: home ? 'cronsole check' : 'cronsole dns debts', affects: there.length,
		};
	});
};

const isForeign = ({state}: OwedRecord): boolean => state === 'foreign';

/** Why comes first: screens cut off what is long. */
const describe = (record: OwedRecord): string => `${recordName(record)}: ${record.error ?? record.state} (${placeName(record)})`;

/** Why so many records of a place are left alone. */
const ofPlace = (there: readonly OwedRecord[]): Finding => {
	const [first] = there;
	const {zone, nameServer, state, error} = first!;
	return {
		key: `dns:${zone}:${nameServer}:${state}`, severity: 'warning', command: 'cronsole dns debts', affects: new Set(there.map(({vmId}) => vmId)).size,
		cause: isForeign(first!)
			? `${placeName(first!)}: ${records(there.length)} somebody else's, as ${first!.name} ${first!.type}: ${error ?? state}`
			: `${placeName(first!)} refuses ${there.length} records, as ${first!.name} ${first!.type}: ${error ?? state}`,
	};
};

const ofVm = (there: readonly OwedRecord[]): Finding => {
	const [first] = there;
	const vm = vmName({id: first!.vmId!});
	const whose = first!.hostname === null || first!.hostname === first!.name ? '' : `${first!.hostname}: `;
	const rest = there.length === 1 ? '' : ` (and ${there.length - 1} more)`;
	// Of a VM that is gone nothing can be set anew.
	const command = there.every(({isGivenUp}) => isGivenUp) ? `cronsole vm dns ${vm}` : `cronsole dns set ${vm}`;
	const remedy = there.some(record => isForeign(record)) ? `; remove it there, or take it over with \`cronsole dns adopt ${vm}\`` : '';
	return {
		key: `dns:vm:${first!.vmId!}`, severity: 'warning', cause: `${whose}${describe(first!)}${rest}${remedy}`, command, affects: 1,
	};
};

/** Records for which a person is needed: each VM's are one incident, or those of one place where they are many. */
const ofStuck = (stuck: readonly OwedRecord[]): readonly Finding[] => {
	const many = groupsOf(stuck, ({zone, nameServer, state}) => `${zone} ${nameServer} ${state}`).filter(there => new Set(there.map(({vmId}) => vmId)).size > most);
	const folded = new Set(many.flat());
	const single = stuck.filter(record => !folded.has(record) && record.vmId !== null);
	return [...many.map(there => ofPlace(there)), ...groupsOf(single, ({vmId}) => String(vmId)).map(there => ofVm(there))];
};

/** What keeps records from being as they are wanted: servers that fail for longer than a moment, and records that need a person. What was never tried is no fault. */
export const findDnsFindings = (debts: readonly OwedRecord[], zones: readonly DnsSettings[], now: number): readonly Finding[] => [
	...ofServers(debts.filter(({state, error}) => state === 'owed' && error !== null), zones, now),
	...ofStuck(debts.filter(({state}) => state === 'foreign' || state === 'refused')),
];
