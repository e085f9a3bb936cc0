import {type DnsRecord, placeName, recordName} from '../../domain/dns-record.js';
import {formatAge} from '../../domain/duration.js';
import {
	debtHelp,
	debtReason,
	dnsStateWords,
	debtsOf,
	listZoneless,
	summarizeRecords,
} from '../../domain/explain-dns.js';
import {safeText} from '../../domain/safe-text.js';
import {type Settings} from '../../domain/settings.js';
import {type Vm, vmName} from '../../domain/vm.js';
import {wantedRecords, type NamedVm} from '../../domain/wanted-records.js';
import {exitCodes, type Command} from '../io/io.js';
import {recordJson} from '../print/json/dns-json.js';
import {printTable} from '../print/table.js';

/** What a record set is to have, for people. */
export const wantedText = ({values}: Pick<DnsRecord, 'values'>): string => values.length === 0 ? 'nothing' : safeText(values.join(', '), 200);

/** When a debt is tried next; `now` is the present moment. */
export const nextTryText = ({nextAttemptAt}: Pick<DnsRecord, 'nextAttemptAt'>, now: number): string => nextAttemptAt === null || nextAttemptAt <= now ? 'now' : `in ${formatAge(nextAttemptAt - now)}`;

const triesText = ({attempt}: DnsRecord): string => attempt === 0 ? '' : `, tried ${attempt === 1 ? 'once' : `${attempt} times`}`;

const debtLines = (debt: DnsRecord, vm: Vm, now: number): readonly string[] => {
	const help = debtHelp(debt, vm);
	return [
		safeText(`${recordName(debt)} in ${placeName(debt)}: ${debtReason(debt)}`, 500),
		`  ${dnsStateWords[debt.state]} for ${formatAge(now - debt.since)}${triesText(debt)}; tried next: ${nextTryText(debt, now)}`,
		...help === null ? [] : [`  helps: ${help}`],
	];
};

/** Records that the VM is to have, as the config is by now, and that were never asked for. */
const listMissing = (vm: NamedVm, records: readonly DnsRecord[], {dns, pools}: Settings): readonly string[] => wantedRecords(vm, {dns, pools})
	.filter(wanted => records.every(record => !(record.zone === wanted.zone && record.nameServer === wanted.nameServer && record.name === wanted.name && record.type === wanted.type)))
	.map(wanted => `${recordName(wanted)} in ${placeName(wanted)}`);

/** A VM's records in DNS, and what is owed there. */
export const showDns: Command = async (app, [ref = ''], _flags, output) => {
	const vm = await app.intents.resolveVm(ref);
	const [records, addresses] = await Promise.all([app.read.dnsRecords.listFor(vm.id), app.read.addresses.listFor(vm.id)]);
	const settings = app.settings();
	const isGone = vm.status === 'removed';
	const named = {...vm, addresses};
	const zoneless = isGone ? [] : listZoneless(named, settings.dns);
	if (output.isJson) {
		output.json({
			id: vmName(vm), hostname: vm.hostname, records: records.map(record => recordJson(record)), zoneless,
		});
		return exitCodes.done;
	}

	if (records.length === 0) {
		output.out(isGone ? `${vm.hostname} was removed, and nothing of it is owed in DNS` : `${vm.hostname} has no records in DNS`);
	} else {
		await printTable(output, ['NAME', 'TYPE', 'WANTED', 'WHERE', 'STATE'], records.map(record => [
			safeText(record.name, 260), record.type, wantedText(record), safeText(placeName(record), 300), dnsStateWords[record.state],
		]));
	}

	for (const line of debtsOf(records).flatMap(debt => debtLines(debt, vm, output.now()))) {
		output.out(line);
	}

	const missing = isGone ? [] : listMissing(named, records, settings);
	if (missing.length > 0) {
		output.out(`not asked for yet: ${missing.join('; ')}; helps: cronsole dns set ${vmName(vm)}`);
	}

	if (zoneless.length > 0) {
		output.out(`no zone for ${zoneless.join(', ')}`);
	}

	return exitCodes.done;
};

type Named = {readonly vm: Vm; readonly records: readonly DnsRecord[]; readonly addresses: NamedVm['addresses']};

/** The row of a VM's records in `vm show`; none where the config has no zones. */
export const dnsRow = ({vm, records, addresses}: Named, {dns, pools}: Settings): ReadonlyArray<readonly [string, string]> => {
	const summary = summarizeRecords(records);
	if (summary !== undefined) {
		return [['dns', summary]];
	}

	if (dns.length === 0 || vm.status === 'removed') {
		return [];
	}

	const named = {...vm, addresses};
	const zoneless = listZoneless(named, dns);
	const isWanted = wantedRecords(named, {dns, pools}).length > 0;
	return [['dns', isWanted || zoneless.length === 0 ? 'nothing asked for yet' : `no zone for ${zoneless.join(', ')}`]];
};

/** What is owed in DNS, for `vm explain`: the VM does not wait for it. */
export const debtRows = (vm: Vm, records: readonly DnsRecord[], now: number): ReadonlyArray<readonly [string, string]> => {
	const [first] = debtsOf(records);
	if (!first) {
		return [];
	}

	const help = debtHelp(first, vm);
	return [['dns', `${summarizeRecords(records)!}; tried next: ${nextTryText(first, now)}`], ...help === null ? [] : [['helps', help] as const]];
};
