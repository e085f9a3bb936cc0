import {Agent} from 'undici';
import {type Clock} from '../../domain/clock.js';
import {type ClusterSettings} from '../../domain/settings.js';
import {type NoAnswer} from '../no-answer.js';
import {type HttpAnswer, sendHttp} from '../send-http.js';
import {createTlsConnect} from '../tls-connect.js';
import {type ApiCall, encode} from './api-call.js';

export type Answer = Pick<HttpAnswer, 'status' | 'statusText' | 'text'>;

/** Sends one request to one URL. `beforeSend` is called when the connection stands, straight before the first byte; what it throws, `send` throws. */
export type Transport = {
	readonly send: (url: string, call: ApiCall, beforeSend: () => void) => Promise<Answer | NoAnswer>;
	readonly close: () => Promise<void>;
};

const longestConnectMs = 5000;

const advice = {otherName: 'use that name in `urls`, or set `fingerprints`', unknownIssuer: 'set `fingerprints` or `ca`'};

/** HTTP/1.1 over TLS with the cluster's token; connections are kept for as long as undici does by itself, which is a second less than Proxmox. */
export const createTransport = (settings: ClusterSettings, {clock}: {readonly clock: Clock}): Transport => {
	const {calls, timeoutMs, tokenId, tokenSecret} = settings;
	const agent = new Agent({connections: calls, connect: createTlsConnect({...settings, owner: 'cluster'}, Math.min(longestConnectMs, timeoutMs))});

	return {
		async send(url, call, beforeSend) {
			const {target, body} = encode(call);
			const headers = {
				accept: 'application/json',
				authorization: `PVEAPIToken=${tokenId}=${tokenSecret.reveal()}`,
				...(body !== undefined && {'content-type': 'application/x-www-form-urlencoded'}),
			};
			return sendHttp({
				method: call.method, url: new URL(target, url), headers, body,
			}, {
				dispatcher: agent, clock, beforeSend, timeoutMs, advice,
			});
		},
		async close() {
			await agent.close();
		},
	};
};
