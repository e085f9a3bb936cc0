import {type Install, installName, ownsNames} from '../domain/install.js';
import {safeText} from '../domain/safe-text.js';
import {findNearest} from '../domain/suggest.js';
import {type IntentContext, type Intents} from './intents.js';
import {Refused} from './refused.js';

/** A reference means its own install; a domain the one that has it by now. */
const choose = (found: readonly Install[], name: string): readonly Install[] => {
	const named = found.filter(({reference}) => reference === name);
	const living = found.filter(install => ownsNames(install));
	return [named, living].find(some => some.length > 0) ?? found;
};

/** Finds the one install that REF means: `12`, `i12`, a reference or a domain. */
export const resolveInstall = ({store: {read: {installs}}}: Pick<IntentContext, 'store'>): Intents['resolveInstall'] => async ref => {
	const shown = safeText(ref, 100);
	const hint = '`cronsole install list` shows them all';
	const id = /^i?(\d{1,12})$/i.exec(ref)?.[1];
	const found = id === undefined ? choose(await installs.resolve(ref), ref) : [await installs.find(Number(id))].filter(install => install !== undefined);
	if (found.length > 1) {
		const candidates = found.slice(0, 10).map(install => `${installName(install)} (${install.reference}, ${install.panel}, ${install.state})`);
		throw new Refused('ambiguous', `${shown} may be ${candidates.join(', ')}`, 'write the one that is meant by its id');
	}

	if (!found[0]) {
		const nearest = id === undefined ? findNearest(ref, (await installs.list()).flatMap(({reference, domain}) => [reference, domain])) : undefined;
		throw new Refused('unknown', `there is no install ${shown}`, nearest === undefined ? hint : `did you mean ${nearest}?`);
	}

	return found[0];
};
