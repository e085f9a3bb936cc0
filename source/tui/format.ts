import {taskTable, type TaskName} from '../domain/task.js';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** A span in its largest unit, `52s`, `3h`: what one glance takes in. */
export const formatSpan = (ms: number): string => {
	const span = Math.max(0, ms);
	if (span < minute) {
		return `${Math.floor(span / second)}s`;
	}

	if (span < hour) {
		return `${Math.floor(span / minute)}m`;
	}

	return span < 2 * day ? `${Math.floor(span / hour)}h` : `${Math.floor(span / day)}d`;
};

/** When it comes, `in 8s`, `in 3m`; `now` once it has come. */
export const formatCountdown = (ms: number): string => ms < second ? 'now' : `in ${formatSpan(ms)}`;

/** `3 VMs`, `1 VM`. */
export const formatCount = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;

export const titleOf = (task: TaskName): string => taskTable.find(({name}) => name === task)!.title;

/** Moments in one zone, labelled. */
export type Times = {
	/** `18:40:12`. */
	readonly time: (at: number) => string;
	/** `Sat 18:40:12 CET`. */
	readonly clock: (at: number) => string;
	/** `2026-11-21 18:40:12 CET`. */
	readonly full: (at: number) => string;
};

const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const;
const timeInUtc = (at: number): string => new Date(at).toISOString().slice(11, 19);

// Most have no other zone, and Intl takes longer to wake than the first view to draw.
const utc: Times = {
	time: timeInUtc,
	clock: at => `${weekdays[new Date(at).getUTCDay()]!} ${timeInUtc(at)} UTC`,
	full: at => `${new Date(at).toISOString().slice(0, 10)} ${timeInUtc(at)} UTC`,
};

export const createTimes = (timeZone: string): Times => timeZone === 'UTC' ? utc : timesOf(timeZone);

/** Made once: a formatter of Intl is dear to make and cheap to use. */
const timesOf = (timeZone: string): Times => {
	const time = new Intl.DateTimeFormat('en-GB', {timeZone, timeStyle: 'medium', hourCycle: 'h23'});
	const weekday = new Intl.DateTimeFormat('en-GB', {timeZone, weekday: 'short'});
	const date = new Intl.DateTimeFormat('sv-SE', {timeZone, dateStyle: 'short'});
	const zone = new Intl.DateTimeFormat('en-GB', {timeZone, timeZoneName: 'short'});
	const label = (at: number) => zone.formatToParts(at).find(({type}) => type === 'timeZoneName')?.value ?? timeZone;

	return {
		time: at => time.format(at),
		clock: at => `${weekday.format(at)} ${time.format(at)} ${label(at)}`,
		full: at => `${date.format(at)} ${time.format(at)} ${label(at)}`,
	};
};
