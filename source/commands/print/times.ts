/** Moments as screens show them: in the config's zone, which is named. */
export type Times = {
	/** `2026-11-21 18:40:12 CET`. */
	readonly full: (ms: number) => string;
	/** `18:40:12` today, with its date otherwise. */
	readonly short: (ms: number, now: number) => string;
};

const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

export const createTimes = (timeZone: string): Times => timeZone === 'UTC' ? utc : timesOf(timeZone);

// Most have no other zone, and Intl takes longer to wake than everything else takes together.
const utc: Times = {
	full: ms => `${dayOf(ms)} ${new Date(ms).toISOString().slice(11, 19)} UTC`,
	short: (ms, now) => `${dayOf(ms) === dayOf(now) ? '' : `${dayOf(ms)} `}${new Date(ms).toISOString().slice(11, 19)}`,
};

const timesOf = (timeZone: string): Times => {
	const format = new Intl.DateTimeFormat('en-GB', {
		timeZone, year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23', timeZoneName: 'short',
	});
	const parts = (ms: number) => {
		const found = Object.fromEntries(format.formatToParts(ms).map(({type, value}) => [type, value]));
		return {date: `${found.year}-${found.month}-${found.day}`, time: `${found.hour}:${found.minute}:${found.second}`, zone: found.timeZoneName ?? timeZone};
	};

	return {
		full(ms) {
			const {date, time, zone} = parts(ms);
			return `${date} ${time} ${zone}`;
		},
		short(ms, now) {
			const {date, time} = parts(ms);
			return date === parts(now).date ? time : `${date} ${time}`;
		},
	};
};

/** ISO 8601 in UTC, without milliseconds; null stays null. */
export const iso = <T extends number | null>(ms: T): T extends number ? string : string | null =>
	(ms === null ? null : new Date(ms).toISOString().replace(/\.\d{3}Z$/, 'Z')) as T extends number ? string : string | null;
