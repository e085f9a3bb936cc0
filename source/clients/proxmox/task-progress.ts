const units: Readonly<Record<string, number>> = {
	B: 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3, TiB: 1024 ** 4,
};

// `INFO:  75% (1.5 GiB of 2.0 GiB) in 3s`, `progress 12% (read …)`, `transferred 1.0 GiB of 4.0 GiB (25.00%)`, `(12.50/100%)`
const percentage = /(?:^|[\s(])(?<percent>\d{1,3}(?:\.\d+)?)(?:\/100)?%(?=[\s),.;]|$)/;
// A live migration says only how much of how much: `migration active, transferred 1.2 GiB of 4.0 GiB VM-state, 110.1 MiB/s`.
const share = /\btransferred (?<done>\d+(?:\.\d+)?) (?<doneUnit>[GKMT]?i?B) of (?<all>\d+(?:\.\d+)?) (?<allUnit>[GKMT]?i?B)\b/;

const percentIn = (line: string): number | undefined => {
	const told = percentage.exec(line)?.groups?.percent;
	if (told !== undefined) {
		return Math.min(100, Number(told));
	}

	const {done, doneUnit, all, allUnit} = share.exec(line)?.groups ?? {};
	const whole = Number(all) * (units[allUnit ?? ''] ?? 0);
	return whole > 0 ? Math.min(100, (Number(done) * (units[doneUnit ?? ''] ?? 0) * 100) / whole) : undefined;
};

/** How far a task is by its own log, in percent: what the last line that says so says. A clone of two disks begins anew with the second. */
export const progressIn = (lines: readonly string[]): number | undefined => {
	for (const line of lines.toReversed()) {
		const percent = percentIn(line);
		if (percent !== undefined) {
			return percent;
		}
	}

	return undefined;
};
