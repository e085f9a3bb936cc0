import {
	type Kysely,
	type Selectable,
	sql,
	type SqlBool,
} from 'kysely';
import {type DnsRecord, type WantedSet, type ZonePlace} from '../../domain/dns-record.js';
import {longestWaitMs} from '../../domain/operation.js';
import {type DnsRecords, type DnsRecordReads} from '../dns-records.js';
import {type DnsRecordTable} from '../schema-rows.js';
import {type Schema} from '../schema.js';

type Row = Selectable<DnsRecordTable>;

const toRecord = (row: Row): DnsRecord => ({
	id: row.id,
	zone: row.zone,
	nameServer: row.name_server,
	name: row.name,
	type: row.type as DnsRecord['type'],
	vmId: row.vm_id,
	values: JSON.parse(row.values_json) as DnsRecord['values'],
	generic: row.generic,
	mine: JSON.parse(row.mine_json) as DnsRecord['mine'],
	isGivenUp: row.is_given_up === 1,
	takesOver: row.takes_over === 1,
	state: row.state as DnsRecord['state'],
	error: row.error,
	attempt: row.attempt,
	nextAttemptAt: row.next_attempt_at,
	since: row.since,
	revision: row.revision,
});

const isDebt = sql<SqlBool>`state <> 'done'`;
const isToGo = sql<SqlBool>`values_json = '[]'`;

/** `isDueAt`, in SQL; each part says the index's own condition, or it would not be found by it. */
const isDue = (now: number) => sql<SqlBool>`((state <> 'done' and next_attempt_at <= ${now}) or (state <> 'done' and next_attempt_at > ${now + longestWaitMs}))`;

/** Nobody is at it: a claim that ends that late is from before the clock was set back. */
const isFree = (now: number) => sql<SqlBool>`(claimed_until <= ${now} or claimed_until > ${now + longestWaitMs})`;

const inOrder = (db: Kysely<Schema>) => db.selectFrom('dns_records').selectAll().orderBy('zone').orderBy('name').orderBy('type').orderBy('name_server');

const createReads = (db: Kysely<Schema>): DnsRecordReads => ({
	async listFor(vmId) {
		const rows = await inOrder(db).where('vm_id', '=', vmId).execute();
		return rows.map(row => toRecord(row));
	},
	async listAll() {
		const rows = await inOrder(db).execute();
		return rows.map(row => toRecord(row));
	},
	async listDebts(limit) {
		const rows = await db.selectFrom('dns_records').leftJoin('vms', 'vms.id', 'vm_id').selectAll('dns_records').select(['hostname', 'cluster'])
			.where(isDebt).orderBy('since').orderBy('dns_records.id').limit(limit).execute();
		return rows.map(row => ({...toRecord(row), hostname: row.hostname, cluster: row.cluster}));
	},
	async listDue({now, limit, except = []}) {
		// The due first, by their index: SQLite would go through everything for the sake of the order within a zone.
		const rows = await db.with(cte => cte('due').materialized(), cte => cte.selectFrom('dns_records').selectAll().where(isDue(now)).where(isFree(now))
			.$if(except.length > 0, query => query.where(eb => eb.not(eb.exists(eb.selectFrom('vms').select('vms.id').whereRef('vms.id', '=', 'vm_id').where('cluster', 'in', except))))))
			.with('turns', cte => cte.selectFrom('due').selectAll()
				.select(sql<number>`row_number() over (partition by zone, name_server order by ${isToGo}, next_attempt_at, id)`.as('turn')))
			.selectFrom('turns').selectAll().where('turn', '<=', limit).orderBy(isToGo).orderBy('next_attempt_at').orderBy('id').execute();
		return rows.map(row => toRecord(row));
	},
});

const keyOf = ({zone, nameServer, name, type}: ZonePlace & Pick<WantedSet, 'name' | 'type'>): string => JSON.stringify([zone, nameServer, name, type]);

const areSame = (values: readonly string[], others: readonly string[]): boolean => {
	const wanted = new Set(values);
	return wanted.symmetricDifference(new Set(others)).size === 0;
};

/** One set that the VM is to have; whether it is owed anew. */
const wantOne = async (db: Kysely<Schema>, vmId: number, {zone, nameServer, name, type, values, generic}: WantedSet, now: number): Promise<boolean> => {
	const row = await db.selectFrom('dns_records').selectAll().where('zone', '=', zone).where('name_server', '=', nameServer).where('name', '=', name).where('type', '=', type).executeTakeFirst();
	const wanted = {
		vm_id: vmId, values_json: JSON.stringify(values), generic, is_given_up: 0, state: 'owed', error: null, attempt: 0, next_attempt_at: now, since: now,
	};

	if (!row) {
		await db.insertInto('dns_records').values({
			...wanted, zone, name_server: nameServer, name, type, mine_json: '[]', takes_over: 0, revision: 1, claimed_until: 0, claim_revision: 0,
		}).execute();
		return true;
	}

	const isSameVm = row.vm_id === vmId && row.is_given_up === 0;

	if (isSameVm && row.generic === generic && areSame(values, toRecord(row).values)) {
		return false;
	}

	// Whoever is at it may have written what he claimed: his claim and `mine` stay, his result counts for nothing.
	await db.updateTable('dns_records').set({...wanted, revision: row.revision + 1, ...(!isSameVm && {takes_over: 0})}).where('id', '=', row.id).execute();
	return true;
};

/** What a VM had and does not want any more: to go, or to have its generic name again; what nobody wrote is forgotten. Whether anything is owed anew. */
const giveUp = async (db: Kysely<Schema>, rows: readonly Row[], now: number): Promise<boolean> => {
	let isOwed = false;

	for (const {id, mine_json: mine, claimed_until: claimedUntil, generic, revision} of rows) {
		if (mine === '[]' && claimedUntil <= now) {
			await db.deleteFrom('dns_records').where('id', '=', id).execute();
			continue;
		}

		isOwed = true;
		await db.updateTable('dns_records').set({
			values_json: JSON.stringify(generic === null ? [] : [generic]), takes_over: 0, is_given_up: 1,
			state: 'owed', error: null, attempt: 0, next_attempt_at: now, since: now, revision: revision + 1,
		}).where('id', '=', id).execute();
	}

	return isOwed;
};

/** What is wanted of record sets, and what of it stands there; `tables.dnsRecords`. */
export const createDnsRecords = (db: Kysely<Schema>): DnsRecords => ({
	...createReads(db),
	async want(vmId, sets, now) {
		const wanted = new Map(sets.map(set => [keyOf(set), set]));
		const had = await db.selectFrom('dns_records').selectAll().where('vm_id', '=', vmId).where('is_given_up', '=', 0).execute();
		let isOwed = await giveUp(db, had.filter(row => !wanted.has(keyOf(toRecord(row)))), now);

		for (const set of wanted.values()) {
			isOwed = await wantOne(db, vmId, set, now) || isOwed;
		}

		return isOwed;
	},
	async recheck(vmId, {takesOver, now}) {
		const {numUpdatedRows} = await db.updateTable('dns_records').set(eb => ({
			state: 'owed', error: null, attempt: 0, next_attempt_at: now, revision: eb('revision', '+', 1),
			since: eb.case().when('state', '=', 'done').then(now).else(eb.ref('since')).end(),
			// Of what is to go only our own goes, whatever a person says of the rest.
			...(takesOver && {takes_over: eb.case().when('is_given_up', '=', 0).then(1).else(0).end()}),
		})).where('vm_id', '=', vmId).executeTakeFirst();
		return Number(numUpdatedRows);
	},
	async claim(id, revision, {mine, now, until}) {
		const row = await db.updateTable('dns_records').set({
			mine_json: JSON.stringify(mine), claimed_until: until, claim_revision: revision + 1, revision: revision + 1,
		})
			.where('id', '=', id).where('revision', '=', revision).where(isFree(now)).returningAll().executeTakeFirst();
		return row && toRecord(row);
	},
	async settle(id, revision, result, now) {
		// While a claim that was overtaken is out, what it writes may still come: nobody has seen how that ends.
		const row = await db.selectFrom('dns_records').selectAll().where('id', '=', id).where('revision', '=', revision)
			.where(eb => eb.or([isFree(now), eb('claim_revision', '=', revision)])).executeTakeFirst();

		if (!row) {
			return false;
		}

		const isDone = result.state === 'done';
		const isOver = isDone && row.is_given_up === 1;
		const left = result.mine.filter(value => value === row.generic);

		if (isOver && left.length === 0) {
			await db.deleteFrom('dns_records').where('id', '=', id).execute();
			return true;
		}

		await db.updateTable('dns_records').set({
			state: result.state, mine_json: JSON.stringify(result.mine), error: isDone ? null : result.error, attempt: result.attempt,
			// A debt is looked at again, whatever is said of it.
			next_attempt_at: isDone ? null : result.nextAttemptAt ?? now, since: isDone === (row.state === 'done') ? row.since : now,
			revision: revision + 1, claimed_until: 0,
			...(isDone && {takes_over: 0}),
			...(isOver && {vm_id: null, is_given_up: 0, mine_json: JSON.stringify(left)}),
		}).where('id', '=', id).execute();
		return true;
	},
});
