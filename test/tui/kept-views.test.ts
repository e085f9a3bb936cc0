import BetterSqlite from 'better-sqlite3';
import {
	describe,
	expect,
	it,
	onTestFinished,
} from 'vitest';
import {type App} from '../../source/app.js';
import {systemClock} from '../../source/domain/clock.js';
import {createRandom} from '../../source/simulation/random.js';
import {openSqlite} from '../../source/store/sqlite.js';
import {createWitnesses} from '../../source/store/sqlite/witnesses.js';
import {createListings} from '../../source/store/tables/listings.js';
import {createOverview} from '../../source/store/tables/overview.js';
import {views} from '../../source/tui/listings/all-views.js';
import {type Listing, type View} from '../../source/tui/listing.js';
import {change, changes} from '../store/support/any-change.js';
import {makeFolder} from '../store/support/temporary-store.js';
import {fixedNow} from './support/fixed-overview.js';
import {createRealApp} from './support/real-app.js';

const first = Number(process.env.CRONSOLE_SEED ?? 1);
const count = Number(process.env.CRONSOLE_STEPS ?? 110);
const limit = {vms: 5, installs: 5, activity: 20} as const;

const pend = 'update installs set state = \'pending\', next_attempt_at = null';

/** What other programs do to the database, and what no verb does. */
const byHand = [
	'update vms set hostname = hostname || \'x\' where id = (select max(id) from vms)',
	'update vms set attention_reason = \'by hand\', attention_since = 3 where id = (select min(id) from vms)',
	'update or ignore vms set client_email = \'new@example.org\'',
	'update or replace addresses set vm_id = (select min(id) from vms) where vm_id is not null and rowid = (select max(rowid) from addresses)',
	'insert or ignore into address_history (cluster, address, vm_id, since) select cluster, address, vm_id, 9 from addresses where vm_id is not null limit 1',
	'update or ignore address_history set until = 10 where since = 9',
	'delete from addresses where rowid = (select min(rowid) from addresses)',
	'update vms set id = id + 100 where id = (select max(id) from vms)',
	'delete from vms where id = (select min(id) from vms)',
	'update addresses set vm_id = null where vm_id is not null and rowid = (select max(rowid) from addresses where vm_id is not null)',
	'update addresses set vm_id = (select max(id) from vms) where vm_id = (select min(vm_id) from addresses)',
	'update remote_tasks set progress = coalesce(progress, 0) + 1',
	'update traffic_marks set counted_at = counted_at + 1',
	pend,
	'update operations set message = \'by hand\'',
	'delete from installs where id = (select max(id) from installs)',
	'update or replace vms set reference = \'one\' where id in (select id from vms where status <> \'removed\' limit 2)',
];

// So that there is something to change.
const some = ['order', 'order', 'order', 'order', 'reserve', 'reserve', 'reserve', 'traffic', 'progress', 'install', pend, 'run', 'holdAll', 'run', 'pause', 'run', 'holdAll', 'run'];

/** The same database as the console has it open, as it is shown, and as whoever reads all of it from nothing. */
const createWorld = async () => {
	const {app, store} = await createRealApp();
	const database = await openSqlite(app.place);
	const raw = new BetterSqlite(app.place);
	raw.pragma('foreign_keys = off');
	onTestFinished(async () => {
		raw.close();
		await database.close();
	});
	const here = {
		host: 'here', pid: 1, bootId: 'b', createId: () => 'x',
	};
	const world = {here, witnesses: createWitnesses(makeFolder(), systemClock), clock: systemClock};
	return {
		app, store, raw,
		anew: (): App => ({...app, read: {...app.read, listings: createListings(database.snapshot, systemClock)}, overview: createOverview(database, world)}),
	};
};

const read = async (app: App, view: View): Promise<Listing> => view.read(app, {filter: '', now: fixedNow, settings: app.settings()});

describe('what the console keeps of its lists', () => {
	it(`is what is stored, whatever changes it, and a view that is not read again shows what it would show (seed ${first})`, async () => {
		const random = createRandom(first);
		const {
			app, store, raw, anew,
		} = await createWorld();
		const shown = new Map<string, {readonly stamps: string; readonly listing: Listing}>();
		const names = Object.keys(changes);
		const pick = (from: readonly string[]): string => from[random.integer(0, from.length - 1)]!;
		const steps = [...some, ...names, ...some, ...byHand, ...some, ...Array.from({length: count}, () => pick(random.next() < 0.3 ? byHand : [...names, ...some]))];

		for (const [number, step] of steps.entries()) {
			if (byHand.includes(step)) {
				raw.exec(step);
			} else {
				await change(store, step, {random, now: fixedNow - 10_000 + number, number});
			}

			const why = `after ${number}: ${step}`;
			const {stamps, now, leases, sessions, ...overview} = await app.overview(limit);
			expect(await anew().overview(limit), why).toMatchObject({stamps, ...overview});
			for (const view of views) {
				const wanted = await read(anew(), view);
				const before = shown.get(view.name);
				const key = JSON.stringify(view.madeOf.map(table => stamps[table]));
				expect(view.madeOf.filter(table => stamps[table] === undefined)).toEqual([]);
				const listing = before?.stamps === key ? before.listing : await read(app, view);
				expect(listing, `${view.name} ${why}`).toEqual(wanted);
				shown.set(view.name, {stamps: key, listing});
			}
		}
	}, 60_000);
});
