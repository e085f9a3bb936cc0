import {createServer as createHttp, type IncomingHttpHeaders, type RequestListener} from 'node:http';
import {createServer as createHttps} from 'node:https';
import {type AddressInfo} from 'node:net';
import {text} from 'node:stream/consumers';
import {onTestFinished} from 'vitest';
import {makeCertificate} from '../../support/https-server.js';

export type SeenPage = {readonly method: string; readonly url: string; readonly headers: IncomingHttpHeaders; readonly body: string};

export type PageAnswer = {readonly status?: number; readonly headers?: Readonly<Record<string, string | readonly string[]>>; readonly body?: string};

export const html = (title: string): string => `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>${title}</title></head><body>…</body></html>`;

/** A web server of 127.0.0.1 until the test's end, with a certificate that nobody signed. Undefined as an answer: none comes. */
export const serveSite = async (answer: (seen: SeenPage) => PageAnswer | undefined, {isTls = false} = {}) => {
	const seen: SeenPage[] = [];
	const listener: RequestListener = async (request, response) => {
		const page = {
			method: request.method!, url: request.url!, headers: request.headers, body: await text(request),
		};
		seen.push(page);
		const given = answer(page);
		if (!given) {
			return;
		}

		response.writeHead(given.status ?? 200, {'content-type': 'text/html; charset=UTF-8', ...given.headers as Record<string, string | string[]>});
		response.end(given.body ?? '');
	};

	const server = isTls ? createHttps(await makeCertificate(), listener) : createHttp(listener);
	await new Promise<void>(resolve => {
		server.listen(0, '127.0.0.1', resolve);
	});
	onTestFinished(async () => {
		await new Promise(resolve => {
			server.close(resolve);
			server.closeAllConnections();
		});
	});
	const {port} = server.address() as AddressInfo;
	return {seen, port, urlOf: (host: string, path = '') => `${isTls ? 'https' : 'http'}://${host}:${port}${path}`};
};

/** WordPress as it answers to whom `Host` is its own: front page, REST root and login. */
export const wordpress = ({host, title = 'My shop', password, under = '', ...more}: {
	readonly host: (seen: SeenPage) => string; readonly title?: string; readonly password: string; readonly under?: string; readonly rest?: PageAnswer;
}) => (seen: SeenPage): PageAnswer => {
	const home = host(seen);
	const path = seen.url.slice(under.length);
	const form = new URLSearchParams(seen.body);
	if (!seen.url.startsWith(`${under}/`) || seen.headers.host !== new URL(home).host) {
		return {status: 301, headers: {location: `${home}/`}};
	}

	if (path === '/') {
		return {body: html(`${title} &#8211; Just another WordPress site`)};
	}

	if (path === '/?rest_route=/') {
		return more.rest ?? {headers: {'content-type': 'application/json'}, body: JSON.stringify({name: title, home})};
	}

	if (path !== '/wp-login.php') {
		return {status: 404};
	}

	const isKnown = form.get('log') === 'ada' && form.get('pwd') === password && (seen.headers.cookie ?? '').includes('wordpress_test_cookie=WP%20Cookie%20check');
	return isKnown && seen.method === 'POST'
		? {status: 302, headers: {location: `${home}/wp-admin/`, 'set-cookie': ['wordpress_sec=x', 'wordpress_logged_in_0123456789abcdef=ada%7C1790000000%7Cabcdefgh; path=/; HttpOnly']}}
		: {headers: {'set-cookie': ['wordpress_test_cookie=WP%20Cookie%20check; path=/']}, body: html('Log In')};
};
