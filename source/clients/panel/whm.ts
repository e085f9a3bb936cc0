import {randomBytes} from 'node:crypto';
import * as z from 'zod';
import {systemClock, type Clock} from '../../domain/clock.js';
import {generatePassword} from '../../domain/generate-password.js';
import {type PanelAction, type PanelAnswer, type PanelRequest} from '../../domain/panel.js';
import {type Panel, type PanelListener} from './panel.js';
import {
	changePlan,
	createAccount,
	removeAccount,
	suspendAccount,
} from './whm-accounts.js';
import {archiveAccount} from './whm-archive.js';
import {createBegun} from './whm-begun.js';
import {
	createWhmSessions,
	dataOf,
	type WhmSession,
	type WhmSettings,
} from './whm-session.js';
import {inspectSite, installSite, removeSite} from './whm-sites.js';

type Action = (session: WhmSession, request: PanelRequest) => Promise<PanelAnswer>;

const oldestWithSites = 138;
const ofVersion = z.object({version: z.string()});

const changed = (change: (session: WhmSession, request: PanelRequest) => Promise<readonly string[]>): Action => async (session, request) => ({changed: await change(session, request), site: null, state: null});

const createActions = (): Readonly<Record<PanelAction, Action>> => {
	const installs = createBegun();
	const archives = createBegun();
	return {
		// Nobody knows the account's password: whoever wants in sets one.
		'create-account': changed(async (session, request) => createAccount(session, request, () => generatePassword(randomBytes))),
		install: async (session, request) => installSite(session, request, installs),
		inspect: async (session, request) => ({changed: [], ...await inspectSite(session, request, installs)}),
		archive: changed(async (session, request) => archiveAccount(session, request, archives)),
		'remove-install': changed(async (session, request) => {
			installs.forget(request);
			return removeSite(session, request);
		}),
		suspend: changed(async (session, request) => suspendAccount(session, request, true)),
		unsuspend: changed(async (session, request) => suspendAccount(session, request, false)),
		terminate: changed(removeAccount),
		package: changed(changePlan),
	};
};

const onlyLooking = (): PanelListener => ({
	onProgress: () => undefined, onLog: () => undefined, signal: new AbortController().signal, guard: () => undefined,
});

const lookAtVersion = async (session: WhmSession): Promise<readonly string[]> => {
	const {version} = dataOf(await session.look({name: 'version', parameters: {}, schema: ofVersion}));
	const release = Number(version.split('.', 2)[1]);
	return release < oldestWithSites ? [`its cPanel is ${version}: accounts can be made, but sites are installed from 11.${oldestWithSites} on`] : [];
};

/** A cPanel server through WHM API 1, and through UAPI's WPX (WordPress Toolkit) for its sites. */
export const createWhmPanel = (name: string, settings: WhmSettings, {clock = systemClock, pollMs = 2000}: {readonly clock?: Clock; readonly pollMs?: number} = {}): Panel => {
	const open = createWhmSessions(name, settings, {clock, pollMs});
	const actions = createActions();
	return {
		name,
		title: `WHM ${settings.user}@${new URL(settings.url).host}`,
		ask: async (request, listener) => actions[request.action](open(listener, request.site.adminPassword), request),
		check: async () => lookAtVersion(open(onlyLooking(), null)),
	};
};
