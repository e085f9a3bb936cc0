import {type Kysely, type Selectable, sql} from 'kysely';
import {type Clock} from '../../domain/clock.js';
import {type Lines, type VmLine} from '../../domain/listing.js';
import {type OperationTable, type Schema} from '../schema.js';
import {readStamps, trustMs} from './stamps.js';
import {listChanged, readAll, type Found} from './vm-lines.js';
import {current} from './vms-in-work.js';

type OperationRow = Pick<
	Selectable<OperationTable>,
	'id' | 'vm_id' | 'kind' | 'state' | 'position' | 'attempt' | 'next_attempt_at' | 'waiting_for' | 'message' | 'requested_at' | 'started_at' | 'step_since'
> & {readonly progress: number | null};

const listOperations = async (db: Kysely<Schema>): Promise<ReadonlyMap<number, OperationRow>> => {
	const {rows} = await sql<OperationRow>`
		select o.id, o.vm_id, o.kind, o.state, o.position, o.attempt, o.next_attempt_at, o.waiting_for, o.message, o.requested_at, o.started_at, o.step_since, r.progress
		from ${current} as o left join remote_tasks as r on r.id = o.remote_task_id
	`.execute(db);
	return new Map(rows.map(row => [row.vm_id, row]));
};

const toOperation = (row: OperationRow): NonNullable<VmLine['operation']> => ({
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

const withWork = (line: VmLine, operation: OperationRow | undefined): VmLine => operation ? {...line, operation: toOperation(operation), progress: operation.progress} : line;

const byName = (a: VmLine, b: VmLine): number => a.hostname < b.hostname ? -1 : Number(a.hostname > b.hostname);

/** What is alike stands in the order of its ids, whatever it was sorted from. */
const orById = (order: number, a: Found, b: Found): number => order === 0 ? a.line.id - b.line.id : order;

const groupOf = ({id, status, needsAttention}: VmLine, operations: ReadonlyMap<number, OperationRow>): 'removed' | 'needy' | 'work' | 'rest' => {
	if (status === 'removed') {
		return 'removed';
	}

	return needsAttention === null ? (operations.has(id) ? 'work' : 'rest') : 'needy';
};

/** Those that need a person, the longest first, those in work, the oldest operation first, the rest, and the removed ones, the last removed first. */
const inOrder = (vms: readonly Found[], operations: ReadonlyMap<number, OperationRow>): readonly Found[] => {
	const {
		needy = [], work = [], rest = [], removed = [],
	} = Object.groupBy(vms, ({line}) => groupOf(line, operations));
	return [
		...needy.toSorted((a, b) => orById(a.line.needsAttention!.since - b.line.needsAttention!.since, a, b)),
		...work.toSorted((a, b) => operations.get(a.line.id)!.id - operations.get(b.line.id)!.id),
		...rest.toSorted((a, b) => orById(byName(a.line, b.line), a, b)),
		...removed.toSorted((a, b) => orById((b.removedAt ?? 0) - (a.removedAt ?? 0), b, a)),
	];
};

/** Every VM as it was read, in the order in which it was shown: sorting what is nearly sorted takes next to nothing. */
type Kept = {readonly limit: number; readonly stamp: number; readonly readAt: number; readonly vms: readonly Found[]};

/** What was kept with what changed since; undefined: rows are missing or too many, as after a delete. */
const readNews = async (db: Kysely<Schema>, {vms, stamp}: Kept, total: number): Promise<readonly Found[] | undefined> => {
	const rows = await listChanged(db, stamp);
	const changed = new Map(rows.map(found => [found.line.id, found]));
	if (changed.size === 0) {
		return vms.length === total ? vms : undefined;
	}

	const before = vms.filter(({line}) => !changed.has(line.id));
	return before.length + changed.size === total ? [...before, ...changed.values()] : undefined;
};

const countVms = async (db: Kysely<Schema>): Promise<number> => {
	const {total} = await db.selectFrom('vms').select(eb => eb.fn.countAll<number>().as('total')).executeTakeFirstOrThrow();
	return total;
};

/**
 The VMs in one line each. What was read is kept, and only what changed since is read again; what is under way, which is little, is read each time. The
 line of a VM with nothing under way is the same object until something of it changes.
 */
export const createKeptVms = (clock: Clock): ((db: Kysely<Schema>, limit: number) => Promise<Lines<VmLine>>) => {
	let kept: Kept | undefined;

	return async (db, limit) => {
		const before = kept;
		// Whatever fails from here on leaves nothing that could be wrong.
		kept = undefined;
		const {vms: stamp = 0} = await readStamps(db);
		const total = await countVms(db);
		const operations = await listOperations(db);
		const isUsable = before?.limit === limit && before.stamp <= stamp && clock.monotonic() - before.readAt < trustMs;
		const news = isUsable ? await readNews(db, before, total) : undefined;
		const vms = inOrder(news ?? await readAll(db, limit), operations).slice(0, limit);
		// Where not all were read, it could not be told which of the removed ones is next.
		kept = vms.length === total
			? {
				limit, stamp, vms, readAt: news ? before!.readAt : clock.monotonic(),
			}
			: undefined;
		return {rows: vms.map(({line}) => withWork(line, operations.get(line.id))), total};
	};
};
