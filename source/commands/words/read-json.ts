import {safeText} from '../../domain/safe-text.js';
import {Refused} from '../../intents/refused.js';

const strings = /"(?:[^"\\]|\\.)*"(?<colon>\s*:)?/g;

const count = (names: Iterable<string>): Map<string, number> => {
	const counts = new Map<string, number>();
	for (const name of names) {
		counts.set(name, (counts.get(name) ?? 0) + 1);
	}

	return counts;
};

/** Every key that was written, at whatever depth. */
const writtenKeys = (json: string): readonly string[] => {
	const keys: string[] = [];
	for (const {0: text, groups} of json.matchAll(strings)) {
		if (groups?.colon === undefined) {
			continue;
		}

		const end = text.lastIndexOf('"') + 1;
		keys.push(JSON.parse(text.slice(0, end)) as string);
	}

	return keys;
};

/** Every key that is left of them; without recursion, as the depth is in other hands. */
const keptKeys = (value: unknown): readonly string[] => {
	const keys: string[] = [];
	const rest = [value];
	while (rest.length > 0) {
		const next = rest.pop();
		if (typeof next !== 'object' || next === null) {
			continue;
		}

		for (const [key, inner] of Object.entries(next)) {
			if (!Array.isArray(next)) {
				keys.push(key);
			}

			rest.push(inner);
		}
	}

	return keys;
};

/** Reads JSON from outside; a key that stands in an object twice is refused, as readers differ on which of the two counts. */
export const readJson = (text: string, hint: string, what = 'order'): unknown => {
	let value: unknown;
	try {
		value = JSON.parse(text);
	} catch {
		throw new Refused('invalid', text.trim() === '' ? `the ${what} is empty` : `the ${what} is no JSON`, hint);
	}

	const kept = count(keptKeys(value));
	const twice = count(writtenKeys(text)).entries().find(([key, times]) => times > (kept.get(key) ?? 0));
	if (twice) {
		throw new Refused('invalid', `${safeText(twice[0], 60)}: this key stands there twice`, 'leave one of them out');
	}

	return value;
};
