import {startSitePanel, type SitePanel} from '../support/site-panel.js';
import {type InstallChange} from '../../source/store/installs.js';
import {type Store} from '../../source/store/store.js';
import {createShell, type Said, type Shell} from './shell.js';

export type Installing = Shell & {
	readonly panel: SitePanel;
	readonly store: Store;
	/** `install add` of that order, with further flags. */
	readonly add: (order?: string, flags?: string) => Promise<Said>;
	/** Turns an install's row into what it would be by then. */
	readonly turn: (id: number, to: InstallChange) => Promise<void>;
};

/** An order with nothing wrong, as JSON. */
export const site = (more: Readonly<Record<string, unknown>> = {}): string => JSON.stringify({
	reference: 'whmcs-901', panel: 'web1', application: 'static', domain: 'shop.example.org', account: 'shop', plan: 'starter',
	client: {name: 'Ada', email: 'ada@example.org'}, title: 'My shop', adminUser: 'ada', adminEmail: 'ada@example.org', ...more,
});

/** A shell whose config has a panel, really a program that keeps its sites in a folder; `timeout` is that of one request. */
export const createInstalling = async ({timeout = '10s', more = ''}: {readonly timeout?: string; readonly more?: string} = {}): Promise<Installing> => {
	const panel = await startSitePanel();
	const shell = createShell(`installs:
  panels:
    web1: {kind: command, command: ${JSON.stringify(panel.command)}, timeout: ${timeout}}
    gone: {kind: command, command: [/nowhere/provision], timeout: ${timeout}}
${more}`);
	const store = await shell.openStore();
	return {
		...shell, panel, store,
		add: async (order = site(), flags = '--json') => shell.cronsole(`install add --file - ${flags}`, {stdin: order}),
		async turn(id, to) {
			await store.write(async ({installs}) => installs.change((await installs.find(id))!, to, Date.now()));
		},
	};
};
