import {type DnsRecord} from '../../../domain/dns-record.js';
import {vmName} from '../../../domain/vm.js';
import {type DnsDebt} from '../../../store/dns-records.js';
import {iso} from '../times.js';

/** A record as `vm dns --json` and `vm show --json` give it. */
export const recordJson = ({name, type, values, zone, nameServer, state, error, attempt, nextAttemptAt, since}: DnsRecord) => ({
	name, type, values, zone, nameServer, state, error, attempt, nextAttemptAt: iso(nextAttemptAt), since: iso(since),
});

/** A row of `dns debts --json`. */
export const debtJson = (debt: DnsDebt) => ({
	vm: debt.vmId === null ? null : vmName({id: debt.vmId}), hostname: debt.hostname, cluster: debt.cluster, ...recordJson(debt),
});
