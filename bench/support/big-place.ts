import BetterSqlite from 'better-sqlite3';
import {systemClock} from '../../source/domain/clock.js';
import {openStore} from '../../source/store/open-store.js';
import {fillBigHoster} from '../../test/tui/support/big-hoster.js';
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

export const createBigPlace = async (): Promise<BigPlace> => {
	const place = await createPlace();
	const store = await openStore({path: place.database, clock: systemClock});
	fillBigHoster(place.database);
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
