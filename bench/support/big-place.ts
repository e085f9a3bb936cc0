import BetterSqlite from 'better-sqlite3';
import {systemClock} from '../../source/domain/clock.js';
import {openStore} from '../../source/store/open-store.js';
import {bigHoster, fillBigHoster} from '../../test/tui/support/big-hoster.js';
import {childProgram, createPlace, program} from './place.js';
import {
	nodeCommand,
	startOnTerminal,
	type OnTerminal,
	type Shows,
} from './terminal.js';

// As a daemon with the default lease does.
const leaseMs = 60_000;
const renewedEveryMs = 10_000;

/** A large hoster's database, 10,000 VMs and 2,000 installs, and somebody elsewhere who leads and does nothing else. */
export type BigPlace = {
	readonly folder: string;
	readonly config: string;
	/** The console on a terminal, painted; it only watches. */
	readonly startConsole: () => Promise<OnTerminal>;
	/** The least that Ink can do on such a terminal: a row counts the keys, another the seconds. */
	readonly startPlainest: () => Promise<OnTerminal>;
	/** Another session's change: the cause at which the VM stands that comes first in every list. */
	readonly change: (cause: string) => void;
	readonly remove: () => Promise<void>;
};

export const isFirstView: Shows = lines => lines.some(line => line.includes('Process VMs'));
/** Its title, and a VM in a row far down, which is written last. */
export const isVmsView: Shows = lines => lines[2]!.includes('VMs 10000') && / v\d+ /.test(lines[36]!);
/** The same of so many VMs, which may be fewer than the screen has rows. */
export const isVmsViewOf = (count: number): Shows => lines => lines[2]!.includes(`VMs ${count}`) && / v\d+ /.test(lines[Math.min(36, 3 + count)]!);

/** Leaves the youngest VMs and installs, so that a small hoster has in proportion what a large one has. */
const shrink = (database: string, count: number): void => {
	const raw = new BetterSqlite(database);
	const last = bigHoster.vms - count;
	raw.pragma('foreign_keys = off');
	raw.transaction(() => {
		const tables = raw.prepare('select m.name from sqlite_master as m, pragma_table_info(m.name) as c where m.type = \'table\' and c.name = \'vm_id\'').pluck().all() as readonly string[];
		for (const table of tables) {
			raw.prepare(`delete from ${table} where vm_id <= ?`).run(last);
		}

		raw.prepare('delete from vms where id <= ?').run(last);
		raw.prepare('delete from installs where id <= ?').run(Math.round(bigHoster.installs * last / bigHoster.vms));
	})();
	raw.exec('vacuum');
	raw.close();
};

/** A hoster with 10,000 VMs and 2,000 installs, or fewer. */
const fillHoster = (database: string, count: number): void => {
	fillBigHoster(database);
	if (count < bigHoster.vms) {
		shrink(database, count);
	}
};

export const createBigPlace = async (count: number = bigHoster.vms): Promise<BigPlace> => {
	const place = await createPlace();
	const store = await openStore({path: place.database, clock: systemClock});
	fillHoster(place.database, count);
	const {id} = await store.sessions.start({
		kind: 'daemon', actor: 'scheduler', address: null, isReadOnly: false,
	});
	await store.leases.acquire('leader', id, leaseMs);
	const renewing = setInterval(() => {
		void store.leases.renewAll(id);
	}, renewedEveryMs);
	const raw = new BetterSqlite(place.database);
	const changed = raw.prepare('update vms set attention_reason = ? where id = (select id from vms where attention_reason is not null order by attention_since limit 1)');

	return {
		folder: place.folder,
		config: place.config,
		startConsole: async () => startOnTerminal(nodeCommand(program, '--config', place.config, '--watch'), isFirstView),
		startPlainest: async () => startOnTerminal(nodeCommand(childProgram('ink-rows')), lines => lines.some(line => line.includes('pressed 0.'))),
		change(cause) {
			changed.run(cause);
		},
		async remove() {
			clearInterval(renewing);
			raw.close();
			await store.close();
			await place.remove();
		},
	};
};
