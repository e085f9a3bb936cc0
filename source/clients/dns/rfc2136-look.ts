import {type PresentSet, type RecordSet} from '../../domain/dns-record.js';
import {existsMessage, queryMessage} from './rfc2136-messages.js';
import {failure, isUnmet, refusal} from './rfc2136-refusals.js';
import {type Go} from './server-kind.js';
import {askSigned, type SignedZone} from './signed-exchange.js';
import {rcodes, types, type Message} from './wire.js';

/** What the server of the zone says that stands there: answers of wildcards too. */
export const query = async (zone: SignedZone, name: string, type: keyof typeof types, go: Go): Promise<PresentSet> => {
	const {row} = zone;
	const what = `${name} ${type}`;
	const answer = await askSigned(zone, queryMessage(name, types[type]), go);
	if (answer.rcode !== rcodes.noError && answer.rcode !== rcodes.nxDomain) {
		throw refusal(zone, 'query', answer.rcode, what);
	}

	if (!answer.isAuthoritative) {
		const child = delegationIn(answer, row.zone);
		throw failure(zone, 'missing', child === undefined
			? `${what}: ${row.server} does not serve ${row.zone}`
			: `${what}: ${row.zone} leaves ${child} to other name servers: the config has to name that zone, on one of those`);
	}

	const valuesOf = (wanted: number): readonly string[] => answer.answers.filter(record => record.name === name && record.type === wanted).flatMap(({value}) => value ?? []);
	return {values: valuesOf(types[type]), alias: valuesOf(types.CNAME)[0] ?? null};
};

const delegationIn = ({authorities}: Message, zone: string): string | undefined =>
	authorities.find(({name, type}) => type === types.NS && name.endsWith(`.${zone}`))?.name;

/** What really stands there. */
export const look = async (zone: SignedZone, {name, type}: Omit<RecordSet, 'values'>, go: Go): Promise<PresentSet> => {
	const seen = await query(zone, name, type, go);
	if (seen.values.length === 0 && seen.alias === null) {
		return seen;
	}

	const {rcode} = await askSigned(zone, existsMessage(zone.row.zone, name, seen.alias === null ? types[type] : types.CNAME), go);
	if (rcode !== rcodes.noError && !isUnmet(rcode)) {
		throw refusal(zone, 'update', rcode, `${name} ${type}`);
	}

	return rcode === rcodes.noError ? seen : {values: [], alias: null};
};
