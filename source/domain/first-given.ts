/** The first text that is neither absent nor empty, as an environment's variables may be. */
export const firstGiven = (...texts: ReadonlyArray<string | undefined>): string | undefined => texts.find(text => text !== undefined && text !== '');
