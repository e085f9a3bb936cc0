import {type App} from '../../app.js';
import {type KnownAddress} from '../../domain/address.js';
import {addressState, standingHold, type AddressState} from '../../domain/address-state.js';
import {safeText} from '../../domain/safe-text.js';
import {type PoolSettings} from '../../domain/settings.js';
import {type Vm, vmName} from '../../domain/vm.js';
import {iso, type Times} from '../print/times.js';

/** What an address is now; its hold is one that stands. */
export type StatedAddress = KnownAddress & {readonly state: AddressState};

/** An address with everything that is known of it now. */
export type AddressRow = StatedAddress & {
	/** Whose it is. */
	readonly vm: Vm | undefined;
	/** What a person called it in DNS. */
	readonly ptr: string | null;
};

/** An address of a pool that nobody ever had. */
export const neverGiven = ({cluster, name, family, prefix, gateway}: PoolSettings, address: string): KnownAddress => ({
	cluster, pool: name, family, address, prefix, gateway, vmId: null, releasedAt: null, quarantineUntil: null, hold: null,
});

/** Says what an address is now. */
export const withState = (row: KnownAddress, now: number): StatedAddress => ({...row, hold: standingHold(row.hold, now), state: addressState(row, now)});

/** Says of addresses what has become of them. */
export const describeAddresses = async ({read}: App, known: readonly KnownAddress[], now: number): Promise<readonly AddressRow[]> => {
	const [inUse, vms] = await Promise.all([read.addresses.listAll(), read.vms.list()]);
	const owners = new Map(vms.map(vm => [vm.id, vm]));
	const names = new Map(inUse.map(({vmId, address, ptr}) => [`${vmId} ${address}`, ptr]));
	return known.map(row => ({
		...withState(row, now), vm: row.vmId === null ? undefined : owners.get(row.vmId), ptr: names.get(`${row.vmId} ${row.address}`) ?? null,
	}));
};

/** Until when an address is kept from others, if that has an end. */
export const endOf = ({state, hold, quarantineUntil}: StatedAddress): number | null => hold ? hold.until : (state === 'resting' ? quarantineUntil : null);

/** `by anna until 2026-11-21 18:40:12 CET: abuse`. */
export const noteOf = (row: AddressRow, times: Times): string => {
	const {hold, state} = row;
	const end = endOf(row);
	const words = [
		...hold ? [...state === 'used' ? ['held'] : [], ...hold.reference === null ? [] : [`for ${hold.reference}`], `by ${hold.by}`] : [],
		...end === null ? [] : [`until ${times.full(end)}`],
	].join(' ');
	return safeText([words, hold?.reason ?? ''].filter(text => text !== '').join(': '), 200);
};

/** An address as `address list --json` gives it. */
export const addressJson = (row: AddressRow) => ({
	address: row.address,
	family: row.family,
	prefix: row.prefix,
	gateway: row.gateway,
	cluster: row.cluster,
	pool: row.pool,
	state: row.state,
	vm: row.vm ? vmName(row.vm) : null,
	reference: row.vm?.reference ?? null,
	hostname: row.vm?.hostname ?? null,
	ptr: row.ptr,
	until: iso(endOf(row)),
	by: row.hold?.by ?? null,
	reason: row.hold?.reason ?? null,
	for: row.hold?.reference ?? null,
});
