import {safeText} from '../domain/safe-text.js';

/** A note in one line that can be shown; null: there is none. */
export const readNote = (note: string | null): string | null => {
	const clean = note === null ? '' : safeText(note, 200);
	return clean === '' ? null : clean;
};
