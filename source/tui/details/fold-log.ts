/** The end of a log, and how many lines stand before it. */
export type FoldedLog = {readonly lines: readonly string[]; readonly more: number};

// No screen is wider.
const mostCharacters = 400;

const countLines = (log: string, end: number): number => {
	let count = 0;
	for (let at = log.indexOf('\n'); at !== -1 && at < end; at = log.indexOf('\n', at + 1)) {
		count++;
	}

	return count;
};

/** The last lines of a log, found from its end: however long it is, no more of it is taken apart than is shown. */
export const foldLog = (log: string, kept: number): FoldedLog => {
	let end = log.length;
	while (end > 0 && log[end - 1] === '\n') {
		end--;
	}

	const lines: string[] = [];
	while (end > 0 && lines.length < kept) {
		const start = log.lastIndexOf('\n', end - 1) + 1;
		lines.push(log.slice(start, Math.min(end, start + mostCharacters)));
		end = start - 1;
	}

	return {lines: lines.toReversed(), more: end > 0 ? countLines(log, end) + 1 : 0};
};
