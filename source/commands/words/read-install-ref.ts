import {Refused} from '../../intents/refused.js';

/** A REF as people write it, where an install is meant: a bare number may be anybody's, and is refused. An ID, `12` or `i12`, is none. */
export const readInstallRef = (ref: string): string => {
	if (/^\d+$/.test(ref)) {
		const shown = ref.slice(0, 12);
		throw new Refused('ambiguous', `${shown} alone may be any number`, `write i${shown} for our id, or the reference or domain; \`cronsole install list\` shows them`);
	}

	return ref;
};
