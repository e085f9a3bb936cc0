import {mkdtempSync, rmSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {onTestFinished} from 'vitest';
import {createCommandPanel} from '../../source/clients/panel/command.js';
import {type Panel} from '../../source/clients/panel/panel.js';
import {createVerifySite} from '../../source/clients/panel/verify-site.js';
import {systemClock, type Clock} from '../../source/domain/clock.js';
import {type Install, type InstallPosition, type InstallStep} from '../../source/domain/install.js';
import {type LogLine} from '../../source/domain/log.js';
import {type AppSettings, type Settings} from '../../source/domain/settings.js';
import {type InstallContext, type InstallMove} from '../../source/pipelines/move-install.js';
import {moveInstall} from '../../source/pipelines/run-install.js';
import {openStore} from '../../source/store/open-store.js';
import {type Installs} from '../../source/store/installs.js';
import {type FencedStore, type Store} from '../../source/store/store.js';
import {clusterSettings} from '../support/cluster-settings.js';
import {startSitePanel, type SitePanel} from '../support/site-panel.js';
import {baseSettings} from './settings.js';

export const password = 'Zq7-password-of-Ada';

type Panels = InstallContext['panels'];

/** A database, a panel's host, and the install pipeline between them. */
export type InstallWorld = {
	readonly store: Store;
	readonly host: SitePanel;
	readonly panel: Panel;
	readonly settings: Settings;
	readonly clock: Clock;
	readonly logged: LogLine[];
	readonly pass: (ms: number) => void;
	readonly order: (own?: Partial<Parameters<Installs['insert']>[0]>) => Promise<Install>;
	readonly fenced: (install: Pick<Install, 'id'>) => Promise<FencedStore>;
	readonly context: (install: Pick<Install, 'id'>, own?: Partial<InstallContext>) => Promise<InstallContext>;
	/** One go. */
	readonly move: (install: Pick<Install, 'id'>, own?: Partial<InstallContext>, until?: InstallPosition) => Promise<InstallMove>;
	/** Goes until it waits for nothing any more; attempts do not wait for their moment. */
	readonly drive: (install: Pick<Install, 'id'>, own?: Partial<InstallContext>) => Promise<InstallMove>;
	readonly row: (install: Pick<Install, 'id'>) => Promise<Install>;
	readonly change: (install: Pick<Install, 'id'>, to: Parameters<Installs['change']>[1]) => Promise<void>;
	readonly steps: (install: Pick<Install, 'id'>) => Promise<readonly InstallStep[]>;
};

const newInstall = (index: number, now: number): Parameters<Installs['insert']>[0] => ({
	reference: `whmcs-${index}`, panel: 'web1', application: 'static', domain: 'shop.example.org', account: 'shop', plan: 'starter', title: 'My shop', adminUser: 'ada',
	adminEmail: 'ada@example.org', client: {name: 'Ada', email: 'ada@example.org'}, order: {}, createdAt: now, adminPassword: password,
});

export const staticSite: AppSettings = {
	stage: true, welcomeEmail: true, blogName: 'My site', url: 'domain', controlPanelLogin: true,
};

export const mail: Settings['mail'] = {
	smtp: {reveal: () => 'smtp://127.0.0.1:25'}, fingerprints: [], from: 'ops@example.net', templates: null,
};

const settingsOf = (host: SitePanel, timeoutMs: number): Settings => ({
	...baseSettings(clusterSettings({})), clusters: [], mail,
	installs: {
		panels: {
			web1: {
				kind: 'command', command: host.command, timeoutMs, concurrency: 2, address: null, externalIp: '203.0.113.50', controlPanelUrl: 'https://panel.example.net/',
			},
		},
		applications: {static: staticSite},
	},
	scheduler: {
		cycleMs: 1000, leaseMs: 6000, maxAttempts: 3, startAt: 'once',
	},
});

/** The panel of the world, or what a test puts into its place. */
export const onlyPanel = (panel: Panel): Panels => ({
	find: name => name === panel.name ? panel : undefined, reset() {/* Nothing is kept. */}, async close() {/* Nothing is open. */},
});

/** Makes one that goes away with the test. */
export const createInstallWorld = async (own: Partial<Settings> = {}, timeoutMs = 10_000): Promise<InstallWorld> => {
	const host = await startSitePanel();
	const folder = mkdtempSync(path.join(os.tmpdir(), 'cronsole-installs-'));
	let ahead = 0;
	const clock: Clock = {now: () => systemClock.now() + ahead, monotonic: () => systemClock.monotonic() + ahead};
	const store = await openStore({path: path.join(folder, 'state', 'cronsole.db'), clock: {...systemClock, now: clock.now}});
	onTestFinished(async () => {
		await store.close();
		rmSync(folder, {recursive: true});
	});
	const settings: Settings = {...settingsOf(host, timeoutMs), ...own};
	const panel = createCommandPanel('web1', settings.installs.panels.web1 as Parameters<typeof createCommandPanel>[1]);
	const session = await store.sessions.start({
		kind: 'run', actor: 'tester', address: null, isReadOnly: false,
	});
	const verifySite = createVerifySite();
	const logged: LogLine[] = [];
	const fencedStores = new Map<number, FencedStore>();
	let orders = 0;

	const world: InstallWorld = {
		store, host, panel, settings, clock, logged,
		pass(ms) {
			ahead += ms;
		},
		async order(more = {}) {
			orders++;
			return store.write(async ({installs}) => installs.insert({...newInstall(orders, clock.now()), ...more}));
		},
		async fenced({id}) {
			const known = fencedStores.get(id);
			if (known) {
				return known;
			}

			const {held} = await store.leases.acquire(`install:${id}`, session.id, 600_000);
			const fenced = store.fencedBy(held!);
			fencedStores.set(id, fenced);
			return fenced;
		},
		context: async (install, more = {}) => ({
			store: await world.fenced(install), panels: onlyPanel(panel), verifySite, settings, clock, random: () => 0.5, log(line) {
				logged.push(line);
			},
			signal: new AbortController().signal, guard() {/* It is held. */}, ...more,
		}),
		move: async (install, more, until) => moveInstall(install, await world.context(install, more), until === undefined ? {} : {until}),
		async drive(install, more) {
			for (let goes = 0; goes < 50; goes++) {
				const move = await world.move(install, more);
				if (move.outcome !== 'waiting') {
					return move;
				}

				const {nextAttemptAt} = await world.row(install);
				world.pass(Math.max(0, (nextAttemptAt ?? 0) - clock.now()));
			}

			throw new Error('It does not end.');
		},
		row: async ({id}) => (await store.read.installs.find(id))!,
		async change(install, to) {
			await store.write(async ({installs}) => installs.change((await installs.find(install.id))!, to, clock.now()));
		},
		steps: async ({id}) => store.read.installs.listSteps(id),
	};
	return world;
};

/** Every step in order, as `to outcome: reason`. */
export const outcomes = (steps: readonly InstallStep[]): string[] => steps.map(({to, outcome, reason}) => `${to} ${outcome}${reason === null ? '' : `: ${reason}`}`);
