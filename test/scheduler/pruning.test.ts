import {expect, test} from 'vitest';
import {chores} from '../../source/scheduler/chores.js';
import {type Tables} from '../../source/store/store.js';
import {
	makeClock,
	makeStore,
	newVm,
	startSession,
} from '../store/support/temporary-store.js';

const hour = 3_600_000;
const day = 24 * hour;
const now = 1000 * day;

test('what failed or was removed is known for thirteen months; the last fifty operations stay, and what a limit still counts', async () => {
	const store = await makeStore();
	const session = await startSession(store);
	const lease = await store.leases.acquire('leader', session.id, 60_000);
	const ask = async ({operations}: Tables, vmId: number, index: number): Promise<number> => {
		const {operation: {id}} = await operations.add(vmId, {
			kind: 'reboot', params: {index}, requestedBy: 'anna', now,
		});
		await operations.finish(id, 'done', now);
		return id;
	};

	const vm = await store.write(async tables => {
		const made = await tables.vms.insert(newVm());
		const destroyed = await ask(tables, made.id, 0);
		const task = await tables.remoteTasks.intend({
			operationId: destroyed, vmId: made.id, cluster: 'fra1', node: 'pve1', type: 'qmdestroy', taskVmid: 5000, step: 'destroyed', intentAt: now - hour + 1, deadlineAt: now,
		});
		await tables.remoteTasks.finish(task!.id, 'OK', now);
		await tables.remoteTasks.settle(task!.id);

		for (let index = 1; index <= 51; index++) {
			await ask(tables, made.id, index);
		}

		for (const [index, age] of [401, 399].entries()) {
			const {id} = await tables.backups.add({
				vmId: made.id, kind: 'manual', localDate: null, storage: 'shared', note: null, createdAt: index, operationId: null,
			});
			await tables.backups.set(id, {state: 'failed', cause: `${age} days ago`, finishedAt: now - (age * day)});
		}

		return made;
	});
	const chore = chores.find(({name}) => name === 'pruning')!;
	const run = async (at: number) => chore.run({
		store, fenced: store.fencedBy(lease.held!), clock: makeClock(at), settings: {
			retention: {
				debugMs: null, infoMs: null, errorMs: null, runsMs: null,
			},
		},
	} as unknown as Parameters<typeof chore.run>[0]);
	const first = async () => (await store.read.operations.find(1)) !== undefined;
	const causes = async () => (await store.read.backups.list(vm.id)).map(({cause}) => cause);

	await run(now);
	expect([await first(), await store.read.operations.find(2), await store.read.remoteTasks.countSince('fra1', 'qmdestroy', now - hour)]).toEqual([true, undefined, 1]);
	expect(await causes()).toEqual(['399 days ago']);
	await run(now + day);
	expect([await first(), (await store.read.operations.listFor(vm.id)).length]).toEqual([false, 50]);
	expect(await causes()).toEqual(['399 days ago']);
	await run(now + (2 * day));
	expect(await causes()).toEqual([]);
});
