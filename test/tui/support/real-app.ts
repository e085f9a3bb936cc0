import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {onTestFinished} from 'vitest';
import {openApp, type App} from '../../../source/app.js';
import {systemClock} from '../../../source/domain/clock.js';
import {openStore} from '../../../source/store/open-store.js';
import {type Store} from '../../../source/store/store.js';
import {fixedSettings} from './fixed-overview.js';

export type RealApp = {
	readonly app: App;
	/** The same database through another connection: somebody else. */
	readonly store: Store;
	/** The same database, by another person. */
	readonly as: (name: string, isReadOnly?: boolean) => Promise<App>;
};

/** The whole program on a database in a folder of its own, opened by anna. */
export const createRealApp = async (isReadOnly = false): Promise<RealApp> => {
	const folder = mkdtempSync(path.join(tmpdir(), 'cronsole-tui-'));
	const database = path.join(folder, 'cronsole.db');
	const opened: Array<{readonly close: () => Promise<void>}> = [];
	onTestFinished(async () => {
		for (const one of opened.toReversed()) {
			await one.close();
		}

		rmSync(folder, {recursive: true});
	});
	const keep = <T extends {readonly close: () => Promise<void>}>(one: T): T => {
		opened.push(one);
		return one;
	};

	const as: RealApp['as'] = async (name, isOnlyLooking = false) => keep(await openApp({settings: {...fixedSettings, database}, actor: {name, address: null}, isReadOnly: isOnlyLooking}));
	const app = await as('anna', isReadOnly);
	return {app, as, store: keep(await openStore({path: database, clock: systemClock}))};
};

/** Puts a failed install into the queue and answers its id. */
export const addFailedInstall = async (store: Store, domain: string): Promise<number> => store.write(async tables => {
	const install = await tables.installs.insert({
		reference: domain, panel: 'web1', application: 'wordpress', domain, account: domain.split('.', 1)[0]!, client: {name: 'Max', email: 'max@example.org'}, order: {}, createdAt: Date.now() - 60_000,
	});
	await tables.installs.change(install, {state: 'failed', cause: 'the database refused the connection', attempt: 3}, Date.now());
	return install.id;
});
