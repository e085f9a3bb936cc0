import {withoutSecrets} from './without-secrets.js';

/** A person's mailbox; its length is bounded, as the text is anybody's. */
const mailbox = /[\w+\-.]{1,64}@((?:[\w-]{1,63}\.){1,8}[a-z]{2,24})/gi;

/** The same value, in every text of which the secrets are blotted out, and mailboxes but for their domains. */
export const blotOut = (value: unknown, secrets: readonly string[]): unknown => {
	// A secret that holds another goes first, or its other half would stay.
	const longestFirst = [...new Set(secrets)].toSorted((a, b) => b.length - a.length);
	const clean = (text: string): string => withoutSecrets(text, longestFirst).replaceAll(mailbox, '…@$1');
	const walk = (part: unknown): unknown => {
		if (typeof part === 'string') {
			return clean(part);
		}

		if (Array.isArray(part)) {
			return part.map(item => walk(item));
		}

		return typeof part === 'object' && part !== null ? Object.fromEntries(Object.entries(part).map(([key, item]) => [clean(key), walk(item)])) : part;
	};

	return walk(value);
};
