import {Buffer} from 'node:buffer';
import {createServer, type IncomingMessage, type ServerResponse} from 'node:http';
import {type AddressInfo} from 'node:net';
import {text} from 'node:stream/consumers';
import {type Clock} from '../domain/clock.js';
import {
	createFaults,
	plain,
	type Answer,
	type NameServerFaults,
} from './name-server-faults.js';
import {
	createZone,
	Unprocessable,
	withDot,
	type StoredSet,
	type Zone,
	type ZoneSeed,
} from './name-server-zone.js';

export type NameServerOptions = {
	/** Names alone, or with what is special about them. */
	readonly zones: ReadonlyArray<string | ZoneSeed>;
	readonly apiKey: string;
	/** 0, which is the default, takes a free one. */
	readonly port?: number;
	readonly clock?: Pick<Clock, 'now'>;
};

/** A simulated name server that listens: PowerDNS' HTTP API on the loopback interface. Names come and go without the final dot or with it. */
export type SimulatedNameServer = {
	readonly url: string;
	readonly apiKey: string;
	/** One more record, made by somebody else; `content` as a zone file has it. */
	readonly put: (record: {readonly zone: string; readonly name: string; readonly type: string; readonly content: string; readonly ttl?: number}) => void;
	/** Somebody else takes a set away. */
	readonly remove: (name: string, type: string) => void;
	/** What really stands there, as a zone file has it. */
	readonly see: (name: string, type: string) => readonly string[];
	/** The whole set, with its TTL and comments. */
	readonly find: (name: string, type: string) => StoredSet | undefined;
	readonly serial: (zone: string) => number;
	/** How many requests came so far: `PATCH`, or all. */
	readonly count: (method?: string) => number;
	readonly faults: NameServerFaults;
	readonly close: () => Promise<void>;
};

const json = (status: number, value: unknown): Answer => ({status, headers: {'content-type': 'application/json'}, body: JSON.stringify(value)});
const notFound = plain(404, 'Not Found');

// `=2F` is a slash: the zone's name as it stands in a URL.
const nameOfId = (id: string): string => withDot(decodeURIComponent(id).replaceAll(/=([\da-f]{2})/gi, (_, hex: string) => String.fromCodePoint(Number.parseInt(hex, 16))).toLowerCase());

const describeZone = (zone: Zone, query: URLSearchParams): unknown => {
	const [name, type] = [query.get('rrset_name'), query.get('rrset_type')];
	const sets = name === null ? zone.list() : zone.listNamed(name.toLowerCase(), type);
	return {
		id: zone.name, name: zone.name, kind: zone.kind, account: '', dnssec: false, api_rectify: false, masters: [],
		soa_edit: '', soa_edit_api: zone.soaEditApi, serial: zone.serial(), edited_serial: zone.serial(), notified_serial: 0,
		url: `/api/v1/servers/localhost/zones/${zone.name}`, ...(query.get('rrsets') !== 'false' && {rrsets: sets}),
	};
};

const changeZone = (zone: Zone, body: string, nowMs: number): Answer => {
	let value: unknown;
	try {
		value = JSON.parse(body);
	} catch {
		return plain(400, 'Bad Request');
	}

	try {
		zone.change(value, nowMs);
		return {status: 204};
	} catch (error) {
		if (error instanceof Unprocessable) {
			return json(422, {error: error.message});
		}

		throw error;
	}
};

const createDoor = (listener: (request: IncomingMessage, response: ServerResponse) => Promise<void>, firstPort: number) => {
	let port = firstPort;
	const server = createServer((request, response) => {
		// A client that goes away in the middle is its own affair.
		listener(request, response).catch(() => response.destroy());
	});
	return {
		url: () => `http://127.0.0.1:${port}`,
		async listen() {
			await new Promise<void>((resolve, reject) => {
				server.once('error', reject).listen(port, '127.0.0.1', resolve);
			});
			port = (server.address() as AddressInfo).port;
		},
		async stop() {
			await new Promise(resolve => {
				server.close(resolve);
				server.closeAllConnections();
			});
		},
	};
};

/** Starts a simulated name server that is as strict as the real one, over real HTTP. */
export const startNameServer = async ({zones: seeds, apiKey, port = 0, clock = {now: () => Date.now()}}: NameServerOptions): Promise<SimulatedNameServer> => {
	const zones = new Map(seeds.map(seed => createZone(typeof seed === 'string' ? {name: seed} : seed)).map(zone => [zone.name, zone]));
	const counts = new Map<string, number>();

	const serve = (method: string, {pathname, searchParams}: URL, key: unknown, body: string): Answer => {
		if (key !== apiKey) {
			return plain(401, 'Unauthorized');
		}

		const [, id] = /^\/api\/v1\/servers\/localhost\/zones\/([^/]+)$/.exec(pathname) ?? [];
		const zone = id === undefined ? undefined : zones.get(nameOfId(id));
		if (id !== undefined && method !== 'GET' && method !== 'PATCH') {
			return plain(405, 'Method Not Allowed');
		}

		if (zone === undefined) {
			return notFound;
		}

		return method === 'GET' ? json(200, describeZone(zone, searchParams)) : changeZone(zone, body, clock.now());
	};

	const listener = async (request: IncomingMessage, response: ServerResponse) => {
		const method = request.method ?? '';
		const body = await text(request);
		counts.set(method, (counts.get(method) ?? 0) + 1);
		const fault = trouble.before(method, response);
		if (fault === 'wait') {
			return;
		}

		const {status, headers = {}, body: answer = ''} = fault ?? serve(method, new URL(request.url ?? '/', 'http://localhost'), request.headers['x-api-key'], body);
		if (trouble.isAnswerLost(method)) {
			response.destroy();
			return;
		}

		response.writeHead(status, {...headers, connection: 'close', ...(status !== 204 && {'content-length': Buffer.byteLength(answer)})});
		response.end(answer);
	};

	const door = createDoor(listener, port);
	const trouble = createFaults(door.listen, door.stop);
	const find = (name: string, type: string) => zones.values().map(zone => zone.find(name, type)).find(set => set !== undefined);
	const zoneOf = (name: string): Zone => zones.get(withDot(name)) ?? (() => {
		throw new Error(`The simulated name server has no zone ${name}`);
	})();
	await door.listen();

	return {
		url: door.url(),
		apiKey,
		put({zone, ...record}) {
			zoneOf(zone).put(record);
		},
		remove(name, type) {
			for (const zone of zones.values()) {
				zone.remove(name, type);
			}
		},
		see: (name, type) => find(name, type)?.records.filter(({disabled}) => !disabled).map(({content}) => content) ?? [],
		find,
		serial: zone => zoneOf(zone).serial(),
		count: method => method === undefined ? counts.values().reduce((sum, count) => sum + count, 0) : counts.get(method) ?? 0,
		faults: trouble.faults,
		close: door.stop,
	};
};
