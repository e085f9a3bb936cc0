import {
	type Kysely,
	type Selectable,
	sql,
	type Updateable,
} from 'kysely';
import {type Vm} from '../../domain/vm.js';
import {type VmStatus} from '../../domain/vm-status.js';
import {type Schema, type VmTable} from '../schema.js';
import {StatusChanged} from '../store.js';
import {
	type ImportedVm,
	type NewVm,
	type PlacedVm,
	type Vms,
} from '../vms.js';
import {insertStep} from './step-log.js';
import {isVmIn, livesFirst} from './vm-conditions.js';
import {toNeedsAttention, toSuspended} from './vm-rows.js';
import {reserveVmid} from './vmids.js';

/** A row as the product knows it. */
const toVm = (row: Selectable<VmTable>): Vm => ({
	id: row.id,
	reference: row.reference,
	hostname: row.hostname,
	cluster: row.cluster,
	node: row.node,
	wantedNode: row.wanted_node,
	vmid: row.vmid,
	status: row.status as Vm['status'],
	remoteStatus: row.remote_status as Vm['remoteStatus'],
	packageName: row.package_name,
	package: JSON.parse(row.package_json) as Vm['package'],
	overrides: JSON.parse(row.overrides_json) as Vm['overrides'],
	template: JSON.parse(row.template_json) as Vm['template'],
	client: {name: row.client_name, email: row.client_email},
	user: row.user,
	password: row.password,
	sshKeys: JSON.parse(row.ssh_keys_json) as Vm['sshKeys'],
	backup: row.backup_json === null ? null : JSON.parse(row.backup_json) as Vm['backup'],
	timezone: row.timezone,
	mail: row.mail === 1,
	mac: row.mac,
	suspended: toSuspended(row),
	resumes: row.resumes === 1,
	needsAttention: toNeedsAttention(row),
	order: JSON.parse(row.order_json) as unknown,
	createdAt: row.created_at,
	removedAt: row.removed_at,
	version: row.version,
});

const createReads = (db: Kysely<Schema>) => {
	const all = () => db.selectFrom('vms').selectAll();
	const find = async (id: number) => {
		const row = await all().where('id', '=', id).executeTakeFirst();
		return row && toVm(row);
	};

	const findFirstBy = async (column: 'reference' | 'hostname', value: string) => {
		const row = await all().where(column, '=', value).orderBy(livesFirst).orderBy('removed_at', 'desc').orderBy('id', 'desc').executeTakeFirst();
		return row && toVm(row);
	};

	return {
		find,
		async get(id: number) {
			const vm = await find(id);

			if (!vm) {
				throw new Error(`There is no VM v${id}.`);
			}

			return vm;
		},
		findByReference: async (reference: string) => findFirstBy('reference', reference),
		async findLivingByHostname(hostname: string) {
			const row = await all().where('hostname', '=', hostname).where('status', '<>', 'removed').orderBy('id').executeTakeFirst();
			return row && toVm(row);
		},
		async resolve(ref: string) {
			const id = /^v(\d{1,15})$/i.exec(ref)?.[1];
			const place = /^([^/]+)\/(\d{1,10})$/.exec(ref);
			const placed = place ? await all().where('cluster', '=', place[1]!).where('vmid', '=', Number(place[2])).orderBy('id', 'desc').execute() : [];
			const found = [
				id === undefined ? undefined : await find(Number(id)),
				await findFirstBy('reference', ref),
				await findFirstBy('hostname', ref.toLowerCase()),
				...placed.map(row => toVm(row)),
			].filter(vm => vm !== undefined);
			return new Map(found.map(vm => [vm.id, vm])).values().toArray();
		},
		async search(what: string) {
			const text = what.trim();
			const rows = await all()
				.where(eb => eb.or([
					eb('mac', '=', text.toUpperCase()),
					eb('client_email', '=', text),
					...(/^\d{1,10}$/.test(text) ? [eb('vmid', '=', Number(text))] : []),
				]))
				.orderBy('id').execute();
			return rows.map(row => toVm(row));
		},
	};
};

type Place = Pick<ImportedVm, 'node' | 'vmid' | 'mac' | 'remoteStatus'>;

const insertVm = async (db: Kysely<Schema>, vm: NewVm, {status, place}: {readonly status: VmStatus; readonly place: Place | null}): Promise<Vm> => {
	const row = await db.insertInto('vms').values({
		reference: vm.reference, hostname: vm.hostname, cluster: vm.cluster, node: place?.node ?? null, wanted_node: vm.wantedNode, vmid: place?.vmid ?? null, status,
		remote_status: place?.remoteStatus ?? 'unknown', package_name: vm.packageName, package_json: JSON.stringify(vm.package), overrides_json: JSON.stringify(vm.overrides),
		template_json: JSON.stringify(vm.template), client_name: vm.client.name, client_email: vm.client.email, user: vm.user, password: vm.password,
		ssh_keys_json: JSON.stringify(vm.sshKeys), backup_json: vm.backup && JSON.stringify(vm.backup), timezone: vm.timezone, mail: vm.mail ? 1 : 0,
		mac: place?.mac?.toUpperCase() ?? null, suspended_json: '[]', attention_reason: null, attention_since: null, attention_command: null,
		order_json: JSON.stringify(vm.order ?? null), created_at: vm.createdAt, removed_at: null, version: 1,
	}).returningAll().executeTakeFirstOrThrow();
	return toVm(row);
};

type Facts = Parameters<Vms['set']>[1];

/** The columns of the facts that were given. */
const columnsOf = (facts: Facts): Updateable<VmTable> => ({
	...(facts.node !== undefined && {node: facts.node}),
	...(facts.mac !== undefined && {mac: facts.mac?.toUpperCase() ?? null}),
	...(facts.remoteStatus !== undefined && {remote_status: facts.remoteStatus}),
	...(facts.password !== undefined && {password: facts.password}),
	...(facts.packageName !== undefined && {package_name: facts.packageName}),
	...(facts.package !== undefined && {package_json: JSON.stringify(facts.package)}),
	...(facts.overrides !== undefined && {overrides_json: JSON.stringify(facts.overrides)}),
	...(facts.template !== undefined && {template_json: JSON.stringify(facts.template)}),
	...(facts.suspended !== undefined && {suspended_json: JSON.stringify(facts.suspended)}),
	...(facts.resumes !== undefined && {resumes: facts.resumes ? 1 : 0}),
	...(facts.backup !== undefined && {backup_json: facts.backup && JSON.stringify(facts.backup)}),
	...(facts.sshKeys !== undefined && {ssh_keys_json: JSON.stringify(facts.sshKeys)}),
});

/** The VMs; `tables.vms`. */
export const createVms = (db: Kysely<Schema>): Vms => ({
	...createReads(db),
	async list(filter = {}) {
		const {
			state, client, cluster, after, limit,
		} = filter;
		const rows = await db.selectFrom('vms').selectAll()
			.$if(state !== undefined, query => query.where(isVmIn(state!)))
			.$if(client !== undefined, query => query.where(eb => eb.or([eb('client_email', '=', client!), eb('client_name', '=', client!)])))
			.$if(cluster !== undefined, query => query.where('cluster', '=', cluster!))
			.$if(after !== undefined, query => query.where('id', '>', after!))
			.$if(limit !== undefined, query => query.limit(limit!))
			.orderBy('id').execute();
		return rows.map(row => toVm(row));
	},
	async listPlaced() {
		const rows = await db.selectFrom('vms').select(['id', 'hostname', 'cluster', 'timezone', 'vmid', 'node'])
			.where('status', '<>', 'removed').where('vmid', 'is not', null).where('node', 'is not', null)
			.orderBy('id').execute();
		return rows as readonly PlacedVm[];
	},
	async listVmids(cluster) {
		const {vmids} = await db.selectFrom('vms').select(sql<string>`json_group_array(vmid)`.as('vmids'))
			.where('status', '<>', 'removed').where('vmid', 'is not', null).where('node', 'is not', null).where('cluster', '=', cluster).executeTakeFirstOrThrow();
		return JSON.parse(vmids) as readonly number[];
	},
	insert: async vm => insertVm(db, vm, {status: 'creation', place: null}),
	async insertImported(vm) {
		const inserted = await insertVm(db, vm, {status: 'ready', place: vm});
		await db.insertInto('vmids').values({cluster: vm.cluster, vmid: vm.vmid, vm_id: inserted.id}).onConflict(conflict => conflict.doNothing()).execute();
		return inserted;
	},
	async enter(vm, status, now) {
		const {numUpdatedRows} = await db.updateTable('vms')
			.set(eb => ({status, version: eb('version', '+', 1), ...((status === 'removed') && {removed_at: now})}))
			.where('id', '=', vm.id).where('status', '=', vm.status).executeTakeFirst();

		if (numUpdatedRows !== 1n) {
			throw new StatusChanged(`v${vm.id} is not at ${vm.status} any more: somebody else moved it on.`);
		}
	},
	async advance(vm, to, log) {
		const {numUpdatedRows} = await db.updateTable('vms')
			.set(eb => ({status: to, version: eb('version', '+', 1), ...((to === 'removed') && {removed_at: log.startedAt + log.durationMs})}))
			.where('id', '=', vm.id).where('status', '=', vm.status).executeTakeFirst();

		if (numUpdatedRows !== 1n) {
			throw new StatusChanged(`v${vm.id} is not at ${vm.status} any more: somebody else moved it on.`);
		}

		await insertStep(db, vm.id, {...log, from: vm.status, to});
	},
	async set(id, facts) {
		await db.updateTable('vms').set(eb => ({version: eb('version', '+', 1), ...columnsOf(facts)})).where('id', '=', id).execute();
	},
	reserveVmid: async (vm, range, taken, isAgain = false) => reserveVmid(db, vm, {range, taken, isAgain}),
	async setAttention(id, attention) {
		await db.updateTable('vms').set(eb => ({
			version: eb('version', '+', 1),
			attention_reason: attention?.reason ?? null,
			attention_since: attention?.since ?? null,
			attention_command: attention?.command ?? null,
		})).where('id', '=', id).execute();
	},
});
