import {type GuestConfig} from './disk.js';
import {parseProperties} from './property-string.js';

/** Memory in MiB of `2048`, or of `current=2048`; undefined where the configuration does not say. */
export const memoryMibOf = ({memory}: GuestConfig): number | undefined => {
	const properties = parseProperties(String(memory ?? ''));
	const text = properties.get('') ?? properties.get('current');
	return text === undefined ? undefined : Number(text);
};
