import {placeName, recordName, type DnsRecord} from '../../domain/dns-record.js';
import {formatAge} from '../../domain/duration.js';
import {
	debtHelp,
	debtReason,
	debtsOf,
	dnsStateWords,
	listZoneless,
	summarizeRecords,
} from '../../domain/explain-dns.js';
import {type Settings} from '../../domain/settings.js';
import {type Vm} from '../../domain/vm.js';
import {wantedRecords, type NamedVm} from '../../domain/wanted-records.js';
import {factLines, type DetailContext, type DetailLines} from './detail-lines.js';

/** A VM with what it has to do with DNS. */
export type InDns = {readonly vm: Vm; readonly records: readonly DnsRecord[]; readonly addresses: NamedVm['addresses']; readonly settings: Pick<Settings, 'dns' | 'pools'>};

/** Why there are no records; null: nobody expects any. */
const absence = ({vm, addresses, settings}: InDns): string | null => {
	if (settings.dns.length === 0 || vm.status === 'removed') {
		return null;
	}

	const named = {...vm, addresses};
	const zoneless = listZoneless(named, settings.dns);
	return wantedRecords(named, settings).length > 0 || zoneless.length === 0 ? 'nothing asked for yet' : `no zone for ${zoneless.join(', ')}`;
};

const mostDebts = 3;

const debtLines = (debt: DnsRecord, vm: Vm, context: DetailContext): DetailLines => {
	const {now} = context;
	const {nextAttemptAt, attempt} = debt;
	const next = nextAttemptAt === null || nextAttemptAt <= now ? 'now' : `in ${formatAge(nextAttemptAt - now)}`;
	const tries = attempt === 0 ? '' : `, tried ${attempt === 1 ? 'once' : `${attempt} times`}`;
	return [
		...factLines(context, dnsStateWords[debt.state], `${recordName(debt)} in ${placeName(debt)} for ${formatAge(now - debt.since)}${tries}: ${debtReason(debt)}; tried next: ${next}`, debt.state === 'owed' ? 'warning' : 'bad'),
		...factLines(context, 'helps', debtHelp(debt, vm), 'accent'),
	];
};

/** How a VM's records stand in DNS, and what is owed there, with the command that helps. */
export const dnsLines = (given: InDns, context: DetailContext): DetailLines => {
	const {vm, records} = given;
	const debts = debtsOf(records);
	if (debts.length === 0) {
		return factLines(context, 'dns', summarizeRecords(records) ?? absence(given));
	}

	const rest = debts.length > mostDebts ? ', the first of them' : '';
	return [
		...factLines(context, 'dns', `${records.length - debts.length} of ${records.length} records written${rest}`),
		...debts.slice(0, mostDebts).flatMap(debt => debtLines(debt, vm, context)),
	];
};
