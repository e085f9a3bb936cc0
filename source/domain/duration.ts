const units: Readonly<Record<string, number>> = {
	s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000,
};

/** A hundred years: what ends later than that is no moment that could be written. */
const longestMs = 36_500 * 86_400_000;

/** Milliseconds of `90s`, `5m`, `1h`, `14d` or a bare `0`; undefined where it is none of these, or longer than a hundred years. */
export const parseDuration = (text: string): number | undefined => {
	if (text === '0') {
		return 0;
	}

	const match = /^(\d{1,9})([dhms])$/.exec(text);
	const ms = match ? Number(match[1]) * units[match[2]!]! : Infinity;
	return ms > longestMs ? undefined : ms;
};

/** What the spelling of a duration is, for error texts. */
export const durationHint = 'write a number with its unit, such as 90s, 5m, 1h or 3d, at most 36500d';

/** The largest unit that says it exactly, as a config would: `60s` is `1m`, `90s` stays `90s`. */
export const formatInterval = (seconds: number): string => {
	if (seconds === 0) {
		return 'off';
	}

	const [unit, size] = ([['d', 86_400], ['h', 3600], ['m', 60]] as const).find(([, size]) => seconds % size === 0) ?? ['s', 1];
	return `${seconds / size}${unit}`;
};

/** Roughly how long, for people: `8s`, `41m`, `3h12m`, `5d`. */
export const formatAge = (ms: number): string => {
	const seconds = Math.max(0, Math.floor(ms / 1000));
	if (seconds < 60) {
		return `${seconds}s`;
	}

	const minutes = Math.floor(seconds / 60);
	if (minutes < 60) {
		return minutes < 10 && seconds % 60 > 0 ? `${minutes}m${String(seconds % 60).padStart(2, '0')}s` : `${minutes}m`;
	}

	const hours = Math.floor(minutes / 60);
	if (hours < 48) {
		return minutes % 60 > 0 ? `${hours}h${String(minutes % 60).padStart(2, '0')}m` : `${hours}h`;
	}

	return `${Math.floor(hours / 24)}d`;
};

/** How long something took: `0.3s`, `8.2s`, then as an age. */
export const formatTook = (ms: number): string => ms < 60_000 ? `${(Math.max(0, ms) / 1000).toFixed(1)}s` : formatAge(ms);
