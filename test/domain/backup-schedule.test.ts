import {describe, expect, test} from 'vitest';
import {
	backupScheduleOf,
	findDueDay,
	hasBackupDay,
	type BackupSchedule,
	type DayRecord,
} from '../../source/domain/backup-schedule.js';
import {createLocalClock, dayBefore} from '../../source/domain/local-time.js';
import {weekdays} from '../../source/domain/package.js';

const minute = 60_000;
const hour = 60 * minute;
const window = '01:00-05:00';
const daily = (time: string): BackupSchedule => Object.fromEntries(weekdays.map(day => [day, time]));

const at = (moment: string) => Date.parse(moment);

const dueAt = (schedule: BackupSchedule, zone: string | ReturnType<typeof createLocalClock>, moment: string | number, records: Readonly<Record<string, DayRecord>> = {}): string | undefined => {
	const now = typeof moment === 'string' ? at(moment) : moment;
	const clock = typeof zone === 'string' ? createLocalClock(zone) : zone;
	return findDueDay(schedule, {
		now, local: clock(now), lateMinutes: 75, recordOf: date => records[date],
	});
};

/** Runs every `stepMs` from one moment to another; a backup that is due is made at once. When each began. */
const simulate = (schedule: BackupSchedule, zone: string, [from, to]: readonly [string, string], stepMs = 5 * minute): readonly string[] => {
	const records: Record<string, DayRecord> = {};
	const begun: string[] = [];
	const clock = createLocalClock(zone);
	for (let now = at(from); now <= at(to); now += stepMs) {
		const day = dueAt(schedule, clock, now, records);
		if (day === undefined) {
			continue;
		}

		records[day] = {state: 'done', attempts: 1, finishedAt: now};
		begun.push(`${day} ${new Date(now).toISOString().slice(0, 16)}`);
	}

	return begun;
};

describe('the clock of a zone', () => {
	test.each([
		['Europe/Berlin', '2026-03-29T00:59:00Z', '2026-03-29', 'sun', 119],
		['Europe/Berlin', '2026-03-29T01:00:00Z', '2026-03-29', 'sun', 180],
		['America/New_York', '2026-11-22T03:30:00Z', '2026-11-21', 'sat', (22 * 60) + 30],
		['Pacific/Auckland', '2026-11-21T11:00:00Z', '2026-11-22', 'sun', 0],
		['Asia/Kathmandu', '2026-12-31T18:15:00Z', '2027-01-01', 'fri', 0],
		['UTC', '2028-02-29T23:59:59Z', '2028-02-29', 'tue', 1439],
	])('%s at %s shows %s, %s, %i minutes', (zone, moment, date, weekday, minutes) => {
		expect(createLocalClock(zone)(at(moment))).toEqual({date, weekday, minutes});
	});

	test('the day before is one by the calendar', () => {
		expect(dayBefore({date: '2026-03-01'})).toEqual({date: '2026-02-28', weekday: 'sat'});
		expect(dayBefore({date: '2027-01-01'})).toEqual({date: '2026-12-31', weekday: 'thu'});
	});
});

describe('which schedule applies', () => {
	const vm = {id: 101, backup: null, package: {backups: 2, backupDays: ['mon', 'thu'], backupAt: '02:30'}} as const;

	test('what was set for the VM wins over its package', () => {
		expect(backupScheduleOf({...vm, backup: {tue: '04:00'}}, window)).toEqual({tue: '04:00'});
	});

	test('an empty one is off, whatever the package says', () => {
		expect(hasBackupDay(backupScheduleOf({...vm, backup: {}}, window))).toBe(false);
	});

	test('else the package\'s days at the package\'s time', () => {
		expect(backupScheduleOf(vm, window)).toEqual({mon: '02:30', thu: '02:30'});
	});

	test('a package without days has none, and one without backups has none even where days were set for the VM', () => {
		expect(backupScheduleOf({...vm, package: {}}, window)).toEqual({});
		expect(backupScheduleOf({...vm, backup: {tue: '04:00'}, package: {...vm.package, backups: 0}}, window)).toEqual({});
	});

	test.each([
		[window, 60, 300],
		['23:00-03:00', 23 * 60, 27 * 60],
		['00:00-23:59', 0, 1439],
	])('without a time they lie evenly over %s, each VM always at the same one', (given, from, to) => {
		const timeOf = (id: number) => backupScheduleOf({...vm, id, package: {backupDays: ['mon']}}, given).mon!;
		const minutes = Array.from({length: 1000}, (_, id) => {
			expect(timeOf(id)).toMatch(/^(?:[01]\d|2[0-3]):[0-5]\d$/);
			const [hours, rest] = timeOf(id).split(':').map(Number);
			const ofDay = (hours! * 60) + rest!;
			return ofDay < from ? ofDay + 1440 : ofDay;
		});
		expect(Math.min(...minutes)).toBeGreaterThanOrEqual(from);
		expect(Math.max(...minutes)).toBeLessThan(to);
		for (let quarter = 0; quarter < 4; quarter++) {
			const length = (to - from) / 4;
			expect(minutes.filter(one => one >= from + (quarter * length) && one < from + ((quarter + 1) * length)).length).toBeGreaterThan(240);
		}

		expect(timeOf(7)).toBe(timeOf(7));
	});
});

describe('due', () => {
	const schedule: BackupSchedule = {sat: '02:30'};
	const failed = (attempts: number, finishedAt: string): DayRecord => ({state: 'failed', attempts, finishedAt: at(finishedAt)});

	test('is a weekday whose time has come and that has no backup yet', () => {
		expect(dueAt(schedule, 'UTC', '2026-11-21T02:29:59Z')).toBeUndefined();
		expect(dueAt(schedule, 'UTC', '2026-11-21T02:30:00Z')).toBe('2026-11-21');
		expect(dueAt(schedule, 'UTC', '2026-11-20T12:00:00Z')).toBeUndefined();
	});

	test('is decided by the VM\'s zone: it is Saturday in Tokyo while it is Friday in New York', () => {
		expect(dueAt(schedule, 'Asia/Tokyo', '2026-11-20T17:30:00Z')).toBe('2026-11-21');
		expect(dueAt(schedule, 'America/New_York', '2026-11-20T17:30:00Z')).toBeUndefined();
	});

	test.each([['done'], ['running'], ['waiting'], ['removed']] as const)('is nothing where the day\'s backup is %s', state => {
		expect(dueAt(schedule, 'UTC', '2026-11-21T12:00:00Z', {'2026-11-21': {state, attempts: 1, finishedAt: null}})).toBeUndefined();
	});

	test('is a failed one again after a quarter of an hour, three times a day at most, so that it is not due at every tick', () => {
		const after = (attempts: number, moment: string) => dueAt(schedule, 'UTC', moment, {'2026-11-21': failed(attempts, '2026-11-21T02:40:00Z')});
		expect(after(1, '2026-11-21T02:54:59Z')).toBeUndefined();
		expect(after(1, '2026-11-21T02:55:00Z')).toBe('2026-11-21');
		expect(after(2, '2026-11-21T23:59:00Z')).toBe('2026-11-21');
		expect(after(3, '2026-11-21T23:59:00Z')).toBeUndefined();
	});

	test('is no failed one of the day before, once midnight has passed', () => {
		const late = {sat: '23:30'};
		expect(dueAt(late, 'UTC', '2026-11-22T00:10:00Z', {'2026-11-21': failed(1, '2026-11-21T23:40:00Z')})).toBeUndefined();
	});

	test('is one that failed in a future that a wrong clock had seen', () => {
		expect(dueAt(schedule, 'UTC', '2026-11-21T12:00:00Z', {'2026-11-21': failed(1, '2026-12-24T00:00:00Z')})).toBe('2026-11-21');
	});

	test('is after downtime today\'s, however late, but not yesterday\'s', () => {
		expect(dueAt({fri: '02:30', sat: '02:30'}, 'UTC', '2026-11-21T23:00:00Z')).toBe('2026-11-21');
		expect(dueAt({fri: '02:30'}, 'UTC', '2026-11-21T02:31:00Z')).toBeUndefined();
		expect(dueAt({fri: '20:00'}, 'UTC', '2026-11-21T00:30:00Z')).toBeUndefined();
	});

	test('is one shortly before midnight that the hourly run could see only after it', () => {
		expect(dueAt({sat: '23:30'}, 'UTC', '2026-11-22T00:20:00Z')).toBe('2026-11-21');
		expect(dueAt({sat: '23:30'}, 'UTC', '2026-11-22T00:46:00Z')).toBeUndefined();
		expect(simulate(daily('23:59'), 'UTC', ['2026-11-20T12:20:00Z', '2026-11-23T00:20:00Z'], hour)).toEqual([
			'2026-11-20 2026-11-21T00:20', '2026-11-21 2026-11-22T00:20', '2026-11-22 2026-11-23T00:20',
		]);
	});
});

describe('a change of the clocks gives neither two backups nor none', () => {
	test.each([
		['Berlin springs over 02:30',
			'Europe/Berlin',
			'02:30',
			['2026-03-27T23:00:00Z', '2026-03-30T12:00:00Z'],
			['2026-03-28 2026-03-28T01:30', '2026-03-29 2026-03-29T01:00', '2026-03-30 2026-03-30T00:30']],
		['Berlin has 02:30 twice',
			'Europe/Berlin',
			'02:30',
			['2026-10-23T22:00:00Z', '2026-10-26T12:00:00Z'],
			['2026-10-24 2026-10-24T00:30', '2026-10-25 2026-10-25T00:30', '2026-10-26 2026-10-26T01:30']],
		['Santiago\'s day begins at 01:00',
			'America/Santiago',
			'00:30',
			['2026-09-05T05:00:00Z', '2026-09-08T00:00:00Z'],
			['2026-09-05 2026-09-05T05:00', '2026-09-06 2026-09-06T04:00', '2026-09-07 2026-09-07T03:30']],
		['Santiago\'s day has its last hour twice',
			'America/Santiago',
			'23:30',
			['2026-04-03T12:00:00Z', '2026-04-06T12:00:00Z'],
			['2026-04-03 2026-04-04T02:30', '2026-04-04 2026-04-05T02:30', '2026-04-05 2026-04-06T03:30']],
		['Lord Howe springs half an hour over 02:15',
			'Australia/Lord_Howe',
			'02:15',
			['2026-10-02T14:00:00Z', '2026-10-04T23:00:00Z'],
			['2026-10-03 2026-10-02T15:45', '2026-10-04 2026-10-03T15:30', '2026-10-05 2026-10-04T15:15']],
		['Lord Howe has 01:45 twice',
			'Australia/Lord_Howe',
			'01:45',
			['2026-04-03T14:00:00Z', '2026-04-05T23:00:00Z'],
			['2026-04-04 2026-04-03T14:45', '2026-04-05 2026-04-04T14:45', '2026-04-06 2026-04-05T15:15']],
	] as const)('%s', (_, zone, time, span, expected) => {
		expect(simulate(daily(time), zone, span)).toEqual(expected);
	});
});
