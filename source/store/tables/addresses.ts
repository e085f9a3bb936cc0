import {type Kysely} from 'kysely';
import {type VmAddress} from '../../domain/address.js';
import {
	canonicalIp,
	formatIp,
	getIp,
	ipKey,
	parseIp,
} from '../../domain/ip.js';
import {type PoolSettings} from '../../domain/settings.js';
import {type AddressReads, type Addresses} from '../addresses.js';
import {type Schema} from '../schema.js';
import {
	endHold,
	freeAddress,
	holdAddress,
	noHold,
} from './address-holds.js';
import {toAddress, toKnownAddress} from './address-rows.js';
import {countPool, findFreeAddress, listKept} from './pool.js';

type Gift = {readonly vmId: number; readonly pool: PoolSettings; readonly key: string; readonly address: string; readonly now: number};

/** Makes an address the VM's, with what its pool says about it; undefined where a VM holds it. */
const give = async (db: Kysely<Schema>, {vmId, pool, key, address, now}: Gift): Promise<VmAddress | undefined> => {
	const row = {
		vm_id: vmId, pool: pool.name, prefix: pool.prefix, gateway: pool.gateway, bridge: pool.bridge, vlan: pool.vlan, resolvers_json: JSON.stringify(pool.resolvers),
		released_at: null, quarantine_until: null, ptr: null,
	};
	const stored = await db.insertInto('addresses').values({
		...row, ...noHold, cluster: pool.cluster, key, address,
	}).onConflict(conflict => conflict.columns(['cluster', 'key']).doUpdateSet(row).where('addresses.vm_id', 'is', null)).returningAll().executeTakeFirst();
	if (!stored) {
		return undefined;
	}

	if (stored.held_since !== null) {
		await endHold(db, vmId, stored, now);
	}

	await db.insertInto('address_history').values({
		cluster: pool.cluster, address, vm_id: vmId, since: now, until: null,
	}).execute();
	return toAddress(stored);
};

const createReads = (db: Kysely<Schema>): AddressReads => ({
	async listFor(vmId) {
		const rows = await db.selectFrom('addresses').selectAll('addresses')
			.leftJoin('address_history', join => join.onRef('address_history.address', '=', 'addresses.address').onRef('address_history.cluster', '=', 'addresses.cluster')
				.onRef('address_history.vm_id', '=', 'addresses.vm_id').on('until', 'is', null))
			.where('addresses.vm_id', '=', vmId).orderBy('address_history.id').orderBy('key').execute();
		return rows.map(row => toAddress(row)).toSorted((a, b) => a.family - b.family);
	},
	async listAll() {
		const rows = await db.selectFrom('addresses').selectAll().where('vm_id', 'is not', null).orderBy('cluster').orderBy('key').execute();
		return rows.map(row => ({...toAddress(row), vmId: row.vm_id!}));
	},
	async listKnown() {
		const rows = await db.selectFrom('addresses').selectAll().orderBy('cluster').orderBy('key').execute();
		return rows.map(row => toKnownAddress(row));
	},
	async findKnown(address) {
		const ip = parseIp(canonicalIp(address) ?? '');
		const rows = ip ? await db.selectFrom('addresses').selectAll().where('key', '=', ipKey(ip)).orderBy('cluster').execute() : [];
		return rows.map(row => toKnownAddress(row));
	},
	async listKept(vmId, cluster, now) {
		const kept = await listKept(db, {vmId, cluster, now});
		return kept.map(ip => formatIp(ip));
	},
	async use(pools, now) {
		const uses = [];

		for (const pool of pools) {
			uses.push(await countPool(db, pool, now));
		}

		return uses;
	},
	async history(address) {
		const rows = await db.selectFrom('address_history').select(['cluster', 'vm_id', 'since', 'until']).where('address', '=', canonicalIp(address) ?? address).orderBy('id').execute();
		return rows.map(({cluster, vm_id: vmId, since, until}) => ({
			cluster, vmId, since, until,
		}));
	},
});

/** Addresses of VMs; `tables.addresses`. */
export const createAddresses = (db: Kysely<Schema>): Addresses => ({
	...createReads(db),
	async reserve(vmId, pool, taken, now) {
		const free = await findFreeAddress(db, {
			vmId, pool, taken, now,
		});

		if (!free) {
			return undefined;
		}

		return (await give(db, {
			vmId, pool, ...free, now,
		}))!;
	},
	async claim(vmId, pool, address, now) {
		const ip = getIp(address);
		return give(db, {
			vmId, pool, key: ipKey(ip), address: formatIp(ip), now,
		});
	},
	async release(vmId, address, now, quarantineMs) {
		const text = canonicalIp(address) ?? address;
		await db.updateTable('addresses').set({
			vm_id: null, released_at: now, quarantine_until: now + quarantineMs, ptr: null,
		}).where('vm_id', '=', vmId).where('address', '=', text).execute();
		await db.updateTable('address_history').set({until: now}).where('address', '=', text).where('vm_id', '=', vmId).where('until', 'is', null).execute();
	},
	hold: async (pool, address, hold) => holdAddress(db, {pool, address, hold}),
	free: async (cluster, address, now) => freeAddress(db, {cluster, address, now}),
	async setPtr(vmId, address, ptr) {
		await db.updateTable('addresses').set({ptr}).where('vm_id', '=', vmId).where('address', '=', canonicalIp(address) ?? address).execute();
	},
});
