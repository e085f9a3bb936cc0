import {type ZonePlace} from './dns-record.js';
import {formatIp, getIp, type Ip} from './ip.js';

const hexDigits = ({value}: Ip): string => value.toString(16).padStart(32, '0');

/** The name under which an address is looked up: octets or nibbles from the end. */
export const pointerName = (address: string): string => {
	const ip = getIp(address);
	return ip.family === 4
		? `${formatIp(ip).split('.').toReversed().join('.')}.in-addr.arpa`
		: `${[...hexDigits(ip)].toReversed().join('.')}.ip6.arpa`;
};

/** What a pool calls an address that no VM has: `{ip}` with hyphens, every digit of an IPv6 address written out. */
export const genericName = (pattern: string, address: string): string => {
	const ip = getIp(address);
	const text = ip.family === 4 ? formatIp(ip).replaceAll('.', '-') : hexDigits(ip).match(/.{4}/g)!.join('-');
	return pattern.split('{ip}').join(text).toLowerCase().replace(/\.$/, '');
};

const isWithin = (name: string, zone: string): boolean => name === zone || name.endsWith(`.${zone}`);

/** The longest zone in which the name lies, on a label's border, wherever it is kept. */
export const findZones = <T extends ZonePlace>(zones: readonly T[], name: string): readonly T[] => {
	const around = zones.filter(({zone}) => isWithin(name, zone));
	const longest = Math.max(...around.map(({zone}) => zone.length));
	return around.filter(({zone}) => zone.length === longest);
};

type Octets = {readonly first: number; readonly last: number};

/** The octets of a delegated part of a /24: `0/25`, `0-127` or `0-25` (RFC 2317 and what has become of it). Undefined: the label names none. */
const partOf = (label: string): Octets | undefined => {
	const [, from, sign, to] = /^(\d{1,3})([-/])(\d{1,3})$/.exec(label) ?? [];
	const [first, second] = [Number(from), Number(to)];
	const isBlock = (size: number): boolean => size >= 1 && Number.isSafeInteger(Math.log2(size)) && first % size === 0 && first + size <= 256;
	const written = sign === '-' && first <= second && second <= 255 ? {first, last: second} : undefined;
	const size = 2 ** (32 - second);
	// What is no block as a range, `0-25`, is a prefix length where that makes one.
	return isBlock(size) && !(written && isBlock(second - first + 1)) ? {first, last: first + size - 1} : written;
};

/** Where the name of an address is kept: that of the longest zone around it; a delegated part of its /24 goes before the /24, the smallest first. */
export const findPointer = <T extends ZonePlace>(zones: readonly T[], address: string): {readonly name: string; readonly places: readonly T[]} => {
	const name = pointerName(address);
	const [label = '', ...rest] = name.split('.');
	const parent = `.${rest.join('.')}`;
	const octet = Number(label);
	const parts = zones.flatMap(({zone}) => {
		const part = zone.endsWith(parent) ? partOf(zone.slice(0, -parent.length)) : undefined;
		return part && octet >= part.first && octet <= part.last ? [{zone, size: part.last - part.first}] : [];
	});
	const [smallest] = parts.toSorted((a, b) => a.size - b.size);
	return smallest
		? {name: `${label}.${smallest.zone}`, places: zones.filter(({zone}) => zone === smallest.zone)}
		: {name, places: findZones(zones, name)};
};
