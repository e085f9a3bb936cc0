import {type Clock} from '../../domain/clock.js';
import {type PresentSet, recordName} from '../../domain/dns-record.js';
import {safeText} from '../../domain/safe-text.js';
import {ClientError} from '../client-error.js';
import {isSameSet} from '../../domain/value-sets.js';
import {type RecordChange} from './dns.js';
import {createHttpJson, type HttpJson} from './http-json.js';
import {createZoneApi, shown} from './powerdns-api.js';
import {
	setsOf,
	valueOf,
	withDot,
	type PowerdnsSet,
} from './powerdns-replies.js';
import {
	type Go,
	type OpenServer,
	type RowOf,
	type ZoneDriver,
} from './server-kind.js';

/** Of those it raises the zone's serial with every change; with another word, which it takes too, it never does. */
const serialModes = new Set(['DEFAULT', 'INCREASE', 'EPOCH', 'SOA-EDIT', 'SOA-EDIT-INCREASE']);

/** The set as it is to be. No comment is left there: for each look PowerDNS reads all comments of the zone, and older ones send them all; of ten thousand that takes a third of a second. */
const wantedSet = ({name, type, to, ttl}: RecordChange, present: PowerdnsSet | undefined) => {
	const disabled = present?.disabled.filter(content => !to.includes(valueOf(type, content))) ?? []; // Somebody's, for later.
	const records = [
		...to.map(value => ({content: type === 'PTR' ? withDot(value) : value, disabled: false})),
		...disabled.map(content => ({content, disabled: true})),
	];
	const set = {name: withDot(name), type};
	return records.length === 0
		? {...set, changetype: 'DELETE'}
		: {
			...set, ttl, changetype: 'REPLACE', records,
		};
};

const createZone = (row: RowOf<'powerdns'>, peer: string, deps: {readonly http: HttpJson; readonly clock: Clock}): ZoneDriver => {
	const api = createZoneApi(row, peer, deps);

	// All types of the name at once: a CNAME there is one of them.
	const look = async ({name, type}: Pick<RecordChange, 'name' | 'type'>, go: Go) => {
		const {rrsets} = await api.read({rrset_name: withDot(name)}, go);
		return setsOf(rrsets, name, type);
	};

	return {
		async get(set, go): Promise<PresentSet> {
			const {present, alias} = await look(set, go);
			return {values: present?.values ?? [], alias};
		},
		async replace(change, go) {
			const {present, alias} = await look(change, go);
			const values = present?.values ?? [];
			if (isSameSet(values, change.to)) {
				return; // Written again, the same would raise the serial.
			}

			const title = recordName(change);
			if (alias !== null && change.to.length > 0) {
				throw new ClientError(safeText(`${title}: a CNAME to ${alias} stands there`), {peer, kind: 'rejected'});
			}

			if (!isSameSet(values, change.from)) {
				throw new ClientError(safeText(`${title} was changed by somebody else meanwhile`), {peer, kind: 'transient'});
			}

			await api.change(wantedSet(change, present), go);
		},
		async check(go) {
			const {kind, soaEditApi} = await api.read({rrsets: 'false'}, go);
			if (/^(?:slave|secondary|consumer)$/i.test(kind)) {
				throw new ClientError(safeText(`PowerDNS has ${row.zone} as a secondary (${kind}): give the URL of its primary`), {peer, kind: 'rejected'});
			}

			return serialModes.has(soaEditApi.toUpperCase())
				? []
				: [
					safeText(`\`soa_edit_api\` is ${soaEditApi === '' ? 'not set' : `“${soaEditApi}”, which PowerDNS does not know`}: the zone's serial never rises, so that secondaries do not see changes (pdnsutil set-meta ${row.zone} SOA-EDIT-API DEFAULT)`),
				];
		},
	};
};

/** Opens a PowerDNS by its HTTP API. */
export const createPowerdns: OpenServer<'powerdns'> = ({url}, {clock}) => {
	const http = createHttpJson(url, {clock});
	return {
		title: `PowerDNS at ${shown(url)}`,
		// On SQLite it answers a change beside another with 500.
		changesAtOnce: 1,
		readsAtOnce: 4,
		zone: (row, peer) => createZone(row, peer, {http, clock}),
		close: http.close,
	};
};
