import {
	type DnsRecord,
	type DnsState,
	type ZonePlace,
	recordName,
} from './dns-record.js';
import {safeText} from './safe-text.js';
import {type NeedsAttention, type Vm, vmName} from './vm.js';
import {type NamedVm} from './wanted-records.js';
import {findPointer, findZones} from './zones.js';

/** For people, as the guide has them. */
export const dnsStateWords: Readonly<Record<DnsState, string>> = {
	done: 'written', owed: 'owed', foreign: 'foreign', refused: 'refused',
};

const states = ['foreign', 'refused', 'owed'] as const satisfies readonly DnsState[];

/** What is not as it is wanted, what needs a person first. */
export const debtsOf = <T extends Pick<DnsRecord, 'state'>>(records: readonly T[]): readonly T[] =>
	states.flatMap(state => records.filter(record => record.state === state));

/** Why a record is not as it is wanted. */
export const debtReason = ({error}: Pick<DnsRecord, 'error'>): string => error === null ? 'not tried yet' : safeText(error, 300);

const setCommand = (vm: Pick<Vm, 'id'>): string => `cronsole dns set ${vmName(vm)}`;
const adoptCommand = (vm: Pick<Vm, 'id'>): string => `cronsole dns adopt ${vmName(vm)}`;

/** What helps with a debt, in words; null: nothing that a command could do, or it is tried for the first time. */
export const debtHelp = ({state, error}: Pick<DnsRecord, 'state' | 'error'>, vm: Pick<Vm, 'id' | 'status'>): string | null => {
	if (state === 'owed') {
		return error === null ? null : 'cronsole check';
	}

	return vm.status === 'removed' ? null : `${setCommand(vm)}${state === 'foreign' ? ` once that was removed, or ${adoptCommand(vm)}` : ''}`;
};

/** `3 records written`, or `1 of 3 owed: web1.example.net A: powerdns does not answer`; undefined: there are no records. */
export const summarizeRecords = (records: readonly DnsRecord[]): string | undefined => {
	const debts = debtsOf(records);
	const [first] = debts;
	if (!first) {
		return records.length === 0 ? undefined : `${records.length} ${records.length === 1 ? 'record' : 'records'} written`;
	}

	const counts = states.map(state => [debts.filter(debt => debt.state === state).length, dnsStateWords[state]] as const).filter(([count]) => count > 0);
	const parts = counts.map(([count, word], index) => `${count} ${index === 0 ? `of ${records.length} ` : ''}${word}`);
	return `${parts.join(', ')}: ${recordName(first)}: ${debtReason(first)}`;
};

/** What a VM's records need a person for, while the VM itself goes on; null: nothing. */
export const recordsNeed = (records: readonly DnsRecord[], vm: Pick<Vm, 'id' | 'status'>): NeedsAttention | null => {
	const needs = debtsOf(records).filter(({state}) => state !== 'owed');
	const [first] = needs;
	if (!first) {
		return null;
	}

	const rest = needs.length === 1 ? '' : ` (and ${needs.length - 1} more)`;
	const remedy = first.state === 'foreign' ? `; remove that, or take it over with \`${adoptCommand(vm)}\`` : '';
	return {
		reason: `DNS: ${recordName(first)}: ${debtReason(first)}${rest}${remedy}`,
		since: Math.min(...needs.map(({since}) => since)),
		command: vm.status === 'removed' ? `cronsole vm dns ${vmName(vm)}` : setCommand(vm),
	};
};

/** The hostname and the addresses for which the config has no zone. */
export const listZoneless = ({hostname, addresses}: NamedVm, zones: readonly ZonePlace[]): readonly string[] => [
	...findZones(zones, hostname.toLowerCase()).length === 0 ? [hostname] : [],
	...addresses.map(({address}) => address).filter(address => findPointer(zones, address).places.length === 0),
];
