import {type Panels} from '../clients/panel/panel.js';
import {getPage} from '../clients/panel/web-page.js';
import {safeText} from '../domain/safe-text.js';
import {type PanelSettings, type Settings} from '../domain/settings.js';
import {temporaryUrl} from '../domain/site-url.js';
import {type Store} from '../store/store.js';
import {
	type Finding,
	findingOf,
	ok,
	type Report,
	warning,
} from './check-line.js';

type PanelCheckDeps = {
	readonly settings: Pick<Settings, 'installs'>;
	readonly panels: Pick<Panels, 'find'>;
	readonly store: Pick<Store, 'read'>;
	readonly report: Report;
};

const longestMs = 20_000;

const lookAtPanel = async ({panels}: PanelCheckDeps, name: string): Promise<Finding> => {
	const panel = panels.find(name)!;
	const doubts = await panel.check();
	return doubts.length === 0 ? ok(panel.title) : warning(`${panel.title}: ${doubts.join('; ')}`);
};

/** An account that is there: of no other does anybody know where its temporary URL leads. */
const findAccount = async ({store}: PanelCheckDeps, name: string): Promise<string | undefined> => {
	const installs = await store.read.installs.list('done');
	return installs.findLast(({panel, accountState}) => panel === name && accountState === 'active')?.account;
};

/** Whether what a temporary URL promises is so. */
const lookAtTemporary = async (deps: PanelCheckDeps, name: string, panel: PanelSettings): Promise<Finding> => {
	if (panel.kind === 'whm') {
		return warning('temporary URLs are wanted by an application, and a whm panel installs on the domain only');
	}

	const account = await findAccount(deps, name);
	const url = temporaryUrl(account ?? 'ACCOUNT', panel);
	if (url === null) {
		return warning('temporary URLs are wanted by an application, and nothing says where its web server is: set `externalIp` or `address`; until then sites are installed at their domains');
	}

	if (account === undefined) {
		return ok(`temporary URLs are ${url}, which cannot be tried before there is an account`);
	}

	const {status} = await getPage({url: new URL(url)}, {address: panel.address, signal: AbortSignal.timeout(longestMs)});
	return status < 400 ? ok(safeText(`${url} answers`)) : warning(safeText(`${url} answers ${status}: does its web server serve folders of users?`));
};

/** Each panel of the config; and temporary URLs on it, where an application has them. */
export const checkPanels = async (deps: PanelCheckDeps): Promise<void> => {
	const {settings: {installs}, report} = deps;
	const {panels, applications} = installs;
	const isTemporary = Object.values(applications).some(({url}) => url === 'temporary');
	const findings = await Promise.all(Object.entries(panels).map(async ([name, panel]) => Promise.all([
		findingOf(async () => lookAtPanel(deps, name)),
		...(isTemporary ? [findingOf(async () => lookAtTemporary(deps, name, panel))] : []),
	])));
	for (const [index, name] of Object.keys(panels).entries()) {
		for (const finding of findings[index]!) {
			report({subject: `panel ${name}`, ...finding});
		}
	}
};
