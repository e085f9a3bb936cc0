import {safeText, type SafeText} from '../../domain/safe-text.js';
import {type ApiCall} from './api-call.js';

const secrets = new Set(['cipassword']);

/** Longer values say no more to whoever reads them. */
const longestValue = 60;

const valueOf = (name: string, value: string | number | boolean): string => {
	if (secrets.has(name)) {
		return '••••';
	}

	const text = safeText(String(typeof value === 'boolean' ? Number(value) : value), longestValue);
	return /\s/.test(text) ? JSON.stringify(text) : text;
};

/** A call in one line for people: `PUT /nodes/pve1/qemu/101/config cores=2 memory=4096`; secrets masked, long values cut. */
export const describeCall = ({method, path: target, parameters = {}}: ApiCall): SafeText => safeText([
	`${method} ${target}`,
	...Object.entries(parameters).flatMap(([name, value]) => value === undefined ? [] : [`${name}=${valueOf(name, value)}`]),
].join(' '), 600);
