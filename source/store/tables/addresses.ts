import {type Kysely, type Selectable} from 'kysely';
import {type VmAddress} from '../../domain/address.js';
import {canonicalIp} from '../../domain/ip.js';
import {type Addresses} from '../addresses.js';
import {type AddressTable, type Schema} from '../schema.js';
import {countPool, findFreeAddress} from './pool.js';

const toAddress = (row: Selectable<AddressTable>): VmAddress => ({
	family: row.key.startsWith('4') ? 4 : 6,
	address: row.address,
	prefix: row.prefix,
	gateway: row.gateway,
	pool: row.pool,
	bridge: row.bridge,
	vlan: row.vlan,
	resolvers: JSON.parse(row.resolvers_json) as readonly string[],
});

/** Addresses of VMs; `tables.addresses`. */
export const createAddresses = (db: Kysely<Schema>): Addresses => ({
	async listFor(vmId) {
		const rows = await db.selectFrom('addresses').selectAll().where('vm_id', '=', vmId).orderBy('key').execute();
		return rows.map(row => toAddress(row));
	},
	async listAll() {
		const rows = await db.selectFrom('addresses').selectAll().where('vm_id', 'is not', null).orderBy('cluster').orderBy('key').execute();
		return rows.map(row => ({...toAddress(row), vmId: row.vm_id!}));
	},
	async use(pools, now) {
		const uses = [];

		for (const pool of pools) {
			uses.push(await countPool(db, pool, now));
		}

		return uses;
	},
	async history(address) {
		const rows = await db.selectFrom('address_history').select(['vm_id', 'since', 'until']).where('address', '=', canonicalIp(address) ?? address).orderBy('id').execute();
		return rows.map(row => ({vmId: row.vm_id, since: row.since, until: row.until}));
	},
	async reserve(vmId, pool, taken, now) {
		const free = await findFreeAddress(db, pool, taken, now);

		if (!free) {
			return undefined;
		}

		const row = {
			vm_id: vmId, pool: pool.name, prefix: pool.prefix, gateway: pool.gateway, bridge: pool.bridge, vlan: pool.vlan, resolvers_json: JSON.stringify(pool.resolvers),
			released_at: null, quarantine_until: null,
		};
		const stored = await db.insertInto('addresses').values({...row, cluster: pool.cluster, ...free})
			.onConflict(conflict => conflict.columns(['cluster', 'key']).doUpdateSet(row).where('addresses.vm_id', 'is', null))
			.returningAll().executeTakeFirstOrThrow();
		await db.insertInto('address_history').values({
			cluster: pool.cluster, address: free.address, vm_id: vmId, since: now, until: null,
		}).execute();
		return toAddress(stored);
	},
	async release(vmId, address, now, quarantineMs) {
		const text = canonicalIp(address) ?? address;
		await db.updateTable('addresses').set({vm_id: null, released_at: now, quarantine_until: now + quarantineMs}).where('vm_id', '=', vmId).where('address', '=', text).execute();
		await db.updateTable('address_history').set({until: now}).where('address', '=', text).where('vm_id', '=', vmId).where('until', 'is', null).execute();
	},
});
