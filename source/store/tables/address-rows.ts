import {type Selectable} from 'kysely';
import {type KnownAddress, type VmAddress} from '../../domain/address.js';
import {type AddressTable} from '../schema.js';

type Row = Selectable<AddressTable>;

const familyOf = ({key}: Row): 4 | 6 => key.startsWith('4') ? 4 : 6;

/** What a VM knows of its address. */
export const toAddress = (row: Row): VmAddress => ({
	family: familyOf(row),
	address: row.address,
	prefix: row.prefix,
	gateway: row.gateway,
	pool: row.pool,
	bridge: row.bridge,
	vlan: row.vlan,
	resolvers: JSON.parse(row.resolvers_json) as readonly string[],
	ptr: row.ptr,
});

/** What is known of an address, whoever has it. */
export const toKnownAddress = (row: Row): KnownAddress => ({
	cluster: row.cluster,
	pool: row.pool,
	family: familyOf(row),
	address: row.address,
	prefix: row.prefix,
	gateway: row.gateway,
	vmId: row.vm_id,
	releasedAt: row.released_at,
	quarantineUntil: row.quarantine_until,
	hold: row.held_since === null
		? null
		: {
			since: row.held_since, until: row.held_until, by: row.held_by!, reason: row.held_reason, reference: row.held_for,
		},
});
