import * as z from 'zod';
import {type PanelAnswer, type PanelRequest, type SiteState} from '../../domain/panel.js';
import {isSameTitle} from '../../domain/plain-title.js';
import {getOwnAccount, findOwnAccount} from './whm-accounts.js';
import {follow, type Begun} from './whm-begun.js';
import {flag} from './whm-replies.js';
import {dataOf, type WhmSession} from './whm-session.js';

const site = z.object({
	wptk_id: z.coerce.number().int(), domain: z.string(), url: z.string(), admin_url: z.string().nullish(), title: z.string().nullish(), broken: flag,
});
const sites = z.object({domains: z.array(site)});
const queued = z.object({status: z.literal('running'), install_id: z.string()});
const others = z.array(z.object({url: z.string()}));
const collision = z.object({status: z.literal('collision'), existing_installations: others});
const created = z.discriminatedUnion('status', [queued, collision]);
const progress = z.object({
	status: z.enum(['unknown', 'running', 'complete', 'failed']), percentage: z.coerce.number().nullish(), message: z.string().nullish(),
});
const admins = z.object({available_logins: z.array(z.string()), current_login: z.string().nullish()});

type Site = z.infer<typeof site>;
type Request = Pick<PanelRequest, 'job' | 'account' | 'site'>;

const pathOf = (url: string): string => URL.canParse(url) ? new URL(url).pathname : '/';

/** The WordPress at the domain's root; one in a folder is another. */
const findSite = async (session: WhmSession, {account, site: {domain}}: Request): Promise<Site | undefined> => {
	const {domains} = dataOf(await session.look({
		name: 'WPX/list_websites', account: account.name, parameters: {}, schema: sites,
	}));
	return domains.find(row => row.domain.toLowerCase() === domain.toLowerCase() && pathOf(row.url) === '/');
};

const placeOf = ({url, admin_url: adminUrl}: Site) => ({url, adminUrl: adminUrl ?? null});

const stateOf = (found: Site | undefined): SiteState => {
	if (!found) {
		return 'absent';
	}

	return found.broken ? 'partial' : 'installed';
};

/** What is there now. What this process began and did not end is `partial`: it has not its password yet. */
export const inspectSite = async (session: WhmSession, request: PanelRequest, begun: Begun): Promise<Pick<PanelAnswer, 'state' | 'site'>> => {
	const account = await findOwnAccount(session, request.account);
	const found = account && request.site.application === 'wordpress' ? await findSite(session, request) : undefined;
	return {
		state: {account: account !== undefined, site: begun.has(request) ? 'partial' : stateOf(found)},
		site: found ? {...placeOf(found), adminUser: null, adminPassword: null} : null,
	};
};

const refuseUnfit = (session: WhmSession, {application, domain, url, adminPassword}: PanelRequest['site']): void => {
	if (application !== 'wordpress') {
		throw session.refuse(`a whm panel installs WordPress, and no ${application}: a command or ssh panel can`);
	}

	if (new URL(url).hostname !== domain.toLowerCase()) {
		throw session.refuse(`a whm panel installs on the domain itself, not at ${url}: set \`url: domain\` for ${application}`);
	}

	if (adminPassword === null) {
		throw session.refuse('no password was given for the administrator');
	}
};

const begin = async (session: WhmSession, {account, site: {domain, title}}: Request): Promise<string> => {
	const answer = dataOf(await session.change({
		name: 'WPX/create_website', account: account.name, parameters: {domain, title}, schema: created,
	}));
	if (answer.status === 'collision') {
		throw session.refuse(`there is a WordPress on ${domain} already, at ${answer.existing_installations.map(({url}) => url).join(', ')}: it is not overwritten`);
	}

	return answer.install_id;
};

/** Waits until the panel has installed it, and lists it. */
const awaitSite = async (session: WhmSession, request: Request, installId: string): Promise<Site> => {
	let said = '';
	const {status, message} = await follow(session, async () => {
		const now = dataOf(await session.look({
			name: 'WPX/get_task_progress', account: request.account.name, parameters: {install_id: installId}, schema: progress,
		}));
		const words = `${now.percentage ?? 0} ${now.message ?? ''}`;
		if (words !== said && now.status !== 'unknown') {
			said = words;
			session.tell(Math.min(100, Math.max(0, now.percentage ?? 0)), now.message ?? now.status);
		}

		return now.status === 'complete' || now.status === 'failed' ? now : undefined;
	});
	if (status === 'failed') {
		throw session.failed(`WordPress was not installed: ${message ?? 'no reason given'}`);
	}

	return follow(session, async () => findSite(session, request)); // The list may lag a little behind.
};

/** The administrator that WordPress Toolkit made gets our password. Answers its name. */
const setPassword = async (session: WhmSession, {account, site: {adminUser, adminPassword}}: Request, {wptk_id: id}: Site): Promise<string> => {
	const {available_logins: logins, current_login: first} = dataOf(await session.look({
		name: 'WPX/get_admin_account', account: account.name, parameters: {id: String(id)}, schema: admins,
	}));
	const login = logins.includes(adminUser) ? adminUser : first ?? '';
	if (login === '') {
		throw session.failed('the WordPress that was installed has no administrator');
	}

	dataOf(await session.change({
		name: 'WPX/change_admin_password', account: account.name, parameters: {id: String(id), login, password: adminPassword!}, schema: z.unknown(),
	}));
	return login;
};

const getOursOf = (session: WhmSession, found: Site, {title}: PanelRequest['site']): Site => {
	if (found.broken) {
		throw session.refuse(`the WordPress at ${found.url} is broken, as the panel says: it is neither used nor overwritten`);
	}

	if (!isSameTitle(found.title ?? '', title)) {
		throw session.refuse(`there is a WordPress at ${found.url} already, with the title “${found.title ?? ''}”: it is not overwritten`);
	}

	return found;
};

/** WordPress through WordPress Toolkit. It knows the site by its domain and title: where it is there already, only its password is set. */
export const installSite = async (session: WhmSession, request: PanelRequest, begun: Begun): Promise<PanelAnswer> => {
	refuseUnfit(session, request.site);
	await getOwnAccount(session, request.account);

	const present = begun.has(request) ? undefined : await findSite(session, request);
	const found = present
		? getOursOf(session, present, request.site)
		: await begun.run(request, async () => begin(session, request), async installId => awaitSite(session, request, installId));
	const adminUser = await setPassword(session, request, found);
	begun.forget(request);
	return {
		changed: present ? [] : ['files', 'database', 'installed'],
		site: {
			...placeOf(found), adminUser, adminPassword: null,
		},
		state: null,
	};
};

/** Files and database of the site go; the account stays. */
export const removeSite = async (session: WhmSession, request: PanelRequest): Promise<readonly string[]> => {
	const found = await findOwnAccount(session, request.account) && await findSite(session, request);
	if (!found) {
		return [];
	}

	const {refusal} = await session.change({
		name: 'WPX/remove_installation', account: request.account.name, parameters: {id: String(found.wptk_id)}, schema: z.object({removed: flag}),
	});
	if (refusal && await findSite(session, request)) {
		throw refusal;
	}

	return refusal ? [] : ['files', 'database'];
};
