import {expect} from 'vitest';
import {type Truth} from '../support/program.js';
import {type World} from './signals-world.js';

type Write = {readonly pid: number; readonly what: string; readonly lease: string; readonly owner: number | null};

type Tenure = {readonly at: number; readonly owner: number | null};

/** Rows that were written by a process which did not hold their lease at that very moment. */
const listIntruders = ({rows}: World): readonly Write[] => rows<Write>('select pid, what, lease, owner from witness_writes where owner is not pid');

/** Calls that change a VM and went out from a process that did not hold the VM's lease at that very moment. */
const listStrayCalls = ({rows, calls}: World): readonly string[] => {
	const leases = new Map(rows<{readonly vmid: number; readonly vm_id: number}>('select vmid, vm_id from vmids').map(row => [row.vmid, `vm:${row.vm_id}`]));
	const tenures = Map.groupBy(rows<Tenure & {readonly name: string}>('select at, name, owner from witness_leases order by rowid'), ({name}) => name);
	return calls().flatMap(({at, pid, method, path}) => {
		// A clone and a backup name the VM in their body: they are counted on the cluster.
		const lease = leases.get(Number(/\/qemu\/(\d+)/.exec(path)?.[1]));
		const holder = lease === undefined ? undefined : tenures.get(lease)?.findLast(tenure => tenure.at <= at);
		return lease === undefined || holder?.owner === pid ? [] : [`${method} ${path} by ${pid} at ${at}, ${lease} was ${JSON.stringify(holder)}`];
	});
};

/** Runs of one task that were under way beside each other, by their records. */
const listDoubleRuns = ({rows}: World): readonly unknown[] => rows(`
	select one.task, one.id, other.id as beside from runs one join runs other on other.task = one.task and other.id > one.id
	where one.finished_at is null or one.finished_at > other.started_at`);

/** What must be so at any moment, whatever is done to whom. */
export const expectLawful = (world: World): void => {
	expect(listIntruders(world)).toEqual([]);
	expect(listDoubleRuns(world)).toEqual([]);
	expect(listStrayCalls(world)).toEqual([]);
	expect(world.rows('select vm_id from operations where state = \'running\' group by vm_id having count(*) > 1')).toEqual([]);
	expect(world.rows('select address from addresses where vm_id is not null group by address having count(*) > 1')).toEqual([]);
};

/** How many tasks of each type the cluster ran on a VM. */
export type TaskCounts = Readonly<Record<string, number>>;

/** What a deploy starts on the cluster, once each. */
export const deployed: TaskCounts = {qmclone: 1, resize: 1, qmstart: 1};

/** What the cluster ran, by VM; a clone belongs to what it made. */
const countTasks = ({tasks}: Truth): ReadonlyMap<number, TaskCounts> => {
	const counts = new Map<number, Record<string, number>>();
	for (const {type, vmid, target} of tasks as any) {
		const of = counts.get((target ?? vmid) as number) ?? {};
		of[type] = (of[type] ?? 0) + 1;
		counts.set((target ?? vmid) as number, of);
	}

	return counts;
};

type Row = {readonly id: number; readonly reference: string; readonly vmid: number | null; readonly status: string; readonly attention_reason: string | null};

/** What is known of a VM's way: without it nobody could tell afterwards how it came to a second task. */
const tell = (world: World, {id, reference, vmid}: Row, {tasks}: Truth): string => [
	reference,
	...tasks.filter(task => task.vmid === vmid || (task as any).target === vmid),
	...world.rows('select id, operation_id, type, state, intent_at, deadline_at, upid, exit_status, finished_at from remote_tasks where vm_id = ?', id),
	...world.rows('select id, operation_id, from_status, to_status, outcome, reason, attempt, started_at, duration_ms, upid from step_log where vm_id = ?', id),
	...world.rows('select * from witness_writes where lease = ? and what in (\'an intent\', \'a UPID\')', `vm:${id}`),
	...world.rows('select * from witness_leases where name = ?', `vm:${id}`),
	...world.calls().filter(call => call.path.endsWith('/vzdump') || call.path.endsWith('/clone') || call.path.includes(`/${vmid}/`)),
].map(line => typeof line === 'string' ? line : JSON.stringify(line)).join('\n');

/**
 Once everything has ended: each order is there once, its VM ready (or gone) after exactly the tasks that it took,
 nothing is held, open or in between, and no process is left.
 */
export const expectWhole = async (world: World, wanted: Readonly<Record<string, TaskCounts | 'gone'>>): Promise<void> => {
	const {rows} = world;
	expectLawful(world);
	const vms = rows<Row>('select id, reference, vmid, status, attention_reason from vms order by reference');
	const truth = await world.truth();
	expect(truth.tasks.filter(({status, exitstatus}) => status === 'running' || exitstatus !== 'OK')).toEqual([]);
	const counts = countTasks(truth);
	expect(vms.map(({reference}) => reference)).toEqual(Object.keys(wanted).toSorted());
	for (const vm of vms) {
		const {reference, vmid, status, attention_reason: attention} = vm;
		expect({reference, status, attention}).toEqual({reference, status: wanted[reference] === 'gone' ? 'removed' : 'ready', attention: null});
		const tasks = counts.get(vmid ?? 0) ?? {};
		if (wanted[reference] === 'gone') {
			expect(Object.values(tasks).every(count => count === 1), tell(world, vm, truth)).toBe(true);
		} else {
			expect(tasks, tell(world, vm, truth)).toEqual(wanted[reference]);
		}
	}

	const present = vms.filter(({status}) => status === 'ready').map(({vmid}) => `${vmid}`);
	expect(truth.vms.filter(({vmid}) => vmid !== 9000).map(({vmid}) => `${vmid}`).toSorted()).toEqual(present.toSorted());
	expect(rows('select name from leases where owner is not null')).toEqual([]);
	expect(rows('select * from remote_tasks where state <> \'finished\'')).toEqual([]);
	expect(rows('select * from operations where state not in (\'done\', \'cancelled\')')).toEqual([]);
	expect(rows('select * from runs where finished_at is null')).toEqual([]);
	expect(world.living()).toEqual([]);
};
