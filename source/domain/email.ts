import {isHostname} from './hostname.js';

/** Whether it is one e-mail address without a name; nothing that could add a header or a second recipient. */
export const isEmail = (text: string): boolean => {
	const at = text.lastIndexOf('@');
	return text.length <= 254 && /^[^\s\p{Control}"(),:;<>@[\\\]]{1,64}$/u.test(text.slice(0, at)) && at > 0 && isHostname(text.slice(at + 1));
};

/** An address with the name that stands before it. */
export type Mailbox = {
	/** Empty: it has none. */
	readonly name: string;
	readonly address: string;
};

/** Takes `Ada <ada@example.org>` or `ada@example.org` apart; undefined where it is not exactly one address. */
export const findMailbox = (text: string): Mailbox | undefined => {
	if (text.length > 500 || /\p{Control}/u.test(text)) {
		return undefined;
	}

	const named = /^([^<>]*)<([^<>]*)>$/.exec(text.trim());
	const address = named ? named[2]! : text;
	return isEmail(address) ? {name: (named?.[1] ?? '').trim().replaceAll(/^"|"$/g, ''), address} : undefined;
};
