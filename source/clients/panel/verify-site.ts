import {decodeEntities, hasTitle, isSameTitle} from '../../domain/plain-title.js';
import {safeText} from '../../domain/safe-text.js';
import {ClientError} from '../client-error.js';
import {type ExpectedSite, type VerifySite} from './site.js';
import {
	getPage,
	type Page,
	type PageRequest,
	type SiteRoute,
} from './web-page.js';

type Look = {readonly site: ExpectedSite; readonly route: SiteRoute};

const mostHops = 5;
const longestMs = 60_000;

const installers = /\/wp-admin\/(?:install|setup-config)\.php$/;

const fail = ({site}: Look, message: string): ClientError => new ClientError(safeText(message), {peer: new URL(site.url).host, kind: 'transient'});

// Bounded: a page that is all `<title` would be gone through once for each of them.
const titleOf = ({text}: Page): string | undefined => /<title\b[^>]{0,500}>([^<]{0,2000})<\/title/i.exec(text)?.[1]?.trim();

const nameOf = ({hostname}: URL): string => hostname.replace(/^www\./, '');

const placeOf = (url: URL): string => `${url.origin}${url.pathname}`;

/** Follows a page to where it leads on the same host: to another, nothing of ours is sent. */
const arrive = async (look: Look, what: string, request: PageRequest): Promise<Page> => {
	let page = await getPage(request, look.route);
	for (let hops = 0; page.status >= 300 && page.status < 400 && page.location !== null; hops++) {
		const {status, location, url} = page;
		const sends = `${what} answers ${status} to ${placeOf(location)}`;
		if (installers.test(location.pathname)) {
			throw fail(look, `${sends}: no site is installed`);
		}

		if (nameOf(location) !== nameOf(url) || !/^https?:$/.test(location.protocol)) {
			throw fail(look, `${sends}: that is another host`);
		}

		if (url.protocol === 'https:' && location.protocol === 'http:') {
			throw fail(look, `${sends}: the administrator's password would go in the clear`);
		}

		if (hops === mostHops) {
			throw fail(look, `${sends}, and so on: it leads nowhere`);
		}

		page = await getPage({...request, url: location}, look.route);
	}

	if (page.status !== 200) {
		const title = titleOf(page);
		throw fail(look, `${what} answers ${page.status}${title === undefined ? '' : ` (“${decodeEntities(title)}”)`}`);
	}

	return page;
};

/** The path that all of the site is under. */
const folderOf = ({url}: ExpectedSite): string => {
	const {pathname} = new URL(url);
	return pathname.endsWith('/') ? pathname : `${pathname}/`;
};

/** The front page is there, with the title. Answers where the site is. */
const lookAtFront = async (look: Look): Promise<URL> => {
	const page = await arrive(look, 'the front page', {url: new URL(look.site.url)});
	const title = titleOf(page);
	if (title === undefined || !hasTitle(title, look.site.title)) {
		throw fail(look, `the front page ${title === undefined ? 'has no title' : `has the title “${decodeEntities(title)}”`} instead of “${look.site.title}”`);
	}

	return new URL(folderOf(look.site), page.url.origin);
};

const parsed = (text: string): {readonly name?: unknown; readonly home?: unknown} | undefined => {
	try {
		const value: unknown = JSON.parse(text);
		return typeof value === 'object' && value !== null ? value : undefined;
	} catch {
		return undefined;
	}
};

const placeIn = ({host, pathname}: URL): string => `${host}${pathname.endsWith('/') ? pathname : `${pathname}/`}`;

/** What the site says of itself, where it says anything: plugins switch that off. */
const lookAtRest = async (look: Look, front: URL): Promise<void> => {
	const {status, text} = await getPage({url: new URL('?rest_route=/', front)}, look.route);
	const said = status === 200 ? parsed(text) : undefined;
	if (typeof said?.name === 'string' && !isSameTitle(said.name, look.site.title)) {
		throw fail(look, `WordPress has the title “${decodeEntities(said.name)}” instead of “${look.site.title}”`);
	}

	if (typeof said?.home === 'string' && URL.canParse(said.home) && placeIn(new URL(said.home)) !== placeIn(front)) {
		throw fail(look, `WordPress takes itself to be at ${said.home} instead of ${front.href}`);
	}
};

const isSession = (cookie: string): boolean => /^wordpress_logged_in_[^=]*=(?!deleted)[^\s%;][^;]{8}/.test(cookie);

const pairOf = (cookie: string): string => cookie.split(';', 1)[0]!;

/** The administrator logs in as a browser does: the form first, and then name and password to where the form was found. */
const logIn = async (look: Look, front: URL): Promise<void> => {
	const {adminUser, adminPassword} = look.site;
	const form = await arrive(look, 'the login page', {url: new URL('wp-login.php', front)});
	const cookies = new Set(['wordpress_test_cookie=WP%20Cookie%20check', ...form.cookies.map(cookie => pairOf(cookie))]);
	const {status, cookies: given} = await getPage({
		url: form.url,
		headers: {cookie: [...cookies].join('; ')},
		form: {log: adminUser, pwd: adminPassword, testcookie: '1'},
	}, look.route);
	if (status !== 302 || given.every(cookie => !isSession(cookie))) {
		throw fail(look, `the administrator ${adminUser} cannot log in: wp-login.php answers ${status}`);
	}
};

/**
 Looks at a site over HTTP. Its administrator's password is sent to the panel's own `address`, or, without one, to whom DNS and a good certificate (or plain
 `http`, where the site is so) lead, and in any case only once the front page has the title.
 */
export const createVerifySite = (): VerifySite => async (site, signal) => {
	const look = {site, route: {address: site.address, signal: AbortSignal.any([signal, AbortSignal.timeout(longestMs)])}};
	const front = await lookAtFront(look);
	if (site.application !== 'wordpress') {
		return;
	}

	await lookAtRest(look, front);
	await logIn(look, front);
};
