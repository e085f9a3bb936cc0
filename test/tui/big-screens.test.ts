import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import BetterSqlite from 'better-sqlite3';
import {
	afterAll,
	beforeAll,
	describe,
	expect,
	it,
	vi,
} from 'vitest';
import {openApp, type App} from '../../source/app.js';
import {systemClock} from '../../source/domain/clock.js';
import {openStore} from '../../source/store/open-store.js';
import {type Store} from '../../source/store/store.js';
import {bigHoster, fillBigHoster} from './support/big-hoster.js';
import {fixedNow, fixedSettings} from './support/fixed-overview.js';
import {open, type Opened} from './support/open.js';

const folder = mkdtempSync(path.join(tmpdir(), 'cronsole-big-'));
const database = path.join(folder, 'cronsole.db');
const sizes = [{columns: 80, rows: 24}, {columns: 120, rows: 40}, {columns: 200, rows: 60}] as const;

/** Each view by its key, and a row that stands in it once it was read. */
const views = [
	['the first view', '1', /\[1[\s\S]*Process VMs[\s\S]*shop900/],
	['VMs', '2', /\[2[\s\S]*web9988/],
	['installs', '3', /\[3[\s\S]*shop2000/],
	['backups', '4', /\[4[\s\S]*b1999/],
	['traffic', '5', /\[5[\s\S]*db8589/],
	['activity', '6', /\[6[\s\S]*web9997/],
	['what needs a person', '!', /helps: /],
] as const;

/** The screen once nothing on it changes any more. */
const steadyText = async (terminal: Opened): Promise<string> => {
	for (let before = ''; ; before = terminal.text()) {
		await terminal.settle(200);
		if (terminal.text() === before && !before.includes('reading')) {
			return before;
		}
	}
};

describe(`the console of a hoster with ${bigHoster.vms} VMs and ${bigHoster.installs} installs`, () => {
	let app: App;
	let store: Store;

	beforeAll(async () => {
		vi.useFakeTimers({toFake: ['Date'], now: fixedNow});
		app = await openApp({settings: {...fixedSettings, database}, actor: {name: 'anna', address: null}, isReadOnly: false});
		fillBigHoster(database);
		store = await openStore({path: database, clock: systemClock});
		const session = await store.sessions.start({
			kind: 'daemon', actor: 'scheduler', address: null, isReadOnly: false,
		});
		await store.leases.acquire('leader', session.id, 3_600_000);
		// Somebody else's, so that no name or number of this machine stands on the screens.
		const raw = new BetterSqlite(database);
		raw.exec('update sessions set host = \'ops1\', pid = 4121');
		raw.close();
	});

	afterAll(async () => {
		await store.close();
		await app.close();
		vi.useRealTimers();
		rmSync(folder, {recursive: true});
	});

	const openAt = async (size: {readonly columns: number; readonly rows: number}): Promise<Opened> => {
		const terminal = open(app, {size, facts: {host: 'ops2', pid: 900, folder: '/var/lib/cronsole'}});
		await terminal.waitFor('Process VMs');
		return terminal;
	};

	it.each(sizes)('every view at $columns × $rows is what it was', async size => {
		const terminal = await openAt(size);
		for (const [name, key, pattern] of views) {
			terminal.send(key);
			await terminal.waitFor(pattern);
			expect(await steadyText(terminal)).toMatchSnapshot(`${name}, ${size.columns} × ${size.rows}`);
			terminal.send('\u{1B}');
			await terminal.settle(60);
		}
	});
});
