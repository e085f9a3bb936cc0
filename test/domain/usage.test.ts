import {describe, expect, test} from 'vitest';
import {createPeriods, isMonth} from '../../source/domain/traffic-periods.js';
import {type TrafficRow} from '../../source/domain/traffic.js';
import {billableBytes, findUsage, type UsedVm} from '../../source/domain/usage.js';

const now = Date.UTC(2026, 11, 1, 3);

const vm = (own: Partial<UsedVm> = {}): UsedVm => ({
	id: 7, reference: 'whmcs-7', hostname: 'web7.example.net', timezone: null, package: {}, createdAt: Date.UTC(2026, 9, 5), removedAt: null, ...own,
});

const row = (own: Partial<TrafficRow> = {}): TrafficRow => ({
	vmId: 7, unit: 'month', start: '2026-11', bytesIn: 10, bytesOut: 30, estimatedBytes: 1, gapSeconds: 60, ...own,
});

const find = (own: Partial<Parameters<typeof findUsage>[0]> = {}) => findUsage({
	vms: [vm()], rows: [row()], marks: [{vmId: 7, watermark: now / 1000, countedAt: now}], month: '2026-11', settings: {timezone: 'UTC'}, now, ...own,
});

describe('billable', () => {
	test.each([['out', 30], ['max', 30], ['sum', 40]] as const)('%s', (count, bytes) => {
		expect(billableBytes({traffic: {count}}, row())).toBe(bytes);
	});

	test('is the sum where the package does not say, and the larger of both whichever it is', () => {
		expect(billableBytes({}, row())).toBe(40);
		expect(billableBytes({traffic: {count: 'max'}}, row({bytesIn: 50}))).toBe(50);
	});
});

describe('complete', () => {
	const isComplete = (own: Partial<Parameters<typeof findUsage>[0]>) => find(own)[0]!.isComplete;

	test('is a month that is over and was counted beyond its end', () => {
		expect(isComplete({})).toBe(true);
		expect(isComplete({marks: [{vmId: 7, watermark: (Date.UTC(2026, 11, 1) / 1000) - 60, countedAt: now}]})).toBe(false);
		expect(isComplete({marks: [{vmId: 7, watermark: Date.UTC(2026, 11, 1) / 1000, countedAt: now}]})).toBe(true);
		expect(isComplete({marks: []})).toBe(false);
		expect(isComplete({month: '2026-12'})).toBe(false);
	});

	test('goes by the VM\'s zone: in New York November has not ended yet', () => {
		expect(isComplete({vms: [vm({timezone: 'America/New_York'})]})).toBe(false);
		expect(isComplete({vms: [vm({timezone: 'Asia/Tokyo'})], marks: [{vmId: 7, watermark: Date.UTC(2026, 10, 30, 15) / 1000, countedAt: now}]})).toBe(true);
	});

	test('is a removed VM once its month is over: nothing more will come of it', () => {
		const removedAt = Date.UTC(2026, 10, 20);
		const marks = [{vmId: 7, watermark: removedAt / 1000, countedAt: now}];
		const vms = [vm({removedAt})];
		expect(isComplete({vms, marks})).toBe(true);
		expect(isComplete({vms, marks, now: Date.UTC(2026, 10, 25)})).toBe(false);
	});
});

test('a month is one of the calendar\'s', () => {
	expect(['2026-11', '2026-00', '2026-13', '26-11', '2026-11-01', ''].map(text => isMonth(text))).toEqual([true, false, false, false, false, false]);
});

test('hours are UTC, days and months the zone\'s', () => {
	const at = Date.UTC(2026, 10, 30, 18, 45) / 1000;
	expect(createPeriods('Asia/Kolkata')(at)).toEqual({hour: '2026-11-30T18Z', day: '2026-12-01', month: '2026-12'});
	expect(createPeriods('UTC')(at)).toEqual({hour: '2026-11-30T18Z', day: '2026-11-30', month: '2026-11'});
});
