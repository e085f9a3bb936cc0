/** How many letters must be put in, left out, exchanged or swapped with their neighbour. */
const distance = (from: string, to: string): number => {
	let before: number[] = [];
	let row = Array.from({length: to.length + 1}, (_, index) => index);

	for (let i = 1; i <= from.length; i++) {
		const next = [i];
		for (let j = 1; j <= to.length; j++) {
			const isSame = from[i - 1] === to[j - 1];
			let best = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (isSame ? 0 : 1));
			if (i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1]) {
				best = Math.min(best, before[j - 2]! + 1);
			}

			next.push(best);
		}

		before = row;
		row = next;
	}

	return row[to.length]!;
};

/** The name that a mistyped word most likely means; undefined where none is near. */
export const findNearest = (word: string, names: Iterable<string>): string | undefined => {
	const plain = (text: string) => text.toLowerCase().replaceAll(/[ \-_]/g, '');
	const wanted = plain(word).slice(0, 80);
	if (wanted === '') {
		return undefined;
	}

	let nearest: string | undefined;
	let least = Math.max(1, Math.floor(wanted.length / 3)) + 1;
	for (const name of names) {
		const candidate = plain(name);
		const isBeginning = wanted.length >= 3 && candidate.startsWith(wanted);
		const far = isBeginning ? 0.5 : (Math.abs(candidate.length - wanted.length) >= least ? least : distance(wanted, candidate));
		if (!(far < least)) {
			continue;
		}

		least = far;
		nearest = name;
	}

	return nearest;
};

/** `did you mean process_vms?`, or what there is; for the second line of an error. */
export const suggest = (word: string, names: readonly string[]): string => {
	const nearest = findNearest(word, names);
	if (nearest !== undefined) {
		return `did you mean ${nearest}?`;
	}

	if (names.length === 0) {
		return 'there is none';
	}

	const shown = names.slice(0, 12).join(', ');
	return `there is ${shown}${names.length > 12 ? ` and ${names.length - 12} more` : ''}`;
};
