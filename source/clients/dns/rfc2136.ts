import {recordName, type RecordSet} from '../../domain/dns-record.js';
import {ClientError} from '../client-error.js';
import {isSameSet} from '../../domain/value-sets.js';
import {readServerAddress} from './dns-tcp.js';
import {type RecordChange} from './dns.js';
import {look, query} from './rfc2136-look.js';
import {changeMessage, emptyUpdate, trialUpdate} from './rfc2136-messages.js';
import {failure, isUnmet, refusal} from './rfc2136-refusals.js';
import {type Go, type OpenServer} from './server-kind.js';
import {askSigned, type SignedZone} from './signed-exchange.js';
import {rcodes} from './wire.js';

/** It is not what was seen before: what is it? */
const seeInstead = async (zone: SignedZone, change: RecordChange, go: Go): Promise<void> => {
	const {values, alias} = await look(zone, change, go);
	if (alias !== null && change.to.length > 0) {
		throw failure(zone, 'rejected', `${recordName(change)}: a CNAME to ${alias} stands there`);
	}

	if (!isSameSet(values, change.to)) {
		throw failure(zone, 'transient', `${recordName(change)} was changed by somebody else meanwhile`);
	}
};

/** Servers say yes to changes that do nothing, as beside a CNAME or below a DNAME: does it stand there? */
const seeDone = async (zone: SignedZone, change: RecordChange, go: Go): Promise<void> => {
	const seen = await query(zone, change.name, change.type, go).catch((error: unknown) => {
		throw error instanceof ClientError ? failure(zone, 'unknown-outcome', `the change was taken, but cannot be seen: ${error.message}`, error) : error;
	});
	if (seen.alias !== null) {
		throw failure(zone, 'rejected', `${recordName(change)}: a CNAME to ${seen.alias} stands there`);
	}

	if (!isSameSet(seen.values, change.to)) {
		throw failure(zone, 'unknown-outcome', `${recordName(change)}: the change was taken, but something else stands there`);
	}
};

const replace = async (zone: SignedZone, change: RecordChange, go: Go): Promise<void> => {
	const {rcode} = await askSigned(zone, changeMessage(zone.row.zone, change), go);
	if (isUnmet(rcode)) {
		await seeInstead(zone, change, go);
	} else if (rcode !== rcodes.noError) {
		throw refusal(zone, 'update', rcode, recordName(change));
	} else if (change.to.length > 0) {
		await seeDone(zone, change, go);
	}
};

const check = async (zone: SignedZone, go: Go): Promise<readonly string[]> => {
	const {row} = zone;
	const {values} = await query(zone, row.zone, 'SOA', go);
	if (values.length === 0) {
		throw failure(zone, 'missing', `${row.server} has no zone ${row.zone}, only one around it`);
	}

	const {rcode} = await askSigned(zone, emptyUpdate(row.zone), go);
	if (rcode !== rcodes.noError) {
		throw refusal(zone, 'update', rcode, 'an update');
	}

	// Which names a key may change is told of each name only.
	const trial: Omit<RecordSet, 'values'> = {name: `cronsole-check.${row.zone}`, type: row.zone.endsWith('.arpa') ? 'PTR' : 'A'};
	const tried = await askSigned(zone, trialUpdate(row.zone, trial), go);
	return tried.rcode === rcodes.noError || isUnmet(tried.rcode) ? [] : [refusal(zone, 'update', tried.rcode, recordName(trial)).message];
};

/** Any server that takes signed updates (RFC 2136, RFC 8945), over TCP. */
export const createRfc2136: OpenServer<'rfc2136'> = ({server}, {clock}) => ({
	title: `name server at ${server}`,
	// Servers change a zone by one update after the other; those with a database even give up where two meet.
	changesAtOnce: 1,
	readsAtOnce: 4,
	zone(row, peer) {
		const zone: SignedZone = {
			row, peer, clock, address: readServerAddress(row.server),
		};
		return {
			get: async (set, go) => look(zone, set, go),
			replace: async (change, go) => replace(zone, change, go),
			check: async go => check(zone, go),
		};
	},
	async close() {
		// Each exchange has a connection of its own, and ends it.
	},
});
