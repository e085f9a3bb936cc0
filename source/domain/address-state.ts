import {type AddressHold, type KnownAddress} from './address.js';

/** Used: a VM has it, held back or not. Held: nobody gets it; reserved: only one order does. Resting: in quarantine. */
export const addressStates = ['used', 'held', 'reserved', 'resting', 'free'] as const;
export type AddressState = typeof addressStates[number];

/** The hold that stands: one whose end has come is over by itself. */
export const standingHold = (hold: AddressHold | null | undefined, now: number): AddressHold | null => hold && (hold.until === null || hold.until > now) ? hold : null;

/** What has become of an address that was ever given out or held. */
export const addressState = ({vmId, hold, quarantineUntil}: Pick<KnownAddress, 'vmId' | 'hold' | 'quarantineUntil'>, now: number): AddressState => {
	if (vmId !== null) {
		return 'used';
	}

	const standing = standingHold(hold, now);
	return standing ? (standing.reference === null ? 'held' : 'reserved') : ((quarantineUntil ?? 0) > now ? 'resting' : 'free');
};
