import {describe, expect, it} from 'vitest';
import {type TrafficRow} from '../../../source/domain/traffic.js';
import {type Package} from '../../../source/domain/package.js';
import {type Store} from '../../../source/store/store.js';
import {newVm} from '../../store/support/temporary-store.js';
import {fixedNow} from '../support/fixed-overview.js';
import {createRealApp} from '../support/real-app.js';
import {detailOf} from './support.js';

const gigabyte = 1e9;
const seconds = (text: string): number => Date.parse(text) / 1000;

const span = (vmId: number, unit: TrafficRow['unit'], start: string, gigabytes: number): TrafficRow => ({
	vmId, unit, start, bytesIn: gigabytes * gigabyte / 4, bytesOut: gigabytes * gigabyte * 3 / 4, estimatedBytes: 0, gapSeconds: 0,
});

/** Twenty days of November, the 7th without a sample, and October. */
const addVm = async (store: Store, own?: Package): Promise<number> => store.write(async ({vms, traffic}) => {
	const {id} = await vms.insert(newVm({createdAt: Date.parse('2026-09-03T00:00:00Z'), package: own ?? {trafficGb: 600}}));
	const days = Array.from({length: 20}, (_, index) => index + 1).filter(day => day !== 7)
		.map(day => ({...span(id, 'day', `2026-11-${String(day).padStart(2, '0')}`, day === 8 ? 4 : 20), gapSeconds: day === 8 ? 7200 : 0}));
	await traffic.add({
		vmId: id, from: null, to: seconds('2026-11-20T23:00:00Z'), now: fixedNow,
		rows: [...days, {...span(id, 'month', '2026-11', 364), gapSeconds: 93_600}, span(id, 'month', '2026-10', 480)],
	});
	return id;
});

describe('the details of a VM\'s traffic', () => {
	it('show the month by day, how it will end, and the months before', async () => {
		const {app, store} = await createRealApp();
		const vmId = await addVm(store);
		const {title, text} = await detailOf(app, {kind: 'traffic', vmId}, {columns: 80});
		expect(title).toBe('web1.example.net: traffic of 2026-11');
		expect(text).toMatchInlineSnapshot(`
			"
			  vm            v101, order order-1
			  used          364 GB of 600 GB (60%): in and out
			  in, out       91.0 GB in, 273 GB out
			  month's end   about 556 GB if it goes on like this, 92% of the limit
			  counted       up to 2026-11-21 00:00:00 CET (18h40m ago), days of
			                Europe/Berlin
			  gaps          26h without samples: it is at least that much

			  Bytes a day: in and out
			 30 GB┤
			      │
			      │▃┄▃┄▃┄▃┄▃┄▃┄┄┄┄┄▃┄▃┄▃┄▃┄▃┄▃┄▃┄▃┄▃┄▃┄▃┄▃┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄
			      │█ █ █ █ █ █     █ █ █ █ █ █ █ █ █ █ █ █
			 15 GB┤█ █ █ █ █ █     █ █ █ █ █ █ █ █ █ █ █ █
			      │█ █ █ █ █ █   ? █ █ █ █ █ █ █ █ █ █ █ █
			      │█ █ █ █ █ █   ▁ █ █ █ █ █ █ █ █ █ █ █ █
			      │█ █ █ █ █ █ ? █ █ █ █ █ █ █ █ █ █ █ █ █
			     0└────────────────────────────────────────····················
			       1       5         10        15        20        25        30
			  20.0 GB a day would use up the 600 GB of the month
			  ? no samples for an hour or more of that day

			  Months before
			  2026-10    480 GB   80%    120 GB in   360 GB out"
		`);
	});

	it.each([40, 52, 60, 110, 300])('fit into %i columns', async columns => {
		const {app, store} = await createRealApp();
		const vmId = await addVm(store);
		const {text} = await detailOf(app, {kind: 'traffic', vmId}, {columns});
		expect(text).toMatch(/└─+·+$/m);
		expect(text).toMatch(/2026-10 +480 GB/);
	});

	it('go by what the package counts', async () => {
		const {app, store} = await createRealApp();
		const vmId = await addVm(store, {trafficGb: 300, traffic: {count: 'out'}});
		const {text} = await detailOf(app, {kind: 'traffic', vmId});
		expect(text).toContain('273 GB of 300 GB (91%): what went out');
		expect((await detailOf(app, {kind: 'vm', id: vmId})).text).toMatch(/traffic +273 GB of 300 GB \(91%\) in 2026-11, what went out/);
	});

	it('let the days add up to the month where the larger direction counts', async () => {
		const {app, store} = await createRealApp();
		const vmId = await addVm(store, {traffic: {count: 'max'}});
		expect((await detailOf(app, {kind: 'traffic', vmId})).text).toContain('273 GB, no limit: the larger of in and out');
	});

	it('say where nothing was counted', async () => {
		const {app, store} = await createRealApp();
		const {id} = await store.write(async ({vms}) => vms.insert(newVm({createdAt: fixedNow - 1000})));
		const {text} = await detailOf(app, {kind: 'traffic', vmId: id});
		expect(text).toMatch(/counted +never yet/);
		expect(text).toContain('nothing was counted in this month');
	});

	it('foresee nothing from less than a day', async () => {
		const {app, store} = await createRealApp();
		const {id} = await store.write(async ({vms, traffic}) => {
			const vm = await vms.insert(newVm({createdAt: fixedNow - 7_200_000}));
			await traffic.add({
				vmId: vm.id, from: null, to: (fixedNow / 1000) - 60, now: fixedNow, rows: [span(vm.id, 'day', '2026-11-21', 1), span(vm.id, 'month', '2026-11', 1)],
			});
			return vm;
		});
		expect((await detailOf(app, {kind: 'traffic', vmId: id})).text).not.toContain('month\'s end');
	});
});
