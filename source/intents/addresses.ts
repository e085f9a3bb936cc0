import {type AddressHold, type KnownAddress} from '../domain/address.js';
import {standingHold} from '../domain/address-state.js';
import {formatAge} from '../domain/duration.js';
import {canonicalIp} from '../domain/ip.js';
import {findPlace} from '../domain/pool-place.js';
import {isReference} from '../domain/reference.js';
import {safeText} from '../domain/safe-text.js';
import {type PoolSettings} from '../domain/settings.js';
import {type Vm, vmName} from '../domain/vm.js';
import {type Tables} from '../store/store.js';
import {
	type Done,
	type IntentContext,
	type Intents,
	type Spell,
} from './intents.js';
import {Refused} from './refused.js';
import {isSaidBy, spellRow, spellText} from './spell-text.js';
import {
	alreadySo,
	changed,
	log,
	writeIntent,
} from './write-intent.js';

/** The one spelling of an address that somebody typed. */
export const readAddress = (text: string): string => {
	const address = canonicalIp(text);
	if (address === undefined) {
		throw new Refused('invalid', `${safeText(text, 60)} is no IP address`, 'write it as 203.0.113.10 or 2001:db8::10');
	}

	return address;
};

/** It may be written as it is shown, with the prefix of its network; with another one a block is meant. */
const refuseBlock = (text: string, address: string, prefix: number): void => {
	const length = /\/(\d+)\s*$/.exec(text)?.[1];
	const alone = address.includes(':') ? 128 : 32;
	if (length !== undefined && ![prefix, alone].includes(Number(length))) {
		throw new Refused('invalid', `${safeText(text, 60)} is a block of addresses, not one`, 'say it of each address by itself');
	}
};

const poolsText = (pools: readonly PoolSettings[]): string => pools.length === 0
	? 'the config has no pools'
	: `there is ${pools.slice(0, 6).map(({name, first, last}) => `${name} (${first} to ${last})`).join(', ')}${pools.length > 6 ? ' and more: `cronsole pool list`' : ''}`;

/** The pool that hands out the address; refuses what no pool does. */
const poolOf = (address: string, pools: readonly PoolSettings[]): PoolSettings => {
	const place = findPlace(address, pools);
	if (!place) {
		throw new Refused('unknown', `${address} lies in no pool`, poolsText(pools));
	}

	const {pool, never} = place;
	if (never !== null) {
		throw new Refused('not-allowed', `${address} is the ${never === 'gateway' ? never : `${never} address`} of ${pool.name}`, `it is never handed out; ${poolsText([pool])}`);
	}

	return pool;
};

type Found = {
	readonly tables: Tables;
	readonly pool: PoolSettings;
	readonly address: string;
	/** Who has it. */
	readonly vm: Vm | undefined;
	/** Whoever keeps it back now. */
	readonly standing: AddressHold | null;
	readonly now: number;
};

const findVm = async ({vms}: Tables, known: KnownAddress | undefined): Promise<Vm | undefined> => typeof known?.vmId === 'number' ? vms.get(known.vmId) : undefined;

/** Finds the address and lets `change` write the rest in the same transaction. */
const changeAddress = async (context: IntentContext, text: string, change: (found: Found) => Promise<Done<string>>): Promise<Done<string>> => {
	const address = readAddress(text);
	const pool = poolOf(address, context.settings().pools);
	refuseBlock(text, address, pool.prefix);
	const now = context.clock.now();
	return writeIntent(context, async tables => {
		const rows = await tables.addresses.findKnown(address);
		const known = rows.find(({cluster}) => cluster === pool.cluster);
		const vm = await findVm(tables, known);
		return change({
			tables, pool, address, vm, standing: standingHold(known?.hold, now), now,
		});
	});
};

const holdText = ({by, reference}: AddressHold): string => reference === null ? `the hold by ${by}` : `the reservation for ${reference} by ${by}`;

/** Writes a hold, in the place of what stands there. */
const writeHold = async (context: IntentContext, {tables, pool, address, vm, standing, now}: Found, spell: Spell, reference: string | null): Promise<Done<string>> => {
	const hold: AddressHold = {...spellRow(spell, context.actor.name, now), reference};
	const who = vm ? `${vmName(vm)} keeps ${address}, and nobody gets it after` : `${reference === null ? 'nobody' : `only ${reference}`} gets ${address}`;
	if (standing?.reference === reference && isSaidBy(standing, spell)) {
		return alreadySo(`${who}, by ${standing.by} already${spellText(standing, now)}`, address);
	}

	const before = standing ? `, in place of ${holdText(standing)}` : '';
	await tables.addresses.hold(pool, address, hold);
	await log(tables, context, {subject: address, message: `${reference === null ? 'held' : `reserved for ${reference}`}${before}${spellText(hold, now)}`});
	return changed(`${who}${before}${spellText(hold, now)}`, address);
};

/** Gives an address to nobody, or to the order with that reference only. */
export const reserveAddress = (context: IntentContext): Intents['reserveAddress'] => async (text, reference, spell) => {
	if (reference !== null && !isReference(reference)) {
		throw new Refused('invalid', `${safeText(reference, 100)} cannot be the reference of an order`, 'write it as the order does: one word, neither a bare number nor like v101');
	}

	return changeAddress(context, text, async found => {
		const {address, vm} = found;
		if (vm) {
			if (vm.reference === reference) {
				return alreadySo(`${vmName(vm)} of ${reference} has ${address} already`, address);
			}

			throw new Refused('not-allowed', `${address} is in use: ${vmName(vm)} ${vm.hostname} has it`, `to keep it back once that VM is gone: cronsole address hold ${address}`);
		}

		return writeHold(context, found, spell, reference);
	});
};

/** Keeps an address back: whoever has it keeps it, and nobody gets it after. */
export const holdAddress = (context: IntentContext): Intents['holdAddress'] => async (text, spell) =>
	changeAddress(context, text, async found => writeHold(context, found, spell, null));

/** What of an address can be ended. */
const endingsOf = ({hold, vmId, quarantineUntil}: KnownAddress, now: number): readonly string[] => {
	const standing = standingHold(hold, now);
	const restMs = vmId === null && quarantineUntil !== null ? quarantineUntil - now : 0;
	return [...standing ? [holdText(standing)] : [], ...restMs > 0 ? [`its rest of another ${formatAge(restMs)}`] : []];
};

/** Ends a reservation, a hold, a quarantine; of a pool that the config has no more too. */
export const releaseAddress = (context: IntentContext): Intents['releaseAddress'] => async text => {
	const address = readAddress(text);
	const now = context.clock.now();
	return writeIntent(context, async tables => {
		const known = await tables.addresses.findKnown(address);
		for (const {prefix} of known) {
			refuseBlock(text, address, prefix);
		}

		const ended = known.filter(row => endingsOf(row, now).length > 0);
		const vm = await findVm(tables, known.find(({vmId}) => vmId !== null));
		if (vm && ended.length === 0) {
			const who = `${vmName(vm)} ${vm.hostname}`;
			throw new Refused('not-allowed', `${who} has ${address}, and nobody holds it back`, `a VM gives its addresses up when it is changed or ends: cronsole vm terminate ${vmName(vm)}`);
		}

		if (ended.length === 0) {
			if (known.length === 0) {
				poolOf(address, context.settings().pools);
			}

			return alreadySo(`${address} is free already`, address);
		}

		for (const {cluster} of ended) {
			await tables.addresses.free(cluster, address, now);
		}

		const endings = ended.flatMap(row => endingsOf(row, now));
		const over = `${endings.join(' and ')} ${endings.length > 1 ? 'are' : 'is'} over`;
		await log(tables, context, {subject: address, message: over});
		return changed(`${address}: ${over}${vm ? `; ${vmName(vm)} keeps it` : ''}`, address);
	});
};
