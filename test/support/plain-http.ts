import {
	createServer,
	type IncomingHttpHeaders,
	type IncomingMessage,
	type ServerResponse,
} from 'node:http';
import {type AddressInfo} from 'node:net';
import {text} from 'node:stream/consumers';
import {onTestFinished} from 'vitest';

/** A web server on a free port of the loopback interface, without TLS, which keeps what it was asked. */
export const startHttp = async (answer?: (request: IncomingMessage, response: ServerResponse) => void) => {
	const requests: Array<{readonly method: string; readonly url: string; readonly headers: IncomingHttpHeaders; readonly body: string}> = [];
	const server = createServer(async (request, response) => {
		const body = await text(request);
		requests.push({
			method: request.method ?? '', url: request.url ?? '', headers: request.headers, body,
		});
		if (answer) {
			answer(request, response);
		} else {
			response.end('ok');
		}
	});
	await new Promise<void>(resolve => {
		server.listen(0, '127.0.0.1', resolve);
	});
	const close = async (): Promise<void> => new Promise(resolve => {
		server.close(() => {
			resolve();
		});
		server.closeAllConnections();
	});
	onTestFinished(close);
	return {url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests, close};
};
