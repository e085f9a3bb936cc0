import {weekdays, type Weekday} from './package.js';

/** What the clocks of a zone show. */
export type LocalTime = {
	/** `2026-11-21`. */
	readonly date: string;
	readonly weekday: Weekday;
	/** Since 00:00 by the clock: 150 at 02:30, however long the day has been. */
	readonly minutes: number;
};

const weekdayOf = (date: string): Weekday => weekdays[(new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7]!;

/** The clocks of a zone, to be kept for as long as they are read: making them takes longer than reading them. */
export const createLocalClock = (timeZone: string): ((at: number) => LocalTime) => {
	const format = new Intl.DateTimeFormat('en', {
		timeZone, calendar: 'gregory', numberingSystem: 'latn', hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit',
	});

	return at => {
		const parts = Object.fromEntries(format.formatToParts(at).map(({type, value}) => [type, value]));
		const date = `${parts.year!.padStart(4, '0')}-${parts.month}-${parts.day}`;
		return {date, weekday: weekdayOf(date), minutes: (Number(parts.hour) * 60) + Number(parts.minute)};
	};
};

/** The day before, by the calendar. */
export const dayBefore = ({date}: Pick<LocalTime, 'date'>): Omit<LocalTime, 'minutes'> => {
	const before = new Date(Date.parse(`${date}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10);
	return {date: before, weekday: weekdayOf(before)};
};
