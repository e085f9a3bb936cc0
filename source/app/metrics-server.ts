import {createServer, type IncomingMessage, type ServerResponse} from 'node:http';
import {isIPv6, type AddressInfo} from 'node:net';
import {safeText} from '../domain/safe-text.js';
import {Refused} from '../intents/refused.js';
import {type Health} from './health.js';

/** Where to listen. */
export type MetricsPlace = {readonly host: string; readonly port: number};

type Parts = {readonly metrics: {readonly contentType: string; readonly read: () => Promise<string>}; readonly health: Pick<Health, 'findTrouble'>};

export type MetricsServer = {
	/** `127.0.0.1:9464`. */
	readonly place: string;
	readonly tell: (parts: Parts) => void;
	readonly close: () => Promise<void>;
};

const example = 'say where to listen: --metrics 127.0.0.1:9464, or [::1]:9464';

/** Reads `127.0.0.1:9464`, `[::1]:9464` or `localhost:9464`; anything else is refused. */
export const readMetricsPlace = (text: string): MetricsPlace => {
	const {v6, host = v6, port = ''} = /^(?:\[(?<v6>[\d.:a-f]+)\]|(?<host>[\w\-.]+)):(?<port>\d{1,5})$/i.exec(text)?.groups ?? {};
	if (host === undefined || Number(port) > 65_535 || (v6 !== undefined && !isIPv6(v6))) {
		throw new Refused('invalid', `--metrics: “${safeText(text, 80)}” is not an address with a port`, example);
	}

	return {host, port: Number(port)};
};

const reasons: Readonly<Record<string, string>> = {
	EADDRINUSE: 'somebody listens there already', EADDRNOTAVAIL: 'this machine has no such address', EACCES: 'this user may not listen there', ENOTFOUND: 'there is no such name',
};

type Answer = {readonly status: number; readonly text: string; readonly type?: string};

const answerTo = async (path: string | undefined, parts: Parts | undefined): Promise<Answer> => {
	if (path !== '/healthz' && path !== '/metrics') {
		return {status: 404, text: 'there are /metrics and /healthz\n'};
	}

	if (!parts) {
		return {status: 503, text: 'starting\n'};
	}

	if (path === '/healthz') {
		const trouble = await parts.health.findTrouble();
		return {status: trouble === null ? 200 : 503, text: `${trouble ?? 'ok'}\n`};
	}

	try {
		return {status: 200, text: await parts.metrics.read(), type: parts.metrics.contentType};
	} catch (error) {
		return {status: 503, text: `${safeText(error instanceof Error ? error.message : String(error), 300)}\n`};
	}
};

const answer = async ({method, url}: IncomingMessage, response: ServerResponse, parts: Parts | undefined): Promise<void> => {
	const {status, text, type = 'text/plain; charset=utf-8'} = method === 'GET' || method === 'HEAD'
		? await answerTo(url?.split('?', 1)[0], parts)
		: {status: 405, text: 'only GET and HEAD\n'};
	response.writeHead(status, {'content-type': type, 'cache-control': 'no-store'}).end(method === 'HEAD' ? undefined : text);
};

/** Listens for `/metrics` and `/healthz`, which say `starting` until there is something to tell; refused where it cannot listen. */
export const openMetricsServer = async ({host, port}: MetricsPlace): Promise<MetricsServer> => {
	let parts: Parts | undefined;
	const server = createServer({requestTimeout: 10_000, keepAliveTimeout: 5000}, (request, response) => {
		void answer(request, response, parts);
	});
	server.maxConnections = 50;
	await new Promise<void>((resolve, reject) => {
		server.once('error', ({code = ''}: NodeJS.ErrnoException) => {
			reject(new Refused('invalid', `--metrics: cannot listen on ${host} port ${port}: ${reasons[code] ?? code}`, example));
		});
		server.listen(port, host, resolve);
	});
	const {address, port: given, family} = server.address() as AddressInfo;
	return {
		place: family === 'IPv6' ? `[${address}]:${given}` : `${address}:${given}`,
		tell(told) {
			parts = told;
		},
		async close() {
			server.closeAllConnections();
			await new Promise(resolve => {
				server.close(resolve);
			});
		},
	};
};
