import {describe, expect, test} from 'vitest';
import {type Store} from '../../source/store/store.js';
import {addRunningVm, makeStore} from './support/temporary-store.js';

const hour = 3_600_000;
const slot = {key: 'clone:fra1/local-lvm', limit: 1};
const waits = {
	waitingFor: 'something', nextAttemptAt: null, remoteTaskId: null, slot: null, pausedByNode: null,
};

const listReady = async (store: Store, now: number) => (await store.read.operations.listReady({
	now, tasks: ['process_vms'], clusters: ['fra1'], nodesDown: [], start: true, limit: 100,
})).map(({id}) => id);

describe('nothing waits for ever', () => {
	test('a moment further off than anything is put off was written before the clock was set back: it is due', async () => {
		const store = await makeStore();
		const {operation} = await addRunningVm(store);
		const now = 100 * hour;
		await store.write(async ({operations}) => operations.wait(operation.id, {...waits, nextAttemptAt: now + (5 * 60_000)}));
		expect(await listReady(store, now)).toEqual([]);
		expect(await listReady(store, now - (24 * hour))).toEqual([operation.id]);
	});

	test('an intent of a VM that needs a person keeps no slot from the others', async () => {
		const store = await makeStore();
		const stuck = await addRunningVm(store);
		const other = await addRunningVm(store, {reference: 'order-2', hostname: 'vm2.example.net'});
		const intent = ({vm, operation}: typeof stuck) => ({
			operationId: operation.id, vmId: vm.id, cluster: 'fra1', node: 'pve1', type: 'qmclone', taskVmid: 9000, step: 'clone', intentAt: 1, deadlineAt: 2,
		});
		await store.write(async ({remoteTasks, operations}) => {
			expect(await remoteTasks.intend(intent(stuck), slot)).toBeDefined();
			expect(await remoteTasks.intend(intent(other), slot)).toBeUndefined();
			await operations.wait(other.operation.id, {...waits, slot});
		});
		expect(await listReady(store, 1000)).not.toContain(other.operation.id);
		await store.write(async ({vms}) => vms.setAttention(stuck.vm.id, {reason: 'several', since: 5, command: 'cronsole vm retry v101'}));
		expect(await listReady(store, 1000)).toEqual([other.operation.id]);
		expect(await store.write(async ({remoteTasks}) => remoteTasks.intend(intent(other), slot))).toBeDefined();
	});
});
