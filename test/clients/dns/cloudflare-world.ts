import {randomUUID} from 'node:crypto';
import {
	bodyProblem,
	contentProblem,
	ok,
	refusal,
	type Reply,
	validation,
} from './cloudflare-rules.js';

export type CloudflareRecord = {readonly id: string; readonly zone: string; readonly name: string; readonly type: string; readonly content: string; readonly ttl: number; readonly proxied: boolean; readonly comment: string | null};
export type CloudflareZone = {id: string; name: string; status: string; type: string; permissions?: readonly string[]};
export type CloudflareRequest = {readonly method: string; readonly path: string; readonly parameters: Readonly<Record<string, string>>; readonly body: Readonly<Record<string, unknown>>};

/** What stands at Cloudflare. */
export type CloudflareWorld = {
	readonly token: string;
	readonly zones: CloudflareZone[];
	readonly records: Map<string, CloudflareRecord>;
	/** The number that is given to what is there already: it has changed over the years. */
	readonly words: {identical: 81_057 | 81_058};
};

export const insert = ({records}: CloudflareWorld, record: Omit<CloudflareRecord, 'id'>): CloudflareRecord => {
	const made = {id: randomUUID().replaceAll('-', ''), ...record};
	records.set(made.id, made);
	return made;
};

const clash = ({records, words}: CloudflareWorld, record: Omit<CloudflareRecord, 'id'>, except?: string): Reply | undefined => {
	const others = records.values().filter(({id, zone, name}) => id !== except && zone === record.zone && name === record.name).toArray();
	if (others.some(({type}) => type === 'CNAME')) {
		return refusal(400, 81_054, 'A CNAME record with that host already exists.');
	}

	if (record.type === 'CNAME' && others.some(({type}) => type === 'A' || type === 'AAAA')) {
		return refusal(400, 81_053, 'An A, AAAA, or CNAME record with that host already exists.');
	}

	return others.some(({type, content}) => type === record.type && content === record.content)
		? refusal(400, words.identical, words.identical === 81_058 ? 'An identical record already exists.' : 'Record already exists.')
		: undefined;
};

const pageOf = (rows: readonly unknown[], {page = '1', per_page: perPage = '20'}: CloudflareRequest['parameters'], most: number): Reply => {
	const [number, size] = [Number(page), Number(perPage)];
	if (!(number >= 1) || !(size >= 5 && size <= most)) {
		return refusal(400, 1004, `per_page must be between 5 and ${most}`);
	}

	const part = rows.slice((number - 1) * size, number * size);
	return ok(part, {
		page: number, per_page: size, count: part.length, total_count: rows.length, total_pages: Math.ceil(rows.length / size),
	});
};

const strange = ({parameters}: CloudflareRequest, known: readonly string[]): Reply | undefined => {
	const name = Object.keys(parameters).find(key => !known.includes(key));
	return name === undefined ? undefined : refusal(400, 1004, `unknown parameter ${name}`);
};

const create = (world: CloudflareWorld, zone: string, body: CloudflareRequest['body']): Reply => {
	const wrong = contentProblem(body.type, body.content);
	if (wrong !== undefined) {
		return refusal(400, 9005, wrong);
	}

	if (body.name !== zone && !String(body.name).endsWith(`.${zone}`)) {
		return validation(9000, 'DNS name is invalid.');
	}

	const record: Omit<CloudflareRecord, 'id'> = {
		zone, name: String(body.name), type: String(body.type), content: String(body.content), ttl: Number(body.ttl ?? 1), proxied: body.proxied === true, comment: typeof body.comment === 'string' ? body.comment : null,
	};
	return clash(world, record) ?? ok(insert(world, record));
};

const update = (world: CloudflareWorld, present: CloudflareRecord, body: CloudflareRequest['body']): Reply => {
	const changed: CloudflareRecord = {...present, ...body};
	const wrong = contentProblem(changed.type, changed.content);
	const refused = wrong === undefined ? clash(world, changed, present.id) : refusal(400, 9005, wrong);
	if (refused) {
		return refused;
	}

	world.records.set(present.id, changed);
	return ok(changed);
};

const answerRecords = (world: CloudflareWorld, zone: string, id: string | undefined, request: CloudflareRequest): Reply => {
	const {records} = world;
	const present = records.get(id ?? '');
	if (id !== undefined && present?.zone !== zone) {
		return refusal(404, 81_044, 'Record does not exist.');
	}

	const wrong = request.method === 'GET' ? strange(request, ['type', 'name.exact', 'page', 'per_page']) : bodyProblem(request.body);
	if (wrong) {
		return wrong;
	}

	switch (`${request.method} ${present ? 'one' : 'all'}`) {
		case 'GET all': {
			const {type, 'name.exact': name} = request.parameters;
			return pageOf(records.values().filter(row => row.zone === zone && (type === undefined || row.type === type) && (name === undefined || row.name === name)).toArray(), request.parameters, 5000);
		}

		case 'POST all': {
			return create(world, zone, request.body);
		}

		case 'PATCH one': {
			return update(world, present!, request.body);
		}

		case 'DELETE one': {
			records.delete(present!.id);
			return {status: 200, body: {result: {id: present!.id}}};
		}

		default: {
			return refusal(405, 10_405, 'Method not allowed');
		}
	}
};

/** What Cloudflare answers, and does. */
export const answerAs = (world: CloudflareWorld, request: CloudflareRequest, authorization: string | undefined): Reply => {
	if (!/^Bearer [\w-]+$/.test(authorization ?? '')) {
		return refusal(400, 6003, 'Invalid request headers', [{code: 6111, message: 'Invalid format for Authorization header'}]);
	}

	if (authorization !== `Bearer ${world.token}`) {
		return refusal(403, 9109, 'Invalid access token');
	}

	if (request.path === '/zones') {
		const {name} = request.parameters;
		return strange(request, ['name', 'page', 'per_page']) ?? pageOf(world.zones.filter(zone => name === undefined || zone.name === name), request.parameters, 50);
	}

	const [, zoneId, id] = /^\/zones\/(\w+)\/dns_records(?:\/(\w+))?$/.exec(request.path) ?? [];
	const zone = world.zones.find(row => row.id === zoneId);
	return zone ? answerRecords(world, zone.name, id, request) : refusal(404, 7003, `Could not route to ${request.path}, perhaps your object identifier is invalid?`);
};
