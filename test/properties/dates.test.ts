import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {findDueDay, type BackupSchedule, type DayRecord} from '../../source/domain/backup-schedule.js';
import {createLocalClock, dayBefore} from '../../source/domain/local-time.js';
import {weekdays} from '../../source/domain/package.js';
import {createPeriods, isMonth} from '../../source/domain/traffic-periods.js';
import {runs, seed} from './seed.js';

// Clocks that change by an hour, by half an hour, at midnight, in the other half of the year, and never; one that once left a day out.
const zones = ['UTC', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'America/Sao_Paulo', 'Asia/Beirut', 'Africa/Cairo', 'Asia/Kathmandu', 'Pacific/Apia', 'America/Havana'];
const zone = fc.constantFrom(...zones);
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const moment = fc.integer({min: Date.UTC(2011, 0, 1), max: Date.UTC(2031, 0, 1)});
const time = fc.tuple(fc.nat(23), fc.nat(59)).map(parts => parts.map(part => String(part).padStart(2, '0')).join(':'));
const schedule: fc.Arbitrary<BackupSchedule> = fc.record(Object.fromEntries(weekdays.map(day => [day, time])) as Record<typeof weekdays[number], typeof time>, {requiredKeys: []});

describe(`clocks (seed ${seed})`, () => {
	test('of any zone show a day, its weekday and a minute of it, and the day before is the one before', () => {
		fc.assert(fc.property(zone, moment, (timeZone, at) => {
			const clock = createLocalClock(timeZone);
			const {date, weekday, minutes} = clock(at);
			const asUtc = Date.parse(`${date}T00:00:00Z`) + (minutes * minuteMs);
			expect(Math.abs(asUtc - at)).toBeLessThanOrEqual(15 * hourMs);
			expect(minutes).toBeLessThan(24 * 60);
			expect(weekday).toBe(weekdays[(new Date(`${date}T12:00:00Z`).getUTCDay() + 6) % 7]);
			expect(dayBefore({date}).date < date).toBe(true);
			expect(Date.parse(date) - Date.parse(dayBefore({date}).date)).toBe(dayMs);
			const {day, month} = createPeriods(timeZone)(Math.floor(at / 1000));
			expect([day, month, isMonth(month)]).toEqual([date, date.slice(0, 7), true]);
		}), runs(1000));
	});

	test('that change give neither two backups of a day nor none: each scheduled day has exactly one, after its time', () => {
		fc.assert(fc.property(zone, moment, schedule, fc.integer({min: 13, max: 59}), (timeZone, start, times, stepMinutes) => {
			const clock = createLocalClock(timeZone);
			const done = new Map<string, DayRecord>();
			const first = clock(start).date;
			const seen = new Map<string, string>();
			let now = start;
			for (; now < start + (10 * dayMs); now += stepMinutes * minuteMs) {
				const local = clock(now);
				seen.set(local.date, local.weekday);
				const due = findDueDay(times, {
					now, local, lateMinutes: 75, recordOf: date => done.get(date),
				});
				if (due === undefined) {
					continue;
				}

				expect(done.has(due)).toBe(false);
				done.set(due, {state: 'done', attempts: 1, finishedAt: now});
			}

			// The first day began before we looked; of the last one the end may not have been looked at.
			const whole = [...seen].filter(([date]) => date > first && date < clock(now - (2 * hourMs)).date);
			const wanted = whole.filter(([, weekday]) => times[weekday as keyof typeof times] !== undefined).map(([date]) => date);
			expect(done.keys().filter(date => whole.some(([day]) => day === date)).toArray().toSorted()).toEqual(wanted.toSorted());
		}), runs(120));
	});

	test('that are set back or forward by a person make no second backup of a day', () => {
		fc.assert(fc.property(zone, moment, schedule, fc.array(fc.integer({min: -3 * 60, max: 24 * 60}), {maxLength: 60}), (timeZone, start, times, jumps) => {
			const clock = createLocalClock(timeZone);
			const done = new Map<string, DayRecord>();
			let now = start;
			for (const minutes of jumps) {
				now += minutes * minuteMs;
				const due = findDueDay(times, {
					now, local: clock(now), lateMinutes: 75, recordOf: date => done.get(date),
				});
				if (due === undefined) {
					continue;
				}

				expect(done.has(due)).toBe(false);
				done.set(due, {state: 'done', attempts: 1, finishedAt: now});
			}
		}), runs(500));
	});
});
