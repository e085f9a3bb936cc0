import tls from 'node:tls';
import {Agent, fetch} from 'undici';
import {type ProxmoxServer} from '../../../source/simulation/proxmox-server.js';

export type Reply = {readonly status: number; readonly reason: string; readonly body: string; readonly data: unknown; readonly headers: Headers};

type Options = {readonly form?: Record<string, string>; readonly json?: unknown; readonly raw?: string; readonly type?: string; readonly authorization?: string | null};

/** A client that knows the server by its fingerprint alone. */
export const createClient = ({url, tokenId, tokenSecret, fingerprint}: Pick<ProxmoxServer, 'url' | 'tokenId' | 'tokenSecret' | 'fingerprint'>) => {
	const agent = new Agent({
		connect(options, callback) {
			const socket = tls.connect({host: '127.0.0.1', port: Number(options.port), rejectUnauthorized: false}, () => {
				const isKnown = socket.getPeerCertificate().fingerprint256 === fingerprint;
				callback(...(isKnown ? [null, socket] as const : [new Error('another certificate'), null] as const));
			});
			socket.once('error', error => {
				callback(error, null);
			});
		},
	});

	const send = async (method: string, path: string, {form, json, raw, type, authorization = `PVEAPIToken=${tokenId}=${tokenSecret}`}: Options = {}): Promise<Reply> => {
		const body = raw ?? (json === undefined ? form && new URLSearchParams(form).toString() : JSON.stringify(json));
		const contentType = type ?? (json === undefined ? 'application/x-www-form-urlencoded' : 'application/json');
		const response = await fetch(url + path, {
			method, dispatcher: agent, body, headers: {...(authorization !== null && {authorization}), ...(body !== undefined && {'content-type': contentType})},
		});
		const text = await response.text();
		const parsed = /^[[{]/.test(text) ? JSON.parse(text) as {data?: unknown} : {};
		return {
			status: response.status, reason: response.statusText, body: text, data: parsed.data, headers: response.headers as unknown as Headers,
		};
	};

	return {
		send,
		get: async (path: string, options?: Options) => send('GET', `/api2/json${path}`, options),
		post: async (path: string, form: Record<string, string> = {}) => send('POST', `/api2/json${path}`, {form}),
		control: async (command: unknown) => JSON.parse((await send('POST', '/_sim/faults', {json: command, authorization: null})).body) as Record<string, unknown>,
		truth: async () => JSON.parse((await send('GET', '/_sim/truth', {authorization: null})).body) as Record<string, unknown>,
		close: async () => agent.destroy(),
	};
};
