import {describe, expect, test} from 'vitest';
import {type ExpectedSite} from '../../../source/clients/panel/site.js';
import {createVerifySite} from '../../../source/clients/panel/verify-site.js';
import {refusingUrl} from '../../support/https-server.js';
import {
	html,
	type PageAnswer,
	type SeenPage,
	serveSite,
	wordpress,
} from './web-site.js';

const password = 'p&=+ "ä';
const host = 'shop.example.org';

const verify = async (site: Partial<ExpectedSite> & {readonly url: string}, signal = new AbortController().signal) => createVerifySite()({
	application: 'wordpress', title: 'My shop', adminUser: 'ada', adminPassword: password, address: '127.0.0.1', ...site,
}, signal);

const failure = async (site: Parameters<typeof verify>[0]): Promise<unknown> => {
	try {
		await verify(site);
		return undefined;
	} catch (error) {
		return error;
	}
};

const transient = (message: string | RegExp) => ({
	name: 'ClientError', kind: 'transient', scope: 'item', message: typeof message === 'string' ? message : expect.stringMatching(message) as string,
});

/** A WordPress of our host on a free port, with pages of its own before. */
const serveWordpress = async (
	before: (seen: SeenPage) => PageAnswer | undefined = () => undefined,
	more: Partial<Parameters<typeof wordpress>[0]> = {},
	options: {readonly isTls?: boolean} = {},
) => {
	const site: Awaited<ReturnType<typeof serveSite>> = await serveSite(seen => before(seen) ?? wordpress({host: () => site.urlOf(host, more.under), password, ...more})(seen), options);
	return {...site, url: site.urlOf(host, more.under)};
};

describe('a WordPress', () => {
	test('that answers with its title and lets its administrator in is good, under its name at the panel\'s address', async () => {
		const {url, seen, port} = await serveWordpress();
		await verify({url});
		expect(seen.map(({method, url: path}) => `${method} ${path}`)).toEqual(['GET /', 'GET /?rest_route=/', 'GET /wp-login.php', 'POST /wp-login.php']);
		expect(seen.every(({headers}) => headers.host === `${host}:${port}`)).toBe(true);
	});

	test.each([
		['Ada\'s "best" shop -- 2x3…', 'Ada&#8217;s &#8220;best&#8221; shop &#8212; 2&#215;3&hellip;'],
		['Bed & Breakfast <b>', 'Bed &amp; Breakfast &lt;b&gt;'],
		['Café Zoë', 'Cafe&#x301; Zoë'],
		['★★★', '★★★'],
	])('has the title %s, however WordPress writes it', async (title, written) => {
		const {url} = await serveWordpress(undefined, {title: written});
		await verify({url, title});
	});

	test('under a temporary URL is looked at there', async () => {
		const {url, seen} = await serveWordpress(undefined, {under: '/~shop'});
		await verify({url});
		expect(seen.at(-1)).toMatchObject({method: 'POST', url: '/~shop/wp-login.php'});
	});

	test('with the wrong title is not ours', async () => {
		const {url, seen} = await serveWordpress(undefined, {title: 'Parking &amp; more'});
		expect(await failure({url})).toMatchObject(transient('the front page has the title “Parking & more – Just another WordPress site” instead of “My shop”'));
		expect(seen).toHaveLength(1);
	});

	test('that was not installed sends us to its installer', async () => {
		const {url} = await serveWordpress(({url: path}) => path === '/' ? {status: 302, headers: {location: '/wp-admin/install.php'}} : undefined);
		expect(await failure({url})).toMatchObject(transient(`the front page answers 302 to ${url}/wp-admin/install.php: no site is installed`));
	});

	test('whose database is broken is seen to be so', async () => {
		const {url} = await serveWordpress(({url: path}) => path === '/' ? {status: 500, body: html('Database Error')} : undefined);
		expect(await failure({url})).toMatchObject(transient('the front page answers 500 (“Database Error”)'));
	});

	test('that takes itself to be somewhere else would send its visitors away', async () => {
		const {url} = await serveWordpress(undefined, {rest: {body: JSON.stringify({name: 'My shop', home: 'https://old.example.org'})}});
		expect(await failure({url})).toMatchObject(transient(`WordPress takes itself to be at https://old.example.org instead of ${url}/`));
	});

	test('with another name than its front page says is not what was ordered', async () => {
		const {url} = await serveWordpress(undefined, {rest: {body: JSON.stringify({name: 'My shop in Paris', home: null})}});
		expect(await failure({url})).toMatchObject(transient('WordPress has the title “My shop in Paris” instead of “My shop”'));
	});

	test.each([{status: 404}, {status: 401, body: '{"code":"rest_forbidden"}'}, {body: 'no JSON'}, {body: '[]'}])('that says nothing of itself by REST (%o) is believed', async rest => {
		const {url} = await serveWordpress(undefined, {rest});
		await verify({url});
	});

	test('whose administrator cannot log in is not done, and the password is in no error', async () => {
		const {url} = await serveWordpress(undefined, {password: 'another'});
		const error = await failure({url});
		expect(error).toMatchObject(transient('the administrator ada cannot log in: wp-login.php answers 200'));
		expect(String(error)).not.toContain(password);
	});

	test('that answers the login with a redirect and no session has not let anybody in', async () => {
		const {url} = await serveWordpress(({method}) => method === 'POST' ? {status: 302, headers: {location: '/wp-login.php', 'set-cookie': ['wordpress_logged_in_0123=%20; expires=Thu, 01 Jan 1970 00:00:00 GMT', 'wordpress_logged_in_0123=deleted']}} : undefined);
		expect(await failure({url})).toMatchObject(transient('the administrator ada cannot log in: wp-login.php answers 302'));
	});
});

describe('redirects', () => {
	test('are followed on the same host, also to www', async () => {
		const site = await serveSite(seen => seen.headers.host!.startsWith('www.')
			? wordpress({host: ({headers}) => `http://${headers.host}`, password})(seen)
			: {status: 301, headers: {location: `http://www.${seen.headers.host}${seen.url}`}});
		await verify({url: site.urlOf(host)});
		expect(site.seen.at(-1)).toMatchObject({method: 'POST', headers: {host: `www.${host}:${site.port}`}});
	});

	test('to another host are not followed, and it never sees the password', async () => {
		const elsewhere = await serveSite(() => ({body: html('My shop')}));
		const {url} = await serveWordpress(({url: path}) => path === '/wp-login.php' ? {status: 302, headers: {location: elsewhere.urlOf('127.0.0.1', '/login')}} : undefined);
		expect(await failure({url})).toMatchObject(transient(`the login page answers 302 to ${elsewhere.urlOf('127.0.0.1', '/login')}: that is another host`));
		expect(elsewhere.seen).toEqual([]);
	});

	test('from TLS into the clear are not followed', async () => {
		const {url} = await serveWordpress(({url: path}) => path === '/wp-login.php' ? {status: 302, headers: {location: `http://${host}/wp-login.php`}} : undefined, {}, {isTls: true});
		expect(await failure({url})).toMatchObject(transient(/the administrator's password would go in the clear$/));
	});

	test('that lead in a circle end', async () => {
		const {url, seen} = await serveWordpress(({url: path}) => ({status: 302, headers: {location: `${path}x`}}));
		expect(await failure({url})).toMatchObject(transient(/and so on: it leads nowhere$/));
		expect(seen.length).toBeLessThan(10);
	});
});

describe('certificates', () => {
	test('at the panel\'s own address any will do: a new site has none yet', async () => {
		const {url, seen} = await serveWordpress(undefined, {}, {isTls: true});
		await verify({url});
		expect(seen.at(-1)!.method).toBe('POST');
	});

	test('where DNS leads it must be good, before anything is sent', async () => {
		const site = await serveSite(wordpress({host: ({headers}) => `https://${headers.host}`, password}), {isTls: true});
		expect(await failure({url: site.urlOf('localhost'), address: null})).toMatchObject(transient(/cannot be reached: its certificate is signed by nobody that we know: set the panel's `address`/));
		expect(site.seen).toEqual([]);
	});
});

test('without an address DNS says where the site is', async () => {
	const site = await serveSite(wordpress({host: ({headers}) => `http://${headers.host}`, password}));
	await verify({url: site.urlOf('localhost'), address: null});
});

test('a static site has its page and its title, and nobody logs in', async () => {
	const {urlOf, seen} = await serveSite(() => ({body: html('My shop')}));
	await verify({application: 'static', url: urlOf(host)});
	expect(seen).toHaveLength(1);
	expect(await failure({application: 'static', title: 'Other', url: urlOf(host)})).toMatchObject(transient('the front page has the title “My shop” instead of “Other”'));
});

test('a page without a title, or larger than anybody reads, is no site', async () => {
	const {urlOf} = await serveSite(({url}) => ({body: url === '/' ? 'It works!' : `<html>${'x'.repeat(3_000_000)}<title>My shop</title>`}));
	expect(await failure({application: 'static', url: urlOf(host)})).toMatchObject(transient('the front page has no title instead of “My shop”'));
	expect(await failure({application: 'static', url: urlOf(host, '/large')})).toMatchObject(transient(/has no title/));
});

test('a page that is made to be looked at for ever is not', async () => {
	const {urlOf} = await serveSite(() => ({body: '<title '.repeat(75_000)}));
	const startedAt = performance.now();
	expect(await failure({application: 'static', url: urlOf(host)})).toMatchObject(transient(/has no title/));
	expect(performance.now() - startedAt).toBeLessThan(5000);
}, 120_000);

test('foreign text in a failure is made safe', async () => {
	const {urlOf} = await serveSite(() => ({body: html('\u{1B}[31mred &#27;[1m\u{202E}')}));
	expect(await failure({application: 'static', url: urlOf(host)})).toMatchObject(transient('the front page has the title “red ” instead of “My shop”'));
});

test('a server that nobody can reach is said to be so', async () => {
	const {port} = new URL(await refusingUrl());
	expect(await failure({url: `http://${host}:${port}/`})).toMatchObject(transient(`http://${host}:${port}/ at 127.0.0.1 cannot be reached: connection refused`));
});

test('a server that does not answer is not waited for once nobody wants it any more', async () => {
	const {urlOf} = await serveSite(() => undefined);
	await expect(verify({url: urlOf(host)}, AbortSignal.timeout(100))).rejects.toMatchObject(transient(/cannot be reached: no answer in time$/));
});
