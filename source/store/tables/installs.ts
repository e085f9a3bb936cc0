import {
	type Kysely,
	type QueryResult,
	type Selectable,
	sql,
} from 'kysely';
import {atNewStep, type Install, type InstallStep} from '../../domain/install.js';
import {longestWaitMs} from '../../domain/operation.js';
import {type PanelAction} from '../../domain/panel.js';
import {type InstallChange, type Installs, type WholeInstall} from '../installs.js';
import {type InstallStepTable, type InstallTable} from '../schema-rows.js';
import {type Schema} from '../schema.js';
import {createFixedQuery} from './fixed-query.js';
import {mostAtOnce} from './most-at-once.js';

/** A row as the product knows it; the password stays behind. */
export const toInstall = (row: Selectable<InstallTable>): Install => ({
	id: row.id,
	reference: row.reference,
	generation: row.generation,
	kind: row.kind as Install['kind'],
	panel: row.panel,
	application: row.application,
	domain: row.domain,
	account: row.account,
	plan: row.plan,
	title: row.title,
	adminUser: row.admin_user,
	adminEmail: row.admin_email,
	url: row.url as Install['url'],
	client: {name: row.client_name, email: row.client_email},
	order: JSON.parse(row.order_json) as unknown,
	state: row.state as Install['state'],
	droppedFrom: row.dropped_from as Install['droppedFrom'],
	droppedBy: row.dropped_by,
	droppedAt: row.dropped_at,
	position: row.position as Install['position'],
	stepSince: row.step_since,
	inFlight: row.in_flight_action === null ? null : {action: row.in_flight_action as PanelAction, since: row.in_flight_since!},
	foundBefore: row.found_before as Install['foundBefore'],
	isDropAsked: row.drop_asked === 1,
	accountState: row.account_state as Install['accountState'],
	site: row.site_url === null ? null : {url: row.site_url, adminUrl: row.admin_url},
	cause: row.cause,
	attempt: row.attempt,
	progress: row.progress,
	doing: row.doing,
	createdAt: row.created_at,
	updatedAt: row.updated_at,
	nextAttemptAt: row.next_attempt_at,
	version: row.version,
});

const toStep = (row: Selectable<InstallStepTable>): InstallStep => ({
	from: row.from_position,
	to: row.to_position,
	outcome: row.outcome as InstallStep['outcome'],
	reason: row.reason,
	attempt: row.attempt,
	startedAt: row.started_at,
	durationMs: row.duration_ms,
	log: row.log,
});

type Columns = Readonly<Record<string, string | number | null>>;

const columnNames: Readonly<Record<Exclude<keyof InstallChange, 'inFlight' | 'site' | 'isDropAsked'>, string>> = {
	state: 'state', droppedFrom: 'dropped_from', droppedBy: 'dropped_by', droppedAt: 'dropped_at', cause: 'cause', attempt: 'attempt', progress: 'progress', doing: 'doing',
	nextAttemptAt: 'next_attempt_at', stepSince: 'step_since', foundBefore: 'found_before', accountState: 'account_state', adminPassword: 'admin_password', adminUser: 'admin_user', plan: 'plan',
};

/** Columns of those fields that are there. */
const toColumns = ({inFlight, site, isDropAsked, ...plain}: InstallChange): Columns => {
	const columns: Record<string, Columns[string]> = {};
	for (const [field, value] of Object.entries(plain)) {
		if (value !== undefined) {
			columns[columnNames[field as keyof typeof columnNames]] = value;
		}
	}

	return {
		...columns,
		...(isDropAsked !== undefined && {drop_asked: Number(isDropAsked)}),
		...(inFlight !== undefined && {in_flight_action: inFlight?.action ?? null, in_flight_since: inFlight?.since ?? null}),
		...(site !== undefined && {site_url: site?.url ?? null, admin_url: site?.adminUrl ?? null}),
	};
};

const insertStep = createFixedQuery<Omit<Selectable<InstallStepTable>, 'id'>>((db, {install_id, from_position, to_position, outcome, reason, attempt, started_at, duration_ms, log}) => db.insertInto('install_steps').values({
	install_id, from_position, to_position, outcome, reason, attempt, started_at, duration_ms, log,
}));

const addStep = async (db: Kysely<Schema>, id: number, {from, to, outcome, reason, attempt, startedAt, durationMs, log}: InstallStep): Promise<void> => {
	await insertStep(db, {
		install_id: id, from_position: from, to_position: to, outcome, reason, attempt, started_at: startedAt, duration_ms: durationMs, log,
	});
};

/** Only the latest generation of each reference. */
const isLatest = sql<boolean>`not exists (select 1 from installs as later where later.reference = installs.reference and later.generation > installs.generation)`;

/** `isDueAt`, in SQL. */
const isDue = (now: number) => sql<boolean>`(next_attempt_at is null or next_attempt_at <= ${now} or next_attempt_at > ${now + longestWaitMs})`;

const findRow = createFixedQuery<{readonly id: number}>((db, {id}) => db.selectFrom('installs').selectAll().where('id', '=', id));
const findPassword = createFixedQuery<{readonly id: number}>((db, {id}) => db.selectFrom('installs').select('admin_password').where('id', '=', id));

const toWhole = ([row]: readonly unknown[]): WholeInstall | undefined => row === undefined
	? undefined
	: {install: toInstall(row as Selectable<InstallTable>), adminPassword: (row as Selectable<InstallTable>).admin_password};

const createReads = (db: Kysely<Schema>): Pick<Installs, 'find' | 'findWhole' | 'findLatest' | 'list' | 'resolve' | 'listSharing' | 'listReady' | 'listSteps' | 'passwordOf'> => ({
	async find(id) {
		const {rows} = await findRow(db, {id});
		return rows.length === 0 ? undefined : toInstall(rows[0] as Selectable<InstallTable>);
	},
	async findWhole(id) {
		const {rows} = await findRow(db, {id});
		return toWhole(rows);
	},
	async findLatest(reference) {
		const row = await db.selectFrom('installs').selectAll().where('reference', '=', reference).orderBy('generation', 'desc').limit(1).executeTakeFirst();
		return row && toInstall(row);
	},
	async list(state) {
		const rows = await db.selectFrom('installs').selectAll().$if(state !== undefined, query => query.where('state', '=', state!)).orderBy('id').execute();
		return rows.map(row => toInstall(row));
	},
	async resolve(name) {
		const rows = await db.selectFrom('installs').selectAll().where(isLatest)
			.where(eb => eb.or([eb('reference', '=', name), eb('domain', '=', name.toLowerCase())])).orderBy('id').execute();
		return rows.map(row => toInstall(row));
	},
	async listSharing({panel, account, domain}) {
		const rows = await db.selectFrom('installs').selectAll().where(isLatest).where('panel', '=', panel)
			.where(eb => eb.or([eb('account', '=', account), eb('domain', '=', domain)])).orderBy('id').execute();
		return rows.map(row => toInstall(row));
	},
	async listReady({now, applications, limit}) {
		const due = sql<number>`coalesce(next_attempt_at, created_at)`;
		const rows = await db.selectFrom('installs').selectAll().where('state', 'in', ['pending', 'running'])
			.$if(applications !== undefined, query => query.where('application', 'in', [...applications!]))
			.where(isDue(now)).orderBy(due).orderBy('id').limit(limit).execute();
		return rows.map(row => toInstall(row));
	},
	async listSteps(id) {
		const rows = await db.selectFrom('install_steps').selectAll().where('install_id', '=', id).orderBy('id').execute();
		return rows.map(row => toStep(row));
	},
	async passwordOf(id) {
		const {rows} = await findPassword(db, {id});
		return (rows[0] as Pick<Selectable<InstallTable>, 'admin_password'>).admin_password;
	},
});

const changes = new Map<string, (db: Kysely<Schema>, values: Columns) => Promise<QueryResult<unknown>>>();

/** The query that changes just those columns of a row that nobody else changed meanwhile. */
const changeOf = (names: readonly string[]) => {
	const key = names.join(' ');
	const known = changes.get(key) ?? createFixedQuery<Columns>((db, values) => db.updateTable('installs')
		.set(Object.fromEntries([...names, 'updated_at', 'version'].map(name => [name, values[name]])))
		.where('id', '=', values.id as number).where('version', '=', values.before as number).where('position', '=', values.from as string).where('step_since', 'is', values.since as number | null));
	changes.set(key, known);
	return known;
};

/** Compare-and-set; false where somebody else was first. */
const change = async (db: Kysely<Schema>, {id, version, position, stepSince}: Install, columns: Columns, now: number): Promise<boolean> => {
	const {numAffectedRows} = await changeOf(Object.keys(columns))(db, {
		...columns, updated_at: now, version: version + 1, id, before: version, from: position, since: stepSince,
	});
	return numAffectedRows === 1n;
};

/** Staged site installs; `tables.installs`. */
export const createInstalls = (db: Kysely<Schema>): Installs => ({
	...createReads(db),
	async insert({reference, panel, application, domain, account, client, order, createdAt, adminPassword = null, ...rest}) {
		const latest = await db.selectFrom('installs').select(eb => eb.fn.max('generation').as('generation')).where('reference', '=', reference).executeTakeFirst();
		const {kind = 'install', plan = null, title = '', adminUser = '', adminEmail = '', url = 'domain', position = 'ordered', accountState = 'none', site = null} = rest;
		const row = await db.insertInto('installs').values({
			reference, generation: (latest?.generation ?? 0) + 1, kind, panel, application, domain, account, plan, title, admin_user: adminUser, admin_email: adminEmail,
			admin_password: adminPassword, url, client_name: client.name, client_email: client.email, order_json: JSON.stringify(order ?? null), state: 'pending',
			dropped_from: null, dropped_by: null, dropped_at: null, position, step_since: null, in_flight_action: null, in_flight_since: null, found_before: null,
			drop_asked: 0, account_state: accountState, site_url: site?.url ?? null, admin_url: site?.adminUrl ?? null, cause: null, attempt: 0, progress: null, doing: null,
			created_at: createdAt, updated_at: createdAt, next_attempt_at: null, version: 1,
		}).returningAll().executeTakeFirstOrThrow();
		return toInstall(row);
	},
	change: async (install, to, now) => change(db, install, toColumns(to), now),
	async advance(install, steps, besides, now) {
		if (!await change(db, install, {...toColumns({...atNewStep, ...besides}), position: steps.at(-1)!.to}, now)) {
			return false;
		}

		for (const step of steps) {
			await addStep(db, install.id, step);
		}

		return true;
	},
	async pruneSteps(before, limit = mostAtOnce) {
		const old = db.selectFrom('install_steps').innerJoin('installs', 'installs.id', 'install_steps.install_id').select('install_steps.id')
			.where('installs.state', 'in', ['done', 'dropped']).where('install_steps.started_at', '<', before).limit(limit);
		const {numDeletedRows} = await db.deleteFrom('install_steps').where('id', 'in', old).executeTakeFirst();
		return Number(numDeletedRows);
	},
	addStep: async (id, step) => addStep(db, id, step),
	async setProgress(id, progress, doing) {
		await db.updateTable('installs').set({progress, doing}).where('id', '=', id).where('state', '=', 'running').execute();
	},
});
