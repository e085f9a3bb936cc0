import {placeName} from '../../domain/dns-record.js';
import {formatAge} from '../../domain/duration.js';
import {debtReason, dnsStateWords} from '../../domain/explain-dns.js';
import {safeText} from '../../domain/safe-text.js';
import {vmName} from '../../domain/vm.js';
import {confirmForVm} from '../io/confirm.js';
import {exitCodes, type Command} from '../io/io.js';
import {debtJson} from '../print/json/dns-json.js';
import {printTable} from '../print/table.js';
import {answerForVm} from '../print/answer-for-vm.js';
import {nextTryText, wantedText} from './vm-dns.js';

/** More than anybody reads, and than a screen of JSON should hold. */
const most = 10_000;

/** Records that are not yet as they should be, the longest-owed first. */
export const listDebts: Command = async (app, _words, _flags, output) => {
	const debts = await app.read.dnsRecords.listDebts(most);
	if (debts.length === most) {
		output.err(`only the first ${most} are shown`);
	}

	const now = output.now();
	if (output.isJson) {
		output.json({debts: debts.map(debt => debtJson(debt))});
	} else if (debts.length === 0) {
		output.out('nothing is owed');
	} else {
		await printTable(output, ['VM', 'HOSTNAME', 'NAME', 'TYPE', 'WANTED', 'WHERE', 'STATE', 'FOR', 'NEXT', 'WHY'], debts.map(debt => [
			debt.vmId === null ? '–' : vmName({id: debt.vmId}),
			safeText(debt.hostname ?? '–', 80),
			safeText(debt.name, 260),
			debt.type,
			wantedText(debt),
			safeText(placeName(debt), 300),
			dnsStateWords[debt.state],
			formatAge(now - debt.since),
			nextTryText(debt, now),
			debtReason(debt),
		]));
	}

	return exitCodes.done;
};

/** What one of a VM's addresses is to be called; `default`: its hostname. */
export const setReverseName: Command = async (app, [ref = '', address = '', name = ''], flags, output) =>
	answerForVm(app, await app.intents.setReverseName(ref, address, name === 'default' ? null : name), flags, output);

/** Looks at a VM's records anew and writes what is missing. */
export const setDns: Command = async (app, [ref = ''], flags, output) => answerForVm(app, await app.intents.setDns(ref, {takesOver: false}), flags, output);

/** The same over what others made under its names. */
export const adoptDns: Command = async (app, [ref = ''], flags, output) => {
	await confirmForVm(app, ref, 'take over what others made under its names in DNS: it is overwritten', flags, output);
	return answerForVm(app, await app.intents.setDns(ref, {takesOver: true}), flags, output);
};
