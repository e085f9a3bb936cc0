import * as z from 'zod';
import {findMailbox} from '../domain/email.js';
import {durationHint, parseDuration} from '../domain/duration.js';
import {parseIp} from '../domain/ip.js';

const durationText = z.union([z.string(), z.number()], {
	error: issue => issue.input === undefined ? 'is missing' : `must be a duration: ${durationHint}`,
});

/** A duration in ms, between two bounds. */
export const duration = (least = 0, most = 3660 * 86_400_000) => durationText.transform((value, context): number => {
	const ms = parseDuration(String(value));
	if (ms === undefined) {
		context.addIssue({code: 'custom', message: typeof value === 'number' ? `a bare number has no unit: ${durationHint}` : `is no duration: ${durationHint}`});
		return z.NEVER;
	}

	if (ms < least || ms > most) {
		context.addIssue({code: 'custom', message: ms < least ? `must be at least ${least / 1000}s` : `must be at most ${most / 86_400_000}d`});
		return z.NEVER;
	}

	return ms;
});

/** A name by which other places refer to something. */
export const name = z.string().regex(/^[\da-z][\w\-.]{0,62}$/i, {error: 'must be a name: letters, digits, dots, hyphens and underscores, at most 63'});

export const ip = z.string().refine(text => parseIp(text) !== undefined, {error: 'must be an IPv4 or IPv6 address'});

/** One line of text without control characters. */
export const line = z.string().min(1).regex(/^\P{Control}*$/u, {error: 'must be one line of text'});

/** An absolute or relative path of a file. */
export const file = line;

export const webUrl = z.string().refine(text => URL.canParse(text) && /^https?:\/\//.test(text), {error: 'must be an http:// or https:// URL', abort: true});

/** A URL that is shown to people. */
export const shownUrl = webUrl
	.refine(text => new URL(text).username === '' && new URL(text).password === '', {error: 'must have neither a user nor a password: nothing in a URL is kept secret'});

/** The base URL of an API; it is shown to people. */
export const apiUrl = shownUrl
	.refine(text => !/[#?]/.test(text), {error: 'must end with its path: no ? and no #'});

/** A server's SHA-256 fingerprint in its usual spelling: upper case with colons. */
export const fingerprint = z.string().transform((text, context): string => {
	const digits = text.replaceAll(':', '').toUpperCase();
	if (!/^[\dA-F]{64}$/.test(digits)) {
		context.addIssue({code: 'custom', message: 'must be a SHA-256 fingerprint: 32 bytes in hexadecimal with colons'});
		return z.NEVER;
	}

	return digits.match(/../g)!.join(':');
});

export const port = z.int().min(1).max(65_535);

export const argv = z.array(line);

/** An e-mail address, with or without a name before it; nothing that could add a header. */
export const mailbox = line.refine(text => findMailbox(text) !== undefined, {error: 'must be an e-mail address'});
