import {describe, expect, test} from 'vitest';
import {
	countSamples,
	nextFrame,
	type Answers,
	type CountedSamples,
	type Frame,
	type Sample,
} from '../../source/domain/count-samples.js';
import {sumOf, type TrafficRow} from '../../source/domain/traffic.js';

/** A moment of 21 November 2026, in seconds. */
const at = (time: string, day = '2026-11-21'): number => Date.parse(`${day}T${time}Z`) / 1000;

const rate = {netIn: 100, netOut: 300};
const none = {netIn: undefined, netOut: undefined};

/** So many rows, the last of them ending at a moment. */
const series = (count: number, step: number, newest: number, sampleAt: (time: number) => Omit<Sample, 'time'> = () => rate): readonly Sample[] =>
	Array.from({length: count}, (_, index) => newest - ((count - 1 - index) * step)).map(time => ({time, ...sampleAt(time)}));

/** Samples by the minute, up to a moment of the day. */
const minutes = (count: number, newest: string, sampleAt?: (time: number) => Omit<Sample, 'time'>): readonly Sample[] => series(count, 60, at(newest), sampleAt);

/** No samples between two moments of the day. */
const unless = (from: string, to: string) => (time: number) => time > at(from) && time <= at(to) ? none : rate;

const count = (answers: Readonly<Partial<Record<Frame, readonly Sample[]>>>, watermark: number | null, own: {readonly isFirst?: boolean; readonly zone?: string} = {}): CountedSamples | undefined =>
	countSamples({
		vmId: 7, answers: new Map(Object.entries(answers)) as unknown as Answers, watermark, isFirst: false, zone: 'UTC', ...own,
	});

const ofUnit = (counted: CountedSamples | undefined, unit: TrafficRow['unit']) => Object.fromEntries((counted?.rows ?? [])
	.filter(row => row.unit === unit).map(({start, bytesIn, bytesOut, estimatedBytes, gapSeconds}) => [start, [bytesIn, bytesOut, estimatedBytes, gapSeconds]]));

const hoursOf = (...given: Parameters<typeof count>) => ofUnit(count(...given), 'hour');

const totalOf = ({rows}: CountedSamples) => sumOf(rows.filter(({unit}) => unit === 'hour'));

describe('what is counted', () => {
	const hour = minutes(60, '18:00:00');

	test('is rate times step of the samples after the watermark, up to the last that cannot change any more', () => {
		const counted = count({hour}, at('17:30:00'));
		expect(counted!.to).toBe(at('17:59:00'));
		expect(ofUnit(counted, 'hour')).toEqual({'2026-11-21T17Z': [29 * 60 * 100, 29 * 60 * 300, 0, 0]});
	});

	test('is nothing where there is no newer sample, and nothing at all where there are no rows', () => {
		expect(count({hour}, at('17:59:00'))).toBeUndefined();
		expect(count({hour: []}, at('17:00:00'))).toBeUndefined();
		expect(count({hour: minutes(60, '18:00:00', () => none)}, at('17:00:00'))).toBeUndefined();
	});

	test('is what another run would have counted in two, to the byte', () => {
		const fine = minutes(240, '18:00:00', time => ({netIn: (time % 997) / 7, netOut: (time % 991) / 3}));
		const first = count({day: fine.filter(({time}) => time <= at('16:17:00'))}, at('15:00:00'))!;
		const second = count({day: fine}, first.to)!;
		const both = totalOf({rows: [...first.rows, ...second.rows], to: second.to});
		const whole = totalOf(count({day: fine}, at('15:00:00'))!);
		expect(Math.abs(both.bytesIn - whole.bytesIn)).toBeLessThanOrEqual(1);
		expect(Math.abs(both.bytesOut - whole.bytesOut)).toBeLessThanOrEqual(1);
	});

	test('begins in the middle of a sample where the clone ended there', () => {
		expect(hoursOf({hour}, at('17:57:45'))).toEqual({'2026-11-21T17Z': [7500, 22_500, 0, 0]});
	});

	test('begins now for a VM that was never looked at: what flowed before was not asked for', () => {
		expect(count({hour}, null)).toEqual({rows: [], to: at('17:59:00')});
	});

	test('needs both directions, and no rate below nothing', () => {
		const odd = minutes(60, '18:00:00', time => time === at('17:50:00') ? {netIn: 5, netOut: undefined} : (time === at('17:51:00') ? {netIn: -5, netOut: 1} : rate));
		expect(hoursOf({hour: odd}, at('17:45:00'))['2026-11-21T17Z']).toEqual([12 * 6000, 12 * 18_000, 0, 120]);
	});
});

describe('gaps', () => {
	test('are seconds without a sample, and null is not 0', () => {
		const hour = minutes(60, '18:00:00', unless('17:20:00', '17:30:00'));
		expect(hoursOf({hour}, at('17:10:00'))).toEqual({'2026-11-21T17Z': [39 * 6000, 39 * 18_000, 0, 600]});
		const idle = minutes(60, '18:00:00', () => ({netIn: 0, netOut: 0}));
		expect(hoursOf({hour: idle}, at('17:10:00'))).toEqual({'2026-11-21T17Z': [0, 0, 0, 0]});
	});

	test('at the end are none: the watermark stays at the last counted sample, and what comes late is counted', () => {
		const late = minutes(60, '18:00:00', unless('17:52:00', '18:00:00'));
		const first = count({hour: late}, at('17:10:00'));
		expect(first!.to).toBe(at('17:52:00'));
		const second = count({hour: minutes(60, '18:05:00')}, first!.to);
		expect([second!.to, ofUnit(second, 'hour')]).toEqual([at('18:04:00'), {'2026-11-21T17Z': [48_000, 144_000, 0, 0], '2026-11-21T18Z': [24_000, 72_000, 0, 0]}]);
	});

	test('that may still be filled stop the count before them; once they are five minutes old they are gaps', () => {
		const hole = unless('17:56:00', '17:57:00');
		expect(count({hour: minutes(60, '18:00:00', hole)}, at('17:30:00'))!.to).toBe(at('17:56:00'));
		const later = count({hour: minutes(60, '18:10:00', hole)}, at('17:56:00'));
		expect([later!.to, ofUnit(later, 'hour')['2026-11-21T17Z']]).toEqual([at('18:09:00'), [18_000, 54_000, 0, 60]]);
	});

	test('are also rows that are not there at all, and the time before all that anybody still knows', () => {
		const torn = minutes(60, '18:00:00').filter(({time}) => time <= at('17:20:00') || time > at('17:30:00'));
		expect(hoursOf({hour: torn}, at('17:10:00'))['2026-11-21T17Z']).toEqual([39 * 6000, 39 * 18_000, 0, 600]);
		expect(hoursOf({hour: minutes(20, '18:00:00')}, at('17:10:00'))['2026-11-21T17Z']).toEqual([19 * 6000, 19 * 18_000, 0, 1800]);
	});

	test('are none before the first sample of a new VM, however wrong the clock was that marked its beginning', () => {
		const young = minutes(60, '18:00:00', unless('00:00:00', '17:40:00'));
		expect(hoursOf({hour: young}, at('09:00:00'), {isFirst: true})).toEqual({'2026-11-21T17Z': [19 * 6000, 19 * 18_000, 0, 0]});
		expect(hoursOf({hour: young}, at('17:30:00'))['2026-11-21T17Z']).toEqual([19 * 6000, 19 * 18_000, 0, 600]);
	});
});

describe('coarser frames', () => {
	// PVE 8: the newest row of each frame is of a step that is not over.
	const pve8 = {
		hour: minutes(70, '18:08:00', time => time === at('18:08:00') ? none : rate),
		day: series(70, 1800, at('18:30:00'), time => time === at('18:30:00') ? none : {netIn: 50, netOut: 60}),
		week: series(70, 10_800, at('21:00:00'), time => time === at('21:00:00') ? none : {netIn: 10, netOut: 20}),
	};

	test('give only what lies before the finer ones, and that is an estimate', () => {
		// The hour frame begins at 16:58.
		const counted = count(pve8, at('16:10:00'));
		expect(ofUnit(counted, 'hour')).toEqual({
			'2026-11-21T16Z': [(48 * 60 * 50) + (120 * 100), (48 * 60 * 60) + (120 * 300), 48 * 60 * 110, 0], '2026-11-21T17Z': [360_000, 1_080_000, 0, 0], '2026-11-21T18Z': [42_000, 126_000, 0, 0],
		});
		expect(counted!.to).toBe(at('18:07:00'));
	});

	test('reach as far back as it takes, each for its part', () => {
		const ofWeek = (at('07:30:00', '2026-11-20') - at('04:30:00', '2026-11-20')) * 10;
		const ofDay = (at('16:58:00') - at('07:30:00', '2026-11-20')) * 50;
		const counted = count(pve8, at('04:30:00', '2026-11-20'));
		expect(totalOf(counted!)).toMatchObject({bytesIn: ofWeek + ofDay + (69 * 6000), gapSeconds: 0});
		expect(ofUnit(counted, 'hour')['2026-11-20T07Z']).toEqual([(1800 * 10) + (1800 * 50), (1800 * 20) + (1800 * 60), (1800 * 30) + (1800 * 110), 0]);
	});

	test('are not used where a finer one has a gap: the mean of its other part says nothing of it', () => {
		const counted = count({...pve8, hour: minutes(70, '18:08:00', unless('17:10:00', '17:20:00'))}, at('17:05:00'));
		expect(ofUnit(counted, 'hour')['2026-11-21T17Z']).toEqual([45 * 6000, 45 * 18_000, 0, 600]);
	});

	test('may stand in the same answer, as after an upgrade from 8 to 9', () => {
		const mixed = [...series(20, 1800, at('16:00:00'), () => ({netIn: 50, netOut: 60})), ...minutes(118, '18:00:00')];
		const counted = count({day: mixed}, at('15:45:00'));
		// Between the last old row and the first minute that the new ones know lie two minutes of nothing.
		expect(ofUnit(counted, 'hour')).toEqual({
			'2026-11-21T15Z': [900 * 50, 900 * 60, 900 * 110, 0], '2026-11-21T16Z': [58 * 6000, 58 * 18_000, 0, 120], '2026-11-21T17Z': [59 * 6000, 59 * 18_000, 0, 0],
		});
	});
});

describe('borders', () => {
	test('days and months are the zone\'s, hours are UTC, and a sample that lies over one is shared', () => {
		// Midnight in Kolkata is half past six in the evening.
		const coarse = series(40, 21_600, at('00:00:00', '2026-12-04'), time => ({netIn: time === at('00:00:00', '2026-12-01') ? 1000 : 0, netOut: 0}));
		const counted = count({year: coarse}, at('18:00:00', '2026-11-30'), {zone: 'Asia/Kolkata'});
		expect(ofUnit(counted, 'month')).toMatchObject({'2026-11': [1_800_000, 0, 1_800_000, 0], '2026-12': [19_800_000, 0, 19_800_000, 0]});
		expect(ofUnit(counted, 'day')).toMatchObject({'2026-11-30': [1_800_000, 0, 1_800_000, 0], '2026-12-01': [19_800_000, 0, 19_800_000, 0]});
		expect(ofUnit(counted, 'hour')).toMatchObject({'2026-11-30T18Z': [3_600_000, 0, 3_600_000, 0], '2026-11-30T23Z': [3_600_000, 0, 3_600_000, 0]});
	});

	test('a day of 25 hours has 25, and its hour that comes twice is two', () => {
		const night = series(1740, 60, at('02:00:00', '2026-10-26'));
		const counted = count({day: night}, at('22:00:00', '2026-10-24'), {zone: 'Europe/Berlin'});
		expect(ofUnit(counted, 'day')['2026-10-25']).toEqual([25 * 360_000, 25 * 1_080_000, 0, 0]);
		expect(ofUnit(counted, 'hour')).toMatchObject({'2026-10-25T00Z': [360_000, 1_080_000, 0, 0], '2026-10-25T01Z': [360_000, 1_080_000, 0, 0]});
	});

	test.each(['UTC', 'Europe/Berlin', 'America/St_Johns', 'Asia/Kathmandu'])('hours, days and months of %s add up to the same byte', zone => {
		const rows = minutes(1440, '18:00:00', time => time % 7 === 0 ? none : {netIn: (time % 1009) / 11, netOut: (time % 1013) / 13});
		const counted = count({day: rows}, at('18:10:00', '2026-11-20'), {zone})!;
		const [hours, days, months] = (['hour', 'day', 'month'] as const).map(unit => sumOf(counted.rows.filter(row => row.unit === unit)));
		expect(days).toEqual(hours);
		expect(months).toEqual(hours);
	});
});

describe('which frames are asked for', () => {
	const asked = (kept: Readonly<Record<Frame, readonly Sample[]>>, watermark: number | null, isHourEnough: boolean): string => {
		const answers = new Map<Frame, readonly Sample[]>();
		for (let frame = nextFrame(answers, watermark, isHourEnough); frame !== undefined; frame = nextFrame(answers, watermark, isHourEnough)) {
			answers.set(frame, kept[frame]);
		}

		return answers.keys().toArray().join(' ');
	};

	const now = at('18:00:00');
	const nine = {
		hour: series(60, 60, now), day: series(1440, 60, now), week: series(336, 1800, now), month: series(1440, 1800, now), year: series(1440, 21_600, now),
	};
	const eight = {
		hour: series(70, 60, now + 60), day: series(70, 1800, now + 1800), week: series(70, 10_800, now), month: series(70, 43_200, now), year: series(70, 604_800, now),
	};
	const hours = (ago: number) => now - (ago * 3600);

	test.each([
		['a run by hand soon after the last', nine, hours(0.5), true, 'hour'],
		['an hour after the last, on PVE 9', nine, hours(1.05), false, 'day'],
		['the same on PVE 8', eight, hours(1.05), true, 'hour'],
		['the same on PVE 8, where nobody knows yet that it is one', eight, hours(1.05), false, 'day hour'],
		['a wrong guess on PVE 9', nine, hours(1.05), true, 'hour day'],
		['three hours of outage on PVE 9', nine, hours(3), false, 'day'],
		['three hours of outage on PVE 8', eight, hours(3), false, 'day hour'],
		['a week on PVE 9', nine, hours(24 * 6.5), false, 'day week'],
		['a week on PVE 8', eight, hours(24 * 7), false, 'day hour week'],
		['a year on PVE 9', nine, hours(24 * 300), false, 'day week month year'],
		['longer than anything is kept', nine, hours(24 * 4000), false, 'day week month year'],
		['a VM that is seen for the first time', nine, null, false, 'hour'],
		['a clock of ours that is hours ahead or behind', nine, hours(-5), true, 'hour'],
	] as const)('%s', (_, kept, watermark, isHourEnough, wanted) => {
		expect(asked(kept, watermark, isHourEnough)).toBe(wanted);
	});

	test('none more where the answers are empty', () => {
		expect(asked({
			hour: [], day: [], week: [], month: [], year: [],
		}, now, true)).toBe('hour day week month year');
	});
});
