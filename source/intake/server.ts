import http, {type IncomingMessage, type ServerResponse} from 'node:http';
import https from 'node:https';
import {setTimeout as sleep} from 'node:timers/promises';
import {
	listenAt,
	readListeningPlace,
	type ListeningPlace,
} from '../app/listening-place.js';
import {isLoopback} from '../domain/ip.js';
import {type IntakeSettings} from '../domain/settings.js';
import {Refused} from '../intents/refused.js';
import {type Answer, refusal} from './answer.js';
import {type Answering, longestBody} from './create-answering.js';
import {type IntakeRequest} from './gate.js';

export type IntakeServer = {
	/** `http://127.0.0.1:8444`. */
	readonly place: string;
	/** From now on it answers with that; before, it says that it starts. */
	readonly tell: (answering: Answering) => void;
	/** Takes another certificate for connections to come. */
	readonly reload: (tls: IntakeSettings['tls']) => void;
	/** Takes nothing new; what is under way is answered. */
	readonly close: () => Promise<void>;
};

const flag = '--intake';

/** Reads `127.0.0.1:8444`; refused where that would be open to others without TLS, or nobody could order. */
export const readIntakePlace = (text: string, {keys, tls}: IntakeSettings): ListeningPlace => {
	const place = readListeningPlace(text, flag, 8444);
	if (Object.keys(keys).length === 0) {
		throw new Refused('invalid', `${flag}: the config names nobody who may order`, 'write into it: intake: {keys: {whmcs: {file: intake.secret}}}, the file made by `openssl rand -hex 32`');
	}

	if (tls === null && !isLoopback(place.host)) {
		throw new Refused('invalid', `${flag}: ${place.host} can be reached by others, and the config has no certificate for TLS`, `listen on loopback, ${flag} 127.0.0.1:${place.port}, or write into the config: intake: {certificate: FILE, key: FILE}`);
	}

	return place;
};

const again = {retryAfter: 5};
const starting = refusal(503, {code: 'starting', message: 'cronsole starts', hint: 'send it again in a few seconds'}, again);
const closing = refusal(503, {code: 'closing', message: 'cronsole is being stopped', hint: 'send it again once it runs: the same order key is taken once'}, again);

/** The body, or what there is of one that is too long. */
const readBody = async (request: IncomingMessage): Promise<Uint8Array> => {
	const parts: Buffer[] = [];
	let length = Number(request.headers['content-length'] ?? 0);
	if (length > longestBody) {
		return new Uint8Array(longestBody + 1);
	}

	length = 0;
	// Whoever sends too much is still to be told so.
	for await (const part of request.iterator({destroyOnReturn: false}) as AsyncIterable<Buffer>) {
		parts.push(part);
		length += part.length;
		if (length > longestBody) {
			break;
		}
	}

	return Buffer.concat(parts);
};

const readRequest = async (request: IncomingMessage): Promise<IntakeRequest> => {
	const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]));
	return {
		method: request.method ?? '', path: request.url ?? '', headers, body: await readBody(request), address: request.socket.remoteAddress?.replace(/^::ffff:/, '') ?? null,
	};
};

const send = (response: ServerResponse, {status, body, retryAfter, allow}: Answer, isLast: boolean): void => {
	const text = JSON.stringify(body);
	response.writeHead(status, {
		'content-type': 'application/json; charset=utf-8', 'content-length': Buffer.byteLength(text), 'cache-control': 'no-store',
		...retryAfter !== undefined && {'retry-after': String(retryAfter)}, ...allow !== undefined && {allow}, ...isLast && {connection: 'close'},
	}).end(text);
};

/** What a slow or silent other end may take; then it is hung up on. */
const patience = {
	headersTimeout: 10_000, requestTimeout: 20_000, keepAliveTimeout: 10_000, connectionsCheckingInterval: 5000, maxHeaderSize: 16_384,
};
const mostConnections = 200;
const closeWithinMs = 5000;

const optionsOf = ({certificate, key}: NonNullable<IntakeSettings['tls']>) => ({cert: certificate, key: key.reveal(), minVersion: 'TLSv1.2' as const});

/** Listens for billing systems; refused where it cannot. `hear` is told of each answer. */
export const openIntakeServer = async (wanted: ListeningPlace, tls: IntakeSettings['tls'], hear: (answer: Answer, request: IntakeRequest) => void): Promise<IntakeServer> => {
	let answering: Answering | undefined;
	let isClosing = false;

	const answer = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
		let request: IntakeRequest;
		try {
			request = await readRequest(incoming);
		} catch {
			// Whoever sent it hung up.
			response.destroy();
			return;
		}

		const given = isClosing ? closing : await answering?.(request) ?? starting;
		hear(given, request);
		send(response, given, isClosing || given.status === 413);
	};

	const listener = (incoming: IncomingMessage, response: ServerResponse): void => {
		void answer(incoming, response);
	};

	const secured = tls && https.createServer({...patience, ...optionsOf(tls)}, listener);
	const server = secured ?? http.createServer(patience, listener);
	server.maxConnections = mostConnections;
	const place = await listenAt(server, wanted);
	return {
		place: `${secured ? 'https' : 'http'}://${place}`,
		tell(told) {
			answering = told;
		},
		reload(changed) {
			if (secured && changed) {
				secured.setSecureContext(optionsOf(changed));
			}
		},
		async close() {
			isClosing = true;
			const end = new AbortController();
			const closed = new Promise<void>(resolve => {
				server.close(() => {
					resolve();
				});
			});
			await Promise.race([closed, sleep(closeWithinMs, undefined, {signal: end.signal}).catch(() => undefined)]);
			end.abort();
			server.closeAllConnections();
			await closed;
		},
	};
};
