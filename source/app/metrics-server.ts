import {createServer, type IncomingMessage, type ServerResponse} from 'node:http';
import {safeText} from '../domain/safe-text.js';
import {type Health} from './health.js';
import {listenAt, readListeningPlace, type ListeningPlace} from './listening-place.js';

type Parts = {readonly metrics: {readonly contentType: string; readonly read: () => Promise<string>}; readonly health: Pick<Health, 'findTrouble'>};

export type MetricsServer = {
	/** `127.0.0.1:9464`. */
	readonly place: string;
	readonly tell: (parts: Parts) => void;
	readonly close: () => Promise<void>;
};

/** Reads `127.0.0.1:9464`; anything else is refused. */
export const readMetricsPlace = (text: string): ListeningPlace => readListeningPlace(text, '--metrics', 9464);

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
export const openMetricsServer = async (wanted: ListeningPlace): Promise<MetricsServer> => {
	let parts: Parts | undefined;
	const server = createServer({requestTimeout: 10_000, keepAliveTimeout: 5000}, (request, response) => {
		void answer(request, response, parts);
	});
	server.maxConnections = 50;
	const place = await listenAt(server, wanted);
	return {
		place,
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
