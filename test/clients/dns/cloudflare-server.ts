import {createServer, type IncomingMessage, type ServerResponse} from 'node:http';
import {type AddressInfo} from 'node:net';
import {text} from 'node:stream/consumers';
import {type Reply} from './cloudflare-rules.js';
import {
	answerAs,
	type CloudflareRecord,
	type CloudflareRequest,
	type CloudflareWorld,
	type CloudflareZone,
	insert,
} from './cloudflare-world.js';

/** What happens to the next request that fits. */
export type CloudflareFault = {
	/** `POST /zones/z1`: how it begins. */
	readonly on: string;
	/** `silence`: the connection is cut; `done-then-silence`: after it was done. Undefined: it is answered as ever. */
	readonly answer?: Reply | 'silence' | 'done-then-silence';
	/** Somebody else is faster. */
	readonly before?: () => void;
};

const reply = (response: ServerResponse, {status, body, headers}: Reply): void => {
	response.writeHead(status, {'content-type': typeof body === 'string' ? 'text/html' : 'application/json', ...headers});
	response.end(typeof body === 'string' ? body : JSON.stringify(body));
};

const read = async (incoming: IncomingMessage): Promise<CloudflareRequest> => {
	const url = new URL(incoming.url!, 'http://localhost');
	const sent = await text(incoming);
	return {
		method: incoming.method!,
		path: url.pathname.replace(/^\/client\/v4/, ''),
		parameters: Object.fromEntries(url.searchParams),
		body: (sent === '' ? {} : JSON.parse(sent)) as CloudflareRequest['body'],
	};
};

/** Cloudflare's API v4 as far as it is documented for zones and records, strict about what it takes, over real HTTP. */
export const startCloudflare = async (zones: CloudflareZone[], token = 'cf-token') => {
	const world: CloudflareWorld = {
		token, zones, records: new Map(), words: {identical: 81_058},
	};
	const requests: CloudflareRequest[] = [];
	const faults: CloudflareFault[] = [];

	const server = createServer(async (incoming, response) => {
		const request = await read(incoming);
		requests.push(request);
		const index = faults.findIndex(({on}) => `${request.method} ${request.path}`.startsWith(on));
		const {before, answer} = index === -1 ? {} : faults.splice(index, 1)[0]!;
		before?.();
		const done = answer === undefined || answer === 'done-then-silence' ? answerAs(world, request, incoming.headers.authorization) : undefined;
		if (typeof answer === 'string') {
			incoming.socket.destroy();
		} else {
			reply(response, answer ?? done!);
		}
	});
	await new Promise<void>(resolve => {
		server.listen(0, '127.0.0.1', resolve);
	});

	return {
		...world,
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/client/v4`,
		requests,
		faults,
		/** A record as somebody else makes it. */
		put: (record: Pick<CloudflareRecord, 'zone' | 'name' | 'type' | 'content'> & Partial<CloudflareRecord>) => insert(world, {
			ttl: 1, proxied: false, comment: null, ...record,
		}),
		see: (name: string, type: string): readonly string[] => world.records.values().filter(row => row.name === name && row.type === type).map(({content}) => content).toArray(),
		async close() {
			await new Promise(resolve => {
				server.close(resolve);
				server.closeAllConnections();
			});
		},
	};
};
