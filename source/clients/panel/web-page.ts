import {Buffer} from 'node:buffer';
import http, {type IncomingMessage} from 'node:http';
import https from 'node:https';
import {isIP} from 'node:net';
import {ClientError} from '../client-error.js';
import {reasonOf} from '../no-answer.js';
import {safeText} from '../../domain/safe-text.js';
import {systemTrust} from '../system-trust.js';

export type Page = {
	readonly url: URL;
	readonly status: number;
	/** Where it sends us on; null: it does not. */
	readonly location: URL | null;
	readonly cookies: readonly string[];
	/** Its beginning, up to half a megabyte. */
	readonly text: string;
};

export type PageRequest = {
	readonly url: URL;
	readonly headers?: Readonly<Record<string, string>>;
	/** Sent as a form. */
	readonly form?: Readonly<Record<string, string>>;
};

/** How a site is reached. */
export type SiteRoute = {
	/** The web server's address, whatever DNS says of the site's name; null: by DNS. */
	readonly address: string | null;
	readonly signal: AbortSignal;
};

const longestText = 512 * 1024;
const longestMs = 15_000;

const readText = async (response: IncomingMessage): Promise<string> => {
	const chunks: Buffer[] = [];
	let length = 0;
	for await (const chunk of response as AsyncIterable<Buffer>) {
		chunks.push(chunk);
		length += chunk.length;
		if (length >= longestText) {
			break; // Leaving the loop ends the connection.
		}
	}

	return Buffer.concat(chunks).subarray(0, longestText).toString();
};

const locationOf = ({headers: {location}}: IncomingMessage, {href}: URL): URL | null => location !== undefined && URL.canParse(location, href) ? new URL(location, href) : null;

// By hand, as fetch puts the host that it connects to in `Host`. The certificate: at an address that the config names any will do, for a new site has none yet,
// and that is no less than plain HTTP gives there; where DNS led us it must be good.
const optionsOf = ({url, headers}: PageRequest, {address}: SiteRoute, body: string | undefined, signal: AbortSignal): https.RequestOptions => {
	const name = url.hostname.replaceAll(/^\[|\]$/g, '');
	return {
		method: body === undefined ? 'GET' : 'POST',
		host: address ?? name,
		port: url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port),
		path: `${url.pathname}${url.search}`,
		headers: {
			host: url.host, 'user-agent': 'cronsole', 'accept-encoding': 'identity',
			...(body !== undefined && {'content-type': 'application/x-www-form-urlencoded', 'content-length': String(Buffer.byteLength(body))}),
			...headers,
		},
		agent: false,
		signal,
		...(url.protocol === 'https:' && {
			...(isIP(name) === 0 && {servername: name}),
			...(address === null ? {secureContext: systemTrust()} : {rejectUnauthorized: false}),
		}),
	};
};

/** One request, following nothing. Throws `ClientError` where no page came. */
export const getPage = async (request: PageRequest, route: SiteRoute): Promise<Page> => {
	const {url, form} = request;
	const body = form && new URLSearchParams(form).toString();
	const signal = AbortSignal.any([route.signal, AbortSignal.timeout(longestMs)]);
	try {
		const response = await new Promise<IncomingMessage>((resolve, reject) => {
			const {request: open} = url.protocol === 'https:' ? https : http;
			open(optionsOf(request, route, body, signal), resolve).once('error', reject).end(body);
		});
		return {
			url, status: response.statusCode ?? 0, location: locationOf(response, url), cookies: response.headers['set-cookie'] ?? [], text: await readText(response),
		};
	} catch (error) {
		const reason = signal.aborted ? 'no answer in time' : reasonOf(error, {unknownIssuer: 'set the panel\'s `address` for a site whose certificate is not there yet'});
		throw new ClientError(safeText(`${url.origin}${url.pathname}${route.address === null ? '' : ` at ${route.address}`} cannot be reached: ${reason}`), {peer: url.host, kind: 'transient'});
	}
};
