import {type IncomingMessage, type ServerResponse} from 'node:http';
import {type Cluster} from './cluster.js';
import {readBody} from './request-body.js';
import {truthOf} from './truth.js';

const loopback: ReadonlySet<string | undefined> = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1']);

const send = (response: ServerResponse, status: number, value: unknown) => {
	response.writeHead(status, {'Content-Type': 'application/json;charset=UTF-8'});
	response.end(JSON.stringify(value));
};

const command = (cluster: Cluster, body: string, now: number): [status: number, answer: unknown] => {
	try {
		const answer = cluster.faults.command(JSON.parse(body));
		// What a fault does to nodes, it does at once.
		cluster.advance(now);
		return [200, answer];
	} catch (error) {
		return [400, {error: error instanceof Error ? error.message : String(error)}];
	}
};

/** Serves `/_sim/`: faults and the truth, for whoever sits on the same machine. */
export const serveControl = async (cluster: Cluster, now: number, request: IncomingMessage, response: ServerResponse): Promise<void> => {
	const body = await readBody(request);
	const target = `${request.method} ${(request.url ?? '').split('?', 1)[0]}`;
	if (loopback.has(request.socket.remoteAddress)) {
		switch (target) {
			case 'POST /_sim/faults': {
				send(response, ...command(cluster, body, now));

				break;
			}

			case 'GET /_sim/faults': {
				send(response, 200, cluster.faults.list());

				break;
			}

			case 'GET /_sim/truth': {
				cluster.advance(now);
				send(response, 200, truthOf(cluster));

				break;
			}

			default: {
				send(response, 404, {error: 'there is /_sim/faults and /_sim/truth'});
			}
		}
	} else {
		send(response, 403, {error: 'only from this machine'});
	}
};
