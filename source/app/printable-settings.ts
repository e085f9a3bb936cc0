import {type Secret, type Settings} from '../domain/settings.js';

const isSecret = (value: object): value is Secret => 'reveal' in value;

/** What a secret may look like where somebody quotes it: of a URL also its password and its path. */
const facesOf = (text: string): readonly string[] => {
	if (!text.includes('://') || !URL.canParse(text)) {
		return [text];
	}

	const {href, password, pathname, search} = new URL(text);
	return [text, href, password, decodeURIComponent(password), `${pathname}${search}`].filter(face => face.length > 1);
};

/** Every secret of the config, in each form in which it may be quoted. */
export const listSecrets = (value: unknown): readonly string[] => {
	if (typeof value !== 'object' || value === null) {
		return [];
	}

	return isSecret(value) ? facesOf(value.reveal()) : Object.values(value).flatMap(part => listSecrets(part));
};

/** A URL without what may be a secret in it. */
const plainUrl = (text: string): string => {
	const {protocol, host, pathname, username, search} = new URL(text);
	return `${protocol}//${username === '' ? '' : '[secret]@'}${host}${pathname === '/' ? '' : pathname}${search === '' ? '' : '?[secret]'}`;
};

/** Of a command only its program: an argument may be a token. */
const programOf = (command: string | readonly string[]): string => {
	const [program = '', ...more] = typeof command === 'string' ? command.split(' ') : command;
	return more.length === 0 ? program : `${program} [${more.length} arguments]`;
};

const print = (value: unknown, key: string): unknown => {
	if (typeof value === 'string' && (key === 'ca' || key === 'certificate')) {
		return '[certificates]';
	}

	if (key === 'command' && (typeof value === 'string' || Array.isArray(value))) {
		return programOf(value as string | readonly string[]);
	}

	if (typeof value === 'string') {
		return value.includes('://') && URL.canParse(value) ? plainUrl(value) : value;
	}

	if (Array.isArray(value)) {
		return value.map(item => print(item, ''));
	}

	if (typeof value !== 'object' || value === null) {
		return value;
	}

	return isSecret(value) ? '[secret]' : Object.fromEntries(Object.entries(value).map(([name, item]) => [name, print(item, name)]));
};

/** The config for somebody else's eyes: no secret, and nothing in which one might stand. */
export const printableSettings = (settings: Settings): unknown => print(settings, '');
