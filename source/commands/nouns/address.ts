import {type App} from '../../app.js';
import {type KnownAddress} from '../../domain/address.js';
import {addressStates, type AddressState} from '../../domain/address-state.js';
import {listUsable} from '../../domain/pool-place.js';
import {safeText} from '../../domain/safe-text.js';
import {suggest} from '../../domain/suggest.js';
import {vmName} from '../../domain/vm.js';
import {Refused} from '../../intents/refused.js';
import {answer} from '../print/answer.js';
import {exitCodes, type Command, type Output} from '../io/io.js';
import {readChoice, readSpell} from '../words/read-words.js';
import {printTable} from '../print/table.js';
import {createTimes} from '../print/times.js';
import {
	addressJson,
	describeAddresses,
	neverGiven,
	noteOf,
	type AddressRow,
} from './address-rows.js';

/** How many of a pool that nobody ever had are shown: of IPv6 there are more than anybody can read. */
const most = 1000;

const readPool = (name: string | undefined, app: App, known: readonly KnownAddress[]): void => {
	// The config may have lost a pool of which something is still known.
	const names = [...new Set([...app.settings().pools, ...known.map(({pool}) => ({name: pool}))].map(pool => pool.name))];
	if (name !== undefined && !names.includes(name)) {
		throw new Refused('unknown', `--pool: there is no ${safeText(name, 63)}`, suggest(name, names));
	}
};

/** The addresses that nobody ever had, in the config's order. */
const listNeverGiven = (app: App, known: readonly KnownAddress[], poolName: string | undefined, output: Output): readonly KnownAddress[] => app.settings().pools
	.filter(({name}) => poolName === undefined || name === poolName)
	.flatMap(pool => {
		const others = new Set(known.filter(({cluster}) => cluster === pool.cluster).map(({address}) => address));
		const found = listUsable(pool, others, most + 1);
		if (found.length > most) {
			output.err(`${pool.name}: only the first ${most} that nobody ever had are shown`);
		}

		return found.slice(0, most).map(address => neverGiven(pool, address));
	});

const listWanted = async (app: App, pool: string | undefined, state: AddressState | undefined, output: Output): Promise<readonly AddressRow[]> => {
	const known = await app.read.addresses.listKnown();
	readPool(pool, app, known);
	const rows = await describeAddresses(app, state === 'free' ? [...known, ...listNeverGiven(app, known, pool, output)] : known, output.now());
	return rows.filter(row => (pool === undefined || row.pool === pool) && (state === undefined ? row.state !== 'free' : row.state === state));
};

/** Addresses that are not simply free, or those of one state. */
export const listAddresses: Command = async (app, _words, flags, output) => {
	const state = readChoice(flags.state, addressStates, '--state');
	const rows = await listWanted(app, flags.pool, state, output);
	if (output.isJson) {
		output.json({addresses: rows.map(row => addressJson(row))});
	} else if (rows.length === 0) {
		output.out(state === undefined ? 'no address is used, held or resting' : `no address is ${state}`);
	} else {
		const times = createTimes(app.settings().timezone);
		await printTable(output, ['ADDRESS', 'POOL', 'STATE', 'VM', 'REFERENCE', 'NAME', ''], rows.map(row => [
			`${row.address}/${row.prefix}`, row.pool, row.state, row.vm ? vmName(row.vm) : '–', row.vm?.reference ?? '–', row.ptr ?? row.vm?.hostname ?? '–', noteOf(row, times),
		]));
	}

	return exitCodes.done;
};

/** Gives an address to nobody, or to one order only. */
export const reserveAddress: Command = async (app, [address = '', reference], flags, output) => {
	const done = await app.intents.reserveAddress(address, reference ?? null, readSpell(flags));
	return answer(done, output, {address: done.subject});
};

/** Keeps an address back. */
export const holdAddress: Command = async (app, [address = ''], flags, output) => {
	const done = await app.intents.holdAddress(address, readSpell(flags));
	return answer(done, output, {address: done.subject});
};

/** Ends whatever keeps an address back. */
export const releaseAddress: Command = async (app, [address = ''], _flags, output) => {
	const done = await app.intents.releaseAddress(address);
	return answer(done, output, {address: done.subject});
};
