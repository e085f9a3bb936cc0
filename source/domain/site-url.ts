import {type Install} from './install.js';
import {parseIp} from './ip.js';
import {type PanelSettings} from './settings.js';

const hostOf = (url: string | null): string | null => url === null ? null : new URL(url).hostname;

const nameOf = (panel: PanelSettings): string | null => {
	switch (panel.kind) {
		case 'whm': {
			return hostOf(panel.url);
		}

		case 'ssh': {
			return panel.host;
		}

		case 'command': {
			return null;
		}
	}
};

/** By which name or address people reach the panel's web server whatever DNS says of their domains; null: the config does not say. */
const webServerOf = (panel: PanelSettings): string | null => panel.externalIp ?? panel.address ?? nameOf(panel) ?? hostOf(panel.controlPanelUrl);

/** Where a site of that account is reached before its domain points here; null: the config names no server. */
export const temporaryUrl = (account: string, panel: PanelSettings): string | null => {
	const server = webServerOf(panel);
	return server === null ? null : `http://${parseIp(server)?.family === 6 ? `[${server}]` : server}/~${account}/`;
};

/** The front page that a site is installed with: a temporary one where it is wanted and the config names a server, else the domain. The panel may answer with another (`https://`). */
export const siteUrl = ({url, domain, account}: Pick<Install, 'url' | 'domain' | 'account'>, panel: PanelSettings | undefined): string =>
	(url === 'temporary' && panel ? temporaryUrl(account, panel) : null) ?? `http://${domain}/`;
