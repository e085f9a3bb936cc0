import {type Kysely} from 'kysely';
import {type Vm} from '../../domain/vm.js';
import {type Schema} from '../schema.js';

const pageSize = 1000;

/** The first VMID from `from` to `to` that was never given out and is not taken. */
const findFree = async (db: Kysely<Schema>, cluster: string, [from, to]: readonly [number, number], taken: ReadonlySet<number>): Promise<number | undefined> => {
	let candidate = from;

	while (candidate <= to) {
		const rows = await db.selectFrom('vmids').select('vmid').where('cluster', '=', cluster).where('vmid', '>=', candidate).where('vmid', '<=', to)
			.orderBy('vmid').limit(pageSize).execute();
		const given = new Set(rows.map(({vmid}) => vmid));
		// After a full page nothing is known of what comes next.
		const known = rows.length < pageSize ? to : rows.at(-1)!.vmid;

		for (; candidate <= known; candidate++) {
			if (!given.has(candidate) && !taken.has(candidate)) {
				return candidate;
			}
		}
	}

	return undefined;
};

/** Gives the VM the next VMID of the range after the last one given out, round the end; a number is never given twice. */
export const reserveVmid = async (
	db: Kysely<Schema>,
	vm: Vm,
	{range, taken, isAgain}: {readonly range: readonly [number, number]; readonly taken: ReadonlySet<number>; readonly isAgain: boolean},
): Promise<number | undefined> => {
	const {vmid: present} = await db.selectFrom('vms').select('vmid').where('id', '=', vm.id).executeTakeFirstOrThrow();

	if (present !== null && !isAgain) {
		return present;
	}

	const [first, last] = range;
	const latest = await db.selectFrom('vmids').select('vmid').where('cluster', '=', vm.cluster).orderBy('id', 'desc').executeTakeFirst();
	const cursor = latest && latest.vmid >= first && latest.vmid < last ? latest.vmid + 1 : first;
	const vmid = await findFree(db, vm.cluster, [cursor, last], taken) ?? await findFree(db, vm.cluster, [first, cursor - 1], taken);

	if (vmid !== undefined) {
		await db.insertInto('vmids').values({cluster: vm.cluster, vmid, vm_id: vm.id}).execute();
		await db.updateTable('vms').set(eb => ({vmid, version: eb('version', '+', 1)})).where('id', '=', vm.id).execute();
	}

	return vmid;
};
