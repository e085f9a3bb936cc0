import {readFileSync} from 'node:fs';
import path from 'node:path';
import {inspect} from 'node:util';
import * as z from 'zod';
import {type Secret} from '../domain/settings.js';
import {strict} from '../intents/problems.js';

const shown = '[secret]';

/** Keeps a text from being printed by mistake: only `reveal` gives it away. */
export const createSecret = (text: string): Secret => Object.freeze({
	reveal: () => text,
	toJSON: () => shown,
	toString: () => shown,
	[inspect.custom]: () => shown,
});

/** Where secrets come from. */
export type SecretSources = {
	readonly env: Readonly<Record<string, string | undefined>>;
	/** The config's folder: relative files start there. */
	readonly folder: string;
	/** Hears of a secret that stands in the config itself. */
	readonly onPlain: () => void;
};

const reasonOf = (error: unknown): string => {
	const {code} = error as NodeJS.ErrnoException;
	return code === 'ENOENT' ? 'there is no such file' : (code === 'EACCES' ? 'it may not be read by this user' : (code ?? 'it cannot be read'));
};

/** The text of a file that the config names; a problem where it cannot be read or is empty. */
export const readNamedFile = (file: string, folder: string, context: z.RefinementCtx, place: ReadonlyArray<string | number> = []): string => {
	const full = path.resolve(folder, file);
	try {
		const text = readFileSync(full, 'utf8').replace(/\r?\n$/, '');
		if (text !== '') {
			return text;
		}

		context.addIssue({code: 'custom', path: [...place], message: `${full} is empty`});
	} catch (error) {
		context.addIssue({code: 'custom', path: [...place], message: `${full}: ${reasonOf(error)}`});
	}

	return z.NEVER;
};

const text = z.string().min(1);
const forms = z.union([text, strict({env: text}), strict({file: text}), strict({credential: text.regex(/^[^/]+$/)})], {
	error: issue => issue.input === undefined ? 'is missing' : 'must be a text, {env: NAME}, {file: PATH} or {credential: NAME}',
});

/** `{env: NAME}`, `{file: PATH}`, `{credential: NAME}` or a plain text. `holdsSecret` says whether a plain one really is. */
export const secretSchema = ({env, folder, onPlain}: SecretSources, holdsSecret: (plain: string) => boolean = () => true) =>
	forms.transform((source, context): Secret => {
		if (typeof source === 'string') {
			if (holdsSecret(source)) {
				onPlain();
			}

			return createSecret(source);
		}

		if ('file' in source) {
			return createSecret(readNamedFile(source.file, folder, context, ['file']));
		}

		if ('credential' in source) {
			const credentials = env.CREDENTIALS_DIRECTORY;
			if (credentials !== undefined) {
				return createSecret(readNamedFile(source.credential, credentials, context, ['credential']));
			}

			context.addIssue({code: 'custom', path: ['credential'], message: 'there is no $CREDENTIALS_DIRECTORY: systemd sets it where the unit has LoadCredential='});
			return z.NEVER;
		}

		const value = env[source.env];
		if (value === undefined || value === '') {
			context.addIssue({code: 'custom', path: ['env'], message: `the environment has no ${source.env}`});
			return z.NEVER;
		}

		return createSecret(value);
	});
