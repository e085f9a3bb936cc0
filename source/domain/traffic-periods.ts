/** What the hour, day and month are called that a moment (seconds since the epoch) lies in; a name sorts as the time does. */
export type Periods = {
	/** `2026-11-21T17Z`: in UTC. */
	readonly hourOf: (at: number) => string;
	/** `2026-11-21`: in the zone. */
	readonly dayOf: (at: number) => string;
	/** `2026-11`: in the zone. */
	readonly monthOf: (at: number) => string;
};

/** Seconds that lie in one hour, day and month, whatever the zone: offsets are whole quarters of an hour. */
export const quarter = 900;

const iso = (at: number): string => new Date(at * 1000).toISOString();

/** Months and days as a zone's calendar has them. */
export const createPeriods = (timeZone: string): Periods => {
	// Most have no other zone, and Intl takes longer to wake than everything else takes together.
	const format = timeZone === 'UTC' ? undefined : new Intl.DateTimeFormat('sv-SE', {timeZone, dateStyle: 'short'});
	const dayOf = (at: number) => format?.format(at * 1000) ?? iso(at).slice(0, 10);
	return {hourOf: at => `${iso(at).slice(0, 13)}Z`, dayOf, monthOf: at => dayOf(at).slice(0, 7)};
};

/** Whose zone a VM's days and months are counted in: its own, else the config's. */
export const zoneOf = (vm: {readonly timezone: string | null}, settings: {readonly timezone: string}): string => vm.timezone ?? settings.timezone;

/** Whether a text names a month, `2026-11`. */
export const isMonth = (text: string): boolean => /^\d{4}-(?:0[1-9]|1[0-2])$/.test(text);
