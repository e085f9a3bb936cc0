import {Buffer} from 'node:buffer';
import {X509Certificate} from 'node:crypto';
import {STATUS_CODES, type IncomingHttpHeaders, type ServerResponse} from 'node:http';
import {createServer} from 'node:https';
import {createServer as createNetServer, type AddressInfo, type Socket} from 'node:net';
import {text} from 'node:stream/consumers';
import {generate} from 'selfsigned';

export type Certificate = {
	readonly key: string;
	/** PEM: what a client takes as its CA. */
	readonly cert: string;
	/** Upper-case, with colons. */
	readonly fingerprint: string;
};

/** A request as it came over the wire, its body whole. */
export type Received = {
	readonly method: string;
	readonly url: string;
	readonly headers: IncomingHttpHeaders;
	readonly body: string;
};

export type HttpsServer = Certificate & {
	readonly url: string;
	readonly requests: readonly Received[];
	/** How many connections were made so far. */
	readonly connections: () => number;
	readonly close: () => Promise<void>;
};

/** A certificate of its own for `127.0.0.1` and `localhost`, or for the name given. */
export const makeCertificate = async (name?: string): Promise<Certificate> => {
	const {private: key, cert} = await generate([{name: 'commonName', value: name ?? 'pve1'}], {
		keyType: 'ec',
		algorithm: 'sha256',
		extensions: [{name: 'subjectAltName', altNames: name === undefined ? [{type: 2, value: 'localhost'}, {type: 7, ip: '127.0.0.1'}] : [{type: 2, value: name}]}],
	});
	return {key, cert, fingerprint: new X509Certificate(cert).fingerprint256};
};

/** Answers as Proxmox does: `{"data": …}` with 200, or a status and its text with a body of your own. */
export const reply = (response: ServerResponse, {status = 200, statusText = STATUS_CODES[status] ?? '', data = null, body = JSON.stringify({data}), headers = {}}: {
	readonly status?: number; readonly statusText?: string; readonly data?: unknown; readonly body?: string; readonly headers?: Readonly<Record<string, string>>;
} = {}): void => {
	response.writeHead(status, statusText, {'content-type': 'application/json;charset=UTF-8', 'content-length': Buffer.byteLength(body), ...headers});
	response.end(body);
};

/** A URL where nobody listens. */
export const refusingUrl = async (): Promise<string> => {
	const server = createNetServer();
	await new Promise<void>(resolve => {
		server.listen(0, '127.0.0.1', resolve);
	});
	const {port} = server.address() as AddressInfo;
	await new Promise(resolve => {
		server.close(resolve);
	});
	return `https://127.0.0.1:${port}`;
};

/** A real HTTPS server on a free port of the loopback interface; closing it cuts what is open. */
export const startHttpsServer = async (
	answer: (request: Received, response: ServerResponse) => void | Promise<void>,
	{certificate, keepAliveTimeout = 5000}: {readonly certificate?: Certificate; readonly keepAliveTimeout?: number} = {},
): Promise<HttpsServer> => {
	const used = certificate ?? await makeCertificate();
	const requests: Received[] = [];
	const sockets = new Set<Socket>();
	let connections = 0;

	const server = createServer({key: used.key, cert: used.cert, keepAliveTimeout}, async (request, response) => {
		const received: Received = {
			method: request.method ?? '', url: request.url ?? '', headers: request.headers, body: await text(request),
		};
		requests.push(received);
		await answer(received, response);
	});
	server.on('secureConnection', socket => {
		connections++;
		sockets.add(socket);
		socket.once('close', () => sockets.delete(socket));
	});
	await new Promise<void>((resolve, reject) => {
		server.once('error', reject).listen(0, '127.0.0.1', resolve);
	});

	return {
		...used,
		url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
		requests,
		connections: () => connections,
		async close() {
			await new Promise(resolve => {
				server.close(resolve);
				for (const socket of sockets) {
					socket.destroy();
				}
			});
		},
	};
};
