import {expect, test} from 'vitest';
import {type TrafficRow} from '../../source/domain/traffic.js';
import {type Store} from '../../source/store/store.js';
import {makeStore, newVm} from './support/temporary-store.js';

const insertVm = async (store: Store, index = 1) => store.write(async ({vms}) => vms.insert(newVm({reference: `order-${index}`, hostname: `h${index}.example.net`})));
const row = (vmId: number, start: string, facts: Partial<TrafficRow> = {}): TrafficRow => ({
	vmId, unit: 'hour', start, bytesIn: 10, bytesOut: 1, estimatedBytes: 0, gapSeconds: 0, ...facts,
});
const count = async (store: Store, vmId: number, from: number | null, to: number, rows: readonly TrafficRow[] = []) => store.write(async ({traffic}) => traffic.add({
	vmId, from, to, rows, now: 5000,
}));
const all = {from: '', to: '~'};

test('what is counted is added to what was, and the watermark moves with it', async () => {
	const store = await makeStore();
	const {id} = await insertVm(store);
	expect(await store.read.traffic.findMark(id)).toBeUndefined();
	expect(await count(store, id, null, 100)).toBe(true);
	expect(await store.read.traffic.findMark(id)).toEqual({vmId: id, watermark: 100, countedAt: 5000});
	expect(await count(store, id, 100, 160, [row(id, '2026-11-21T17Z', {estimatedBytes: 4, gapSeconds: 60}), row(id, '2026-11-21', {unit: 'day'})])).toBe(true);
	expect(await count(store, id, 160, 220, [row(id, '2026-11-21T17Z', {estimatedBytes: 1, gapSeconds: 30, bytesIn: 2 ** 45})])).toBe(true);
	expect(await store.read.traffic.list({unit: 'hour', ...all})).toEqual([row(id, '2026-11-21T17Z', {
		bytesIn: (2 ** 45) + 10, bytesOut: 2, estimatedBytes: 5, gapSeconds: 90,
	})]);
	expect(await store.read.traffic.list({unit: 'day', ...all})).toHaveLength(1);
	expect(await store.read.traffic.findMark(id)).toMatchObject({watermark: 220});
});

test('what somebody else has counted meanwhile is not counted twice', async () => {
	const store = await makeStore();
	const {id} = await insertVm(store);
	const hour = [row(id, '2026-11-21T17Z')];
	expect(await count(store, id, 100, 160, hour)).toBe(false);
	expect(await Promise.all(Array.from({length: 4}, async () => count(store, id, null, 100, hour)))).toEqual([true, false, false, false]);
	const again = await Promise.all(Array.from({length: 4}, async () => count(store, id, 100, 160, hour)));
	expect(again.filter(Boolean)).toHaveLength(1);
	expect(await count(store, id, null, 160, hour)).toBe(false);
	expect(await store.read.traffic.list({unit: 'hour', ...all})).toMatchObject([{bytesIn: 20}]);
});

test('a count that does not come to its end leaves neither bytes nor a watermark', async () => {
	const store = await makeStore();
	const {id} = await insertVm(store);
	await expect(store.write(async ({traffic}) => {
		await traffic.add({
			vmId: id, from: null, to: 100, rows: [row(id, '2026-11-21T17Z'), row(4711, '2026-11-21T17Z')], now: 1,
		});
	})).rejects.toThrow('FOREIGN KEY');
	expect(await store.read.traffic.findMark(id)).toBeUndefined();
	expect(await store.read.traffic.list({unit: 'hour', ...all})).toEqual([]);
});

test('rows are found by their unit and span, of one VM or of all, by VM and start', async () => {
	const store = await makeStore();
	const [one, two] = [await insertVm(store), await insertVm(store, 2)];
	await count(store, two.id, null, 1, [row(two.id, '2026-11'), row(two.id, '2026-10')].map(month => ({...month, unit: 'month' as const})));
	await count(store, one.id, null, 1, [
		...['2026-11-21T23Z', '2026-11-22T00Z', '2026-11-22T23Z', '2026-11-23T00Z'].map(start => row(one.id, start)),
		...['2026-11-21', '2026-11-22'].map(start => row(one.id, start, {unit: 'day'})),
		row(one.id, '2026-11', {unit: 'month'}),
	]);
	const starts = async (filter: Parameters<Store['read']['traffic']['list']>[0]) => (await store.read.traffic.list(filter)).map(({vmId, start}) => `${vmId} ${start}`);
	expect(await starts({unit: 'hour', from: '2026-11-22', to: '2026-11-23'})).toEqual(['101 2026-11-22T00Z', '101 2026-11-22T23Z']);
	expect(await starts({unit: 'month', from: '2026-10', to: '2026-12'})).toEqual(['101 2026-11', '102 2026-10', '102 2026-11']);
	expect(await starts({unit: 'month', from: '2026-10', to: '2026-11'})).toEqual(['102 2026-10']);
	expect(await starts({
		unit: 'month', from: '2026-10', to: '2026-12', vmId: one.id,
	})).toEqual(['101 2026-11']);
	expect(await starts({unit: 'day', from: '2026-11-22', to: '2026-11-22'})).toEqual([]);
	expect((await store.read.traffic.listMarks()).map(({vmId}) => vmId)).toEqual([101, 102]);
});

test('old rows of a unit go, the others and the watermarks stay', async () => {
	const store = await makeStore();
	const {id} = await insertVm(store);
	await count(store, id, null, 1, [row(id, '2026-10-17T09Z'), row(id, '2026-10-17T10Z'), row(id, '2026-10-01', {unit: 'day'}), row(id, '2025-01', {unit: 'month'})]);
	await store.write(async ({traffic}) => traffic.prune('hour', '2026-10-17T10Z'));
	expect(await store.read.traffic.list({unit: 'hour', ...all})).toMatchObject([{start: '2026-10-17T10Z'}]);
	expect(await store.read.traffic.list({unit: 'day', ...all})).toHaveLength(1);
	expect(await store.read.traffic.list({unit: 'month', ...all})).toHaveLength(1);
	expect(await store.read.traffic.findMark(id)).toMatchObject({watermark: 1});
});
