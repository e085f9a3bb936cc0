import {type Install, installName, ownsNames} from '../domain/install.js';
import {safeText} from '../domain/safe-text.js';
import {findNearest} from '../domain/suggest.js';
import {type Reads} from '../store/store.js';
import {type IntentContext, type Intents} from './intents.js';
import {Refused} from './refused.js';

const numberIn = (ref: string): number | undefined => {
	const digits = /^i?(\d{1,12})$/i.exec(ref)?.[1];
	return digits === undefined ? undefined : Number(digits);
};

/** A reference means its own install; a domain the one that has it by now. */
const choose = (found: readonly Install[], name: string): readonly Install[] => {
	const named = found.filter(({reference}) => reference === name);
	const living = found.filter(install => ownsNames(install));
	return [named, living].find(some => some.length > 0) ?? found;
};

const find = async ({installs}: Reads, ref: string): Promise<readonly Install[]> => {
	const id = numberIn(ref);
	const found = id === undefined ? choose(await installs.resolve(ref), ref) : [await installs.find(id)];
	return found.filter(install => install !== undefined);
};

const nearestTo = async ({installs}: Reads, ref: string): Promise<string | undefined> => {
	const all = await installs.list();
	return findNearest(ref, all.flatMap(({reference, domain}) => [reference, domain]));
};

/** Finds the one install that REF means: `12`, `i12`, a reference or a domain. */
export const resolveInstall = ({store}: Pick<IntentContext, 'store'>): Intents['resolveInstall'] => async ref => {
	const shown = safeText(ref, 100);
	const [first, ...others] = await find(store.read, ref);
	if (!first) {
		const nearest = numberIn(ref) === undefined ? await nearestTo(store.read, ref) : undefined;
		throw new Refused('unknown', `there is no install ${shown}`, nearest === undefined ? '`cronsole install list` shows them all' : `did you mean ${nearest}?`);
	}

	if (others.length > 0) {
		const candidates = [first, ...others].slice(0, 10).map(install => `${installName(install)} (${install.reference}, ${install.panel}, ${install.state})`);
		throw new Refused('ambiguous', `${shown} may be ${candidates.join(', ')}`, 'write the one that is meant by its id');
	}

	return first;
};
