import {parseProperties, withProperties, type Properties} from './property-string.js';

const macPattern = /^[\da-f]{2}(?::[\da-f]{2}){5}$/i;

/** A network card: its model and MAC stand first, `virtio=BC:24:11:…`; the rest are its properties. */
export type NetworkCard = {
	readonly model: string | undefined;
	readonly mac: string | undefined;
	readonly rest: Properties;
};

/** Takes a card as the configuration has it apart. */
export const parseCard = (text: string): NetworkCard => {
	const properties = parseProperties(text);
	const named = [...properties].find(([, value]) => macPattern.test(value));
	const model = named && named[0] !== 'macaddr' ? named[0] : properties.get('model') ?? properties.get('');
	return {
		model,
		mac: named?.[1].toUpperCase(),
		rest: withProperties(properties, {
			[named?.[0] ?? '']: undefined, '': undefined, model: undefined, macaddr: undefined,
		}),
	};
};
