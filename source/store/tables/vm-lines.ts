import {type Kysely, type Selectable, sql} from 'kysely';
import {type Lines, type VmLine} from '../../domain/listing.js';
import {type OperationTable, type Schema, type VmTable} from '../schema.js';
import {isOneOf} from './is-one-of.js';
import {toNeedsAttention, toSuspended} from './vm-rows.js';
import {current} from './vms-in-work.js';

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
] as const;

type VmRow = Pick<Selectable<VmTable>, typeof columns[number]>;
type OperationRow = Pick<
	Selectable<OperationTable>,
	'id' | 'vm_id' | 'kind' | 'state' | 'position' | 'attempt' | 'next_attempt_at' | 'waiting_for' | 'message' | 'requested_at' | 'started_at' | 'step_since'
> & {readonly progress: number | null};
type AddressRow = {readonly vm_id: number; readonly address: string};

/** From one end of the table to the other: by an index of the living each row would have to be looked for. */
const listLiving = async (db: Kysely<Schema>): Promise<readonly VmRow[]> => {
	const {rows} = await sql<VmRow>`select ${sql.join(columns.map(column => sql.ref(column)))} from vms not indexed where status <> 'removed'`.execute(db);
	return rows;
};

const listRemoved = async (db: Kysely<Schema>, limit: number): Promise<readonly VmRow[]> =>
	db.selectFrom('vms').select(columns).where(sql<boolean>`status = 'removed'`).orderBy('removed_at', 'desc').orderBy('id', 'desc').limit(limit).execute();

const listOperations = async (db: Kysely<Schema>): Promise<ReadonlyMap<number, OperationRow>> => {
	const {rows} = await sql<OperationRow>`
		select o.id, o.vm_id, o.kind, o.state, o.position, o.attempt, o.next_attempt_at, o.waiting_for, o.message, o.requested_at, o.started_at, o.step_since, r.progress
		from ${current} as o left join remote_tasks as r on r.id = o.remote_task_id
	`.execute(db);
	return new Map(rows.map(row => [row.vm_id, row]));
};

/** The first address of those VMs as `addresses.listFor` has it: IPv4 before IPv6, then the one that was given first. */
const listFirstGiven = async (db: Kysely<Schema>, vmIds: readonly number[]): Promise<readonly AddressRow[]> => {
	const {rows} = await sql<AddressRow>`
		select a.vm_id, a.address from addresses as a
			left join address_history as h on h.address = a.address and h.cluster = a.cluster and h.vm_id = a.vm_id and h.until is null
		where a.vm_id ${isOneOf(vmIds)} order by a.vm_id, substr(a.key, 1, 1) desc, h.id desc, a.key desc
	`.execute(db);
	return rows;
};

/** Nearly every VM has one IPv4 address: only of the others it is looked up which is the first. */
const listAddresses = async (db: Kysely<Schema>, vms: readonly VmRow[]): Promise<ReadonlyMap<number, string>> => {
	const {rows} = await sql<AddressRow>`select vm_id, address from addresses not indexed where vm_id is not null and key < '5'`.execute(db);
	const addresses = new Map<number, string>();
	const others = new Set<number>();

	for (const {vm_id: vmId, address} of rows) {
		if (addresses.has(vmId)) {
			others.add(vmId);
		}

		addresses.set(vmId, address);
	}

	for (const {id} of vms) {
		if (!addresses.has(id)) {
			others.add(id);
		}
	}

	// Each VM's last row is its first address, and stays.
	for (const {vm_id: vmId, address} of others.size === 0 ? [] : await listFirstGiven(db, [...others])) {
		addresses.set(vmId, address);
	}

	return addresses;
};

const toOperation = (row: OperationRow): VmLine['operation'] => ({
	id: row.id,
	kind: row.kind as NonNullable<VmLine['operation']>['kind'],
	state: row.state as NonNullable<VmLine['operation']>['state'],
	position: row.position,
	attempt: row.attempt,
	nextAttemptAt: row.next_attempt_at,
	waitingFor: row.waiting_for,
	message: row.message,
	requestedAt: row.requested_at,
	startedAt: row.started_at,
	stepSince: row.step_since,
});

const toLine = (row: VmRow, operation: OperationRow | undefined, address: string | undefined): VmLine => ({
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
	address: address ?? null,
	operation: operation ? toOperation(operation) : null,
	progress: operation?.progress ?? null,
});

const byName = (a: VmRow, b: VmRow): number => a.hostname < b.hostname ? -1 : Number(a.hostname > b.hostname);

/** Those that need a person, the longest first, those in work, the oldest operation first, and the rest. */
const inOrder = (living: readonly VmRow[], operations: ReadonlyMap<number, OperationRow>): readonly VmRow[] => {
	const {needy = [], work = [], rest = []} = Object.groupBy(living, ({id, attention_since: since}) => since === null ? (operations.has(id) ? 'work' : 'rest') : 'needy');
	return [
		...needy.toSorted((a, b) => a.attention_since! - b.attention_since!),
		...work.toSorted((a, b) => operations.get(a.id)!.id - operations.get(b.id)!.id),
		...rest.toSorted(byName),
	];
};

/**
 The VMs in one line each. Each table is gone through once, as it lies in the file, and what belongs together is put together here: looked up row by
 row, in the order of the list, it takes three times as long.
 */
export const listVmLines = async (db: Kysely<Schema>, limit: number): Promise<Lines<VmLine>> => {
	const operations = await listOperations(db);
	const living = inOrder(await listLiving(db), operations).slice(0, limit);
	const removed = living.length < limit ? await listRemoved(db, limit - living.length) : [];
	const {total} = await db.selectFrom('vms').select(eb => eb.fn.countAll<number>().as('total')).executeTakeFirstOrThrow();
	const addresses = await listAddresses(db, living);
	return {rows: [...living, ...removed].map(row => toLine(row, operations.get(row.id), addresses.get(row.id))), total};
};
