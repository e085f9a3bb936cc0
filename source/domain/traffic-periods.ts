/** What the hour, day and month are called that a moment lies in; a name sorts as the time does. */
export type Names = {
	/** `2026-11-21T17Z`: in UTC. */
	readonly hour: string;
	/** `2026-11-21`: in the zone. */
	readonly day: string;
	/** `2026-11`: in the zone. */
	readonly month: string;
};

/** Seconds that lie in one hour, day and month, whatever the zone: offsets are whole quarters of an hour. */
export const quarter = 900;

/** Names moments (seconds since the epoch) as a zone's calendar does. */
export const createPeriods = (timeZone: string): ((at: number) => Names) => {
	// Most have no other zone, and Intl takes longer to wake than everything else takes together.
	const format = timeZone === 'UTC' ? undefined : new Intl.DateTimeFormat('sv-SE', {timeZone, dateStyle: 'short'});
	return at => {
		const utc = new Date(at * 1000).toISOString();
		const day = format?.format(at * 1000) ?? utc.slice(0, 10);
		return {hour: `${utc.slice(0, 13)}Z`, day, month: day.slice(0, 7)};
	};
};

/** Whose zone a VM's days and months are counted in: its own, else the config's. */
export const zoneOf = (vm: {readonly timezone: string | null}, settings: {readonly timezone: string}): string => vm.timezone ?? settings.timezone;

/** Whether a text names a month, `2026-11`. */
export const isMonth = (text: string): boolean => /^\d{4}-(?:0[1-9]|1[0-2])$/.test(text);

const hoursKeptSeconds = 35 * 86_400;
const monthsDaysAreKept = 13;

/** From where on hours and days are kept; months are for ever. */
export const keptFrom = (now: number): Pick<Names, 'hour' | 'day'> => {
	const nameOf = createPeriods('UTC');
	const date = new Date(now);
	return {
		hour: nameOf((now / 1000) - hoursKeptSeconds).hour,
		day: nameOf(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() - monthsDaysAreKept, date.getUTCDate()) / 1000).day,
	};
};
