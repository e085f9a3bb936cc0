/** Words and what stands for them. */
export type Words = ReadonlyArray<readonly [old: string, fresh: string]>;

/** The text with each of the words replaced, in that order. */
export const replaceWords = (text: string, words: Words): string => {
	let present = text;
	for (const [old, fresh] of words) {
		present = present.replaceAll(old, () => fresh);
	}

	return present;
};
