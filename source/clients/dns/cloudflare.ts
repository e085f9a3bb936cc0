import * as z from 'zod';
import {type RecordSet} from '../../domain/dns-record.js';
import {canonicalIp} from '../../domain/ip.js';
import {safeText} from '../../domain/safe-text.js';
import {ClientError} from '../client-error.js';
import {isSameSet} from '../../domain/value-sets.js';
import {type CloudflareApi, createCloudflareApi} from './cloudflare-api.js';
import {codes} from './cloudflare-refusal.js';
import {type RecordChange} from './dns.js';
import {type Go, type OpenServer, type ZoneDriver} from './server-kind.js';

const zoneRow = z.object({
	id: z.string().regex(/^\w+$/), name: z.string(), status: z.string(), type: z.string().optional(), permissions: z.array(z.string()).optional(),
});
const recordRow = z.object({
	id: z.string().regex(/^\w+$/), name: z.string(), type: z.string(), content: z.string().catch(''),
});
type ZoneRow = z.output<typeof zoneRow>;

/** A record of the set, its content as we write it. */
type Row = {readonly id: string; readonly value: string};
type Present = {readonly rows: readonly Row[]; readonly alias: string | null};

const longestComment = 100;

const plainName = (name: string): string => safeText(name.toLowerCase().replace(/\.$/, ''));

/** What stands under the name now. Whether it is proxied is its owner's business. */
const look = async (api: CloudflareApi, zoneId: string, {name, type}: Omit<RecordSet, 'values'>, go: Go): Promise<Present> => {
	const all = await api.list({path: `/zones/${zoneId}/dns_records`, parameters: {'name.exact': name}}, recordRow, go);
	const there = all.filter(row => plainName(row.name) === name);
	const alias = there.find(row => row.type === 'CNAME');
	return {
		rows: there.filter(row => row.type === type).map(({id, content}) => ({id, value: canonicalIp(content) ?? plainName(content)})),
		alias: alias === undefined ? null : plainName(alias.content),
	};
};

/** The changes of one set, each by its record's id: nothing else is touched. */
const changesOf = (api: CloudflareApi, zoneId: string, change: RecordChange, go: Go) => {
	const {name, type, ttl} = change;
	const path = `/zones/${zoneId}/dns_records`;
	const comment = change.comment.slice(0, longestComment);

	const isThereAlready = async (value: string, reasons: readonly number[]): Promise<boolean> => {
		if (!reasons.includes(codes.recordExists)) {
			return reasons.includes(codes.identicalExists);
		}

		const {rows} = await look(api, zoneId, change, go);
		return rows.some(row => row.value === value);
	};

	const remove = async ({id}: Row): Promise<void> => {
		const {error, codes: reasons} = await api.change({method: 'DELETE', path: `${path}/${id}`}, go);
		if (error && !reasons.includes(codes.noSuchRecord)) {
			throw error;
		}
	};

	return {
		remove,
		async add(value: string): Promise<void> {
			const body = {
				type, name, content: value, ttl, proxied: false, comment,
			};
			const {error, codes: reasons} = await api.change({method: 'POST', path, body}, go);
			if (error && !await isThereAlready(value, reasons)) {
				throw error;
			}
		},
		async turn(row: Row, value: string): Promise<void> {
			const {error, codes: reasons} = await api.change({method: 'PATCH', path: `${path}/${row.id}`, body: {content: value, comment}}, go);
			if (error === null) {
				return;
			}

			if (reasons.includes(codes.noSuchRecord)) {
				throw new ClientError(`${row.value} was taken away meanwhile`, {peer: error.peer, kind: 'transient'});
			}

			if (!await isThereAlready(value, reasons)) {
				throw error;
			}

			await remove(row);
		},
	};
};

/** Makes the set what it is to be: adds, turns one value into another, then takes away. */
const replaceSet = async (api: CloudflareApi, zoneId: string, change: RecordChange, {peer, go}: {readonly peer: string; readonly go: Go}): Promise<void> => {
	const {from, to} = change;
	const {rows, alias} = await look(api, zoneId, change, go);
	const present = rows.map(({value}) => value);
	if (isSameSet(present, to)) {
		return;
	}

	if (alias !== null || !isSameSet(present, from)) {
		throw new ClientError('something else stands there than a moment ago', {peer, kind: 'transient'});
	}

	const missing = to.filter(value => !present.includes(value));
	const surplus = rows.filter(({value}) => !to.includes(value));
	const {add, turn, remove} = changesOf(api, zoneId, change, go);

	for (const value of missing.slice(surplus.length)) {
		await add(value);
	}

	for (const [index, row] of surplus.entries()) {
		await (index < missing.length ? turn(row, missing[index]!) : remove(row));
	}
};

const doubtsAbout = ({status, type}: ZoneRow): readonly string[] => [
	...status === 'active' ? [] : [safeText(`it is ${status} at Cloudflare: the world does not ask Cloudflare for it yet, or not any more`, 200)],
	...type === 'partial' ? ['it is a partial zone: only the proxied names that another server refers to Cloudflare are asked of it'] : [],
];

/** What is known of the zones of one token: each is looked up once. */
type Known = Map<string, Promise<ZoneRow>>;

const createZone = (api: CloudflareApi, known: Known, {zone, peer}: {readonly zone: string; readonly peer: string}): ZoneDriver => {
	const lookUp = async (go: Go): Promise<ZoneRow> => {
		const shown = await api.list({path: '/zones', parameters: {name: zone}}, zoneRow, go);
		const rows = shown.filter(({name}) => plainName(name) === zone);
		const row = rows.find(({status}) => status === 'active') ?? rows[0];
		if (row === undefined) {
			throw new ClientError(`Cloudflare shows this token no zone ${zone}: it is not there, or the token lacks Zone: Read for it`, {peer, kind: 'missing'});
		}

		return row;
	};

	/** With the zone's id; a zone that could not be found, or seems to be another by now, is looked up anew next time. */
	const inZone = async <T>(go: Go, work: (zoneId: string) => Promise<T>): Promise<T> => {
		const asked = known.get(zone) ?? lookUp(go);
		known.set(zone, asked);
		let isFound = false;
		try {
			const {id} = await asked;
			isFound = true;
			return await work(id);
		} catch (error) {
			const isStale = !isFound || (error instanceof ClientError && ['missing', 'denied'].includes(error.kind));
			if (isStale && known.get(zone) === asked) {
				known.delete(zone);
			}

			throw error;
		}
	};

	return {
		get: async (set, go) => inZone(go, async zoneId => {
			const {rows, alias} = await look(api, zoneId, set, go);
			return {values: rows.map(({value}) => value), alias};
		}),
		replace: async (change, go) => inZone(go, async zoneId => replaceSet(api, zoneId, change, {peer, go})),
		async check(go) {
			const row = await lookUp(go);
			if (row.permissions !== undefined && !row.permissions.includes('#dns_records:edit')) {
				throw new ClientError('the token may not change records: give it DNS: Edit for this zone', {peer, kind: 'rejected'});
			}

			await look(api, row.id, {name: zone, type: 'A'}, go);
			return doubtsAbout(row);
		},
	};
};

/** Cloudflare's API v4. */
export const createCloudflare: OpenServer<'cloudflare'> = (opened, deps) => {
	const {as, close} = createCloudflareApi(opened, deps);
	const known: Known = new Map();
	return {
		title: opened.url === null ? 'Cloudflare' : `Cloudflare at ${opened.url}`,
		changesAtOnce: 4,
		readsAtOnce: 4,
		zone: ({zone}, peer) => createZone(as(peer), known, {zone, peer}),
		close,
	};
};
