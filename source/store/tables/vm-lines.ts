import {type Kysely, type Selectable, sql} from 'kysely';
import {type VmLine} from '../../domain/listing.js';
import {type Schema, type VmTable} from '../schema.js';
import {readInSlices} from './in-slices.js';
import {isOneOf} from './is-one-of.js';
import {toNeedsAttention, toSuspended} from './vm-rows.js';

const columns = [
	'id',
	'reference',
	'hostname',
	'cluster',
	'node',
	'vmid',
	'status',
	'remote_status',
	'suspended_json',
	'attention_reason',
	'attention_since',
	'attention_command',
	'package_name',
	'client_email',
	'created_at',
	'version',
	'removed_at',
] as const;

const selected = sql.join(columns.map(column => sql.ref(column)));

type VmRow = Pick<Selectable<VmTable>, typeof columns[number]>;
type AddressRow = {readonly vm_id: number; readonly address: string};

/** A VM as it is kept: its line as it is while nothing is under way. */
export type Found = {readonly line: VmLine; readonly removedAt: number | null};

const toFound = (row: VmRow, address: string | null): Found => ({
	removedAt: row.removed_at,
	line: {
		id: row.id,
		reference: row.reference,
		hostname: row.hostname,
		cluster: row.cluster,
		node: row.node,
		vmid: row.vmid,
		status: row.status as VmLine['status'],
		remoteStatus: row.remote_status as VmLine['remoteStatus'],
		suspended: toSuspended(row),
		needsAttention: toNeedsAttention(row),
		packageName: row.package_name,
		client: row.client_email,
		createdAt: row.created_at,
		version: row.version,
		address,
		operation: null,
		progress: null,
	},
});

/** The first address of those VMs as `addresses.listFor` has it: IPv4 before IPv6, then the one that was given first. Each VM's last row is its first address. */
const listFirstGiven = async (db: Kysely<Schema>, vmIds: readonly number[]): Promise<readonly AddressRow[]> => {
	const {rows} = await sql<AddressRow>`
		select a.vm_id, a.address from addresses as a
			left join address_history as h on h.address = a.address and h.cluster = a.cluster and h.vm_id = a.vm_id and h.until is null
		where a.vm_id ${isOneOf(vmIds)} order by a.vm_id, substr(a.key, 1, 1) desc, h.id desc, a.key desc
	`.execute(db);
	return rows;
};

type StampedRow = VmRow & {readonly stamp: number};

const withFirstGiven = async (db: Kysely<Schema>, rows: readonly VmRow[]): Promise<readonly Found[]> => {
	const given = rows.length === 0 ? [] : await listFirstGiven(db, rows.map(({id}) => id));
	const addresses = new Map(given.map(({vm_id: vmId, address}) => [vmId, address]));
	return rows.map(row => toFound(row, addresses.get(row.id) ?? null));
};

/** A slice at a time, too. */
const findAddresses = async (db: Kysely<Schema>, rows: readonly VmRow[]): Promise<readonly Found[]> =>
	readInSlices<Found>(rows.length, async (_last, limit, count) => withFirstGiven(db, rows.slice(count, count + limit)));

/** From one end of the table to the other: by an index of the living each row would have to be looked for. */
const listLiving = async (db: Kysely<Schema>): Promise<readonly VmRow[]> => readInSlices<VmRow>(Infinity, async (last, limit) => {
	const {rows} = await sql<VmRow>`
		select ${selected} from vms not indexed where id > ${last?.id ?? 0} and status <> 'removed' order by id limit ${limit}
	`.execute(db);
	return rows;
});

/** The last removed first. */
const listRemoved = async (db: Kysely<Schema>, most: number): Promise<readonly VmRow[]> => readInSlices<VmRow>(most, async (_last, limit, count) => {
	const {rows} = await sql<VmRow>`
		select ${selected} from vms where status = 'removed' order by removed_at desc, id desc limit ${limit} offset ${count}
	`.execute(db);
	return rows;
});

/** Those that changed since that number, of which no two VMs have the same. */
export const listChanged = async (db: Kysely<Schema>, since: number): Promise<readonly Found[]> => {
	const rows = await readInSlices<StampedRow>(Infinity, async (last, limit) => {
		const page = await sql<StampedRow>`select ${selected}, stamp from vms where stamp > ${last?.stamp ?? since} order by stamp limit ${limit}`.execute(db);
		return page.rows;
	});
	return findAddresses(db, rows);
};

/** Of VMs that have one IPv4 address, as nearly every one does; from one end of the table to the other, too. */
const listOnlyAddresses = async (db: Kysely<Schema>): Promise<ReadonlyMap<number, string>> => {
	const rows = await readInSlices<AddressRow & {readonly rowid: number}>(Infinity, async (last, limit) => {
		const page = await sql<AddressRow & {readonly rowid: number}>`
			select rowid, vm_id, address from addresses not indexed where rowid > ${last?.rowid ?? 0} and vm_id is not null and key < '5' order by rowid limit ${limit}
		`.execute(db);
		return page.rows;
	});
	const addresses = new Map<number, string>();
	const several = new Set<number>();
	for (const {vm_id: vmId, address} of rows) {
		if (addresses.has(vmId)) {
			several.add(vmId);
		}

		addresses.set(vmId, address);
	}

	for (const vmId of several) {
		addresses.delete(vmId);
	}

	return addresses;
};

/** Everything, from nothing. What belongs together is put together here: looked up row by row, in the order of the list, it takes three times as long. */
export const readAll = async (db: Kysely<Schema>, limit: number): Promise<readonly Found[]> => {
	const living = await listLiving(db);
	const rows = [...living, ...await listRemoved(db, limit - living.length)];
	const addresses = await listOnlyAddresses(db);
	const others = await findAddresses(db, rows.filter(({id}) => !addresses.has(id)));
	return [...rows.flatMap(row => addresses.has(row.id) ? toFound(row, addresses.get(row.id)!) : []), ...others];
};
