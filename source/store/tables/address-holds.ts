import {type Kysely} from 'kysely';
import {type AddressHold} from '../../domain/address.js';
import {formatIp, getIp, ipKey} from '../../domain/ip.js';
import {type PoolSettings} from '../../domain/settings.js';
import {type Schema} from '../schema.js';

/** The columns of an address that nobody keeps back. */
export const noHold = {
	held_since: null, held_until: null, held_by: null, held_reason: null, held_for: null,
};

type Held = {readonly pool: PoolSettings; readonly address: string; readonly hold: AddressHold};

/** Keeps an address back; one that was never given out gets a row for it. */
export const holdAddress = async (db: Kysely<Schema>, {pool, address, hold}: Held): Promise<void> => {
	const ip = getIp(address);
	const columns = {
		held_since: hold.since, held_until: hold.until, held_by: hold.by, held_reason: hold.reason, held_for: hold.reference,
	};
	await db.insertInto('addresses').values({
		...columns, cluster: pool.cluster, key: ipKey(ip), address: formatIp(ip), vm_id: null, pool: pool.name, prefix: pool.prefix, gateway: pool.gateway, bridge: pool.bridge,
		vlan: pool.vlan, resolvers_json: JSON.stringify(pool.resolvers), released_at: null, quarantine_until: null, ptr: null,
	}).onConflict(conflict => conflict.columns(['cluster', 'key']).doUpdateSet(columns)).execute();
};

/** Once the VM has the address: a hold that was for its order has come true, one whose time is over is forgotten, any other stands. */
export const endHold = async (db: Kysely<Schema>, vmId: number, {cluster, key}: {readonly cluster: string; readonly key: string}, now: number): Promise<void> => {
	await db.updateTable('addresses').set(noHold).where('cluster', '=', cluster).where('key', '=', key)
		.where(eb => eb.or([eb('held_until', '<=', now), eb('held_for', '=', eb.selectFrom('vms').select('reference').where('id', '=', vmId))])).execute();
};

/** Ends the hold of an address, and its rest where no VM has it. */
export const freeAddress = async (db: Kysely<Schema>, {cluster, address, now}: {readonly cluster: string; readonly address: string; readonly now: number}): Promise<void> => {
	await db.updateTable('addresses').set(eb => ({
		...noHold,
		quarantine_until: eb.case().when(eb.and([eb('vm_id', 'is', null), eb('quarantine_until', '>', now)])).then(now).else(eb.ref('quarantine_until')).end(),
	})).where('cluster', '=', cluster).where('key', '=', ipKey(getIp(address))).execute();
};
