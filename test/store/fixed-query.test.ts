import {expect, test} from 'vitest';
import {addRunningVm, makeStore, newVm} from './support/temporary-store.js';

test('a query that is compiled once is asked with each call\'s own values, null among them', async () => {
	const store = await makeStore();
	const [first, second] = [await addRunningVm(store), await addRunningVm(store, newVm({reference: 'order-2', hostname: 'web2.example.net'}))];
	await store.write(async ({operations}) => {
		await operations.finish(first.operation.id, 'failed', 5000, 'no space');
		await operations.finish(second.operation.id, 'done', 6000);
	});
	expect(await store.read.operations.find(first.operation.id)).toMatchObject({state: 'failed', finishedAt: 5000, message: 'no space'});
	expect(await store.read.operations.find(second.operation.id)).toMatchObject({state: 'done', finishedAt: 6000, message: null});
});

test('two databases in one process share the text and nothing else', async () => {
	const stores = [await makeStore(), await makeStore()] as const;
	const [here, there] = [await addRunningVm(stores[0]), await addRunningVm(stores[1])];
	expect(here.operation.id).toBe(there.operation.id);
	await stores[0].write(async ({operations}) => operations.finish(here.operation.id, 'done', 5000));
	expect(await stores[1].read.operations.find(there.operation.id)).toMatchObject({state: 'running', finishedAt: null});
});
