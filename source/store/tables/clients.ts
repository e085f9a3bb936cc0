import {
	type Kysely,
	type RawBuilder,
	sql,
	type SqlBool,
} from 'kysely';
import {type Clients} from '../clients.js';
import {type Schema} from '../schema.js';

/** So many clients at a time, so that nobody waits long for the database. */
const batch = 200;

const isVmOver = sql<SqlBool>`status = 'removed'`;
const isInstallOver = sql<SqlBool>`state in ('done', 'dropped')`;
const isUnsent = sql<SqlBool>`state in ('pending', 'sending')`;

/** Word for word as in the indexes. */
const isOf = (column: 'client_email' | 'recipient', email: string): RawBuilder<SqlBool> => sql<SqlBool>`lower(${sql.ref(column)}) = lower(${email})`;

/** Ids of the client's VMs and installs that are over. */
const past = (db: Kysely<Schema>, email: string) => ({
	vms: db.selectFrom('vms').select('id').where(isOf('client_email', email)).where(isVmOver),
	installs: db.selectFrom('installs').select('id').where(isOf('client_email', email)).where(isInstallOver),
});

/** Mails about what is over. */
const isAboutPast = (db: Kysely<Schema>, email: string): RawBuilder<SqlBool> => {
	const {vms, installs} = past(db, email);
	return sql<SqlBool>`(vm_id in ${vms} or install_id in ${installs})`;
};

/** Mails that are over: whatever became of them, and those about what is over. */
const isMailOver = (db: Kysely<Schema>, email: string): RawBuilder<SqlBool> =>
	sql<SqlBool>`recipient <> '' and (${isAboutPast(db, email)} or (${isOf('recipient', email)} and not ${isUnsent}))`;

const withoutClient = sql<string>`json_remove(order_json, '$.client', '$.user', '$.password', '$.sshKeys')`;

const count = async (query: {readonly execute: () => Promise<ReadonlyArray<{readonly id: number}>>}): Promise<number> => {
	const rows = await query.execute();
	return rows.length;
};

const forget = async (db: Kysely<Schema>, email: string): Promise<number> =>
	// Mails first: they are found by the address that their VM still has. Who is to be forgotten is not written to any more.
	await count(db.deleteFrom('outbox').where(isMailOver(db, email)).where(isUnsent).returning('id'))
	+ await count(db.updateTable('outbox').set({recipient: '', variables_json: '{}'}).where(isMailOver(db, email)).returning('id'))
	+ await count(db.updateTable('vms').set(eb => ({
		client_name: '', client_email: '', user: '', password: null, ssh_keys_json: '[]', order_json: withoutClient, version: eb('version', '+', 1),
	})).where(isOf('client_email', email)).where(isVmOver).returning('id'))
	+ await count(db.updateTable('installs').set(eb => ({
		client_name: '', client_email: '', order_json: withoutClient, version: eb('version', '+', 1),
	})).where(isOf('client_email', email)).where(isInstallOver).returning('id'));

/** Addresses of clients with nothing that is alive or ended since then. */
const listPast = async (db: Kysely<Schema>, before: number): Promise<readonly string[]> => {
	const {rows} = await sql<{readonly email: string}>`
		with ended as materialized (
			select lower(client_email) as email from vms where status = 'removed' and client_email <> '' and removed_at < ${before}
			union all select lower(client_email) from installs where state in ('done', 'dropped') and client_email <> '' and updated_at < ${before}
		)
		select distinct email from ended
		where not exists (select 1 from vms where lower(client_email) = email and (status <> 'removed' or removed_at >= ${before}))
			and not exists (select 1 from installs where lower(client_email) = email and (state not in ('done', 'dropped') or updated_at >= ${before}))
		limit ${batch}
	`.execute(db);
	return rows.map(({email}) => email);
};

/** What is kept of clients; `tables.clients`. Of VMs that were imported without a client nobody's name is known. */
export const createClients = (db: Kysely<Schema>): Clients => ({
	async trace(email) {
		if (email === '') {
			return {livingVms: [], openInstalls: [], remembered: 0};
		}

		const livingVms = await db.selectFrom('vms').select('id').where(isOf('client_email', email)).where(eb => eb.not(isVmOver)).orderBy('id').execute();
		const openInstalls = await db.selectFrom('installs').select('id').where(isOf('client_email', email)).where(eb => eb.not(isInstallOver)).orderBy('id').execute();
		const {vms, installs} = past(db, email);
		const mails = db.selectFrom('outbox').select('id').where(isMailOver(db, email));
		return {
			livingVms: livingVms.map(({id}) => id),
			openInstalls: openInstalls.map(({id}) => id),
			remembered: await count(vms) + await count(installs) + await count(mails),
		};
	},
	forget: async email => email === '' ? 0 : forget(db, email),
	async forgetOlder(before) {
		let forgotten = 0;

		for (const email of await listPast(db, before)) {
			forgotten += await forget(db, email);
		}

		return forgotten;
	},
});
