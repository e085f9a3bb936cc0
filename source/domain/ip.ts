/* eslint-disable no-bitwise -- An address is a number of bits. */

/** An IP address as a number. */
export type Ip = {
	readonly family: 4 | 6;
	readonly value: bigint;
};

/** The addresses from `first` to `last`, both in it. */
export type IpRange = {
	readonly first: Ip;
	readonly last: Ip;
};

const bitsOf = (family: 4 | 6): number => family === 4 ? 32 : 128;

const parse4 = (text: string): bigint | undefined => {
	const parts = text.split('.');

	// A leading zero means octal to some programs and decimal to others.
	return parts.length !== 4 || parts.some(part => !(/^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255)) ? undefined : parts.reduce((value, part) => (value * 256n) + BigInt(part), 0n);
};

const parseGroups = (text: string): readonly bigint[] | undefined => {
	if (text === '') {
		return [];
	}

	const groups = text.split(':');
	const last = groups.at(-1)!;
	const embedded = last.includes('.') ? parse4(last) : undefined;
	const words = embedded === undefined ? groups : [...groups.slice(0, -1), (embedded >> 16n).toString(16), (embedded & 0xFF_FFn).toString(16)];
	return words.every(word => /^[\da-f]{1,4}$/i.test(word)) ? words.map(word => BigInt(`0x${word}`)) : undefined;
};

const parse6 = (text: string): bigint | undefined => {
	const halves = text.split('::');

	if (halves.length > 2) {
		return undefined;
	}

	const head = parseGroups(halves[0]!);
	const tail = halves.length === 2 ? parseGroups(halves[1]!) : [];

	if (!head || !tail) {
		return undefined;
	}

	const missing = 8 - head.length - tail.length;

	if (halves.length === 2 ? missing < 1 : missing !== 0) {
		return undefined;
	}

	return [...head, ...Array.from({length: missing}, () => 0n), ...tail].reduce((value, group) => (value << 16n) + group, 0n);
};

/** The address that the text means; undefined: none. */
export const parseIp = (text: string): Ip | undefined => {
	const family = text.includes(':') ? 6 : 4;
	const value = family === 6 ? parse6(text) : parse4(text);
	return value === undefined ? undefined : {family, value};
};

/** As `parseIp`, for text that was checked already: throws where it is none. */
export const getIp = (text: string): Ip => {
	const ip = parseIp(text);

	if (!ip) {
		throw new Error(`Not an IP address: ${JSON.stringify(text)}`);
	}

	return ip;
};

const format6 = (value: bigint): string => {
	const words = Array.from({length: 8}, (_, index) => ((value >> BigInt(16 * (7 - index))) & 0xFF_FFn).toString(16));
	let best = {start: 0, length: 1};

	for (let start = 0; start < 8; start++) {
		let length = 0;

		while (words[start + length] === '0') {
			length++;
		}

		if (length > best.length) {
			best = {start, length};
		}
	}

	return best.length < 2 ? words.join(':') : `${words.slice(0, best.start).join(':')}::${words.slice(best.start + best.length).join(':')}`;
};

/** The one text of an address: dotted decimal, or RFC 5952. */
export const formatIp = ({family, value}: Ip): string => family === 6
	? format6(value)
	: [24n, 16n, 8n, 0n].map(shift => String((value >> shift) & 255n)).join('.');

/** The canonical text of the address, without the prefix length that may follow it; undefined: it is none. */
export const canonicalIp = (text: string): string | undefined => {
	const ip = parseIp(text.trim().replace(/\/\d{1,3}$/, ''));
	return ip && formatIp(ip);
};

/** Text that sorts as the addresses do: the family, then hex digits. */
export const ipKey = ({family, value}: Ip): string => `${family}${value.toString(16).padStart(bitsOf(family) / 4, '0')}`;

/** The address whose key that is. */
export const ipOfKey = (key: string): Ip => ({family: key.startsWith('4') ? 4 : 6, value: BigInt(`0x${key.slice(1)}`)});

/** The first and the last address of the network in which the address lies. */
export const networkOf = ({family, value}: Ip, prefix: number): IpRange => {
	const hostBits = BigInt(bitsOf(family) - prefix);
	const first = (value >> hostBits) << hostBits;
	return {first: {family, value: first}, last: {family, value: first + (1n << hostBits) - 1n}};
};

/**
 The addresses that no host of that network may have: network and broadcast in IPv4 (not in a /31 or /32: RFC 3021), the routers' anycast
 address in IPv6 (not in a /127 or /128: RFC 6164).
 */
export const unusableIn = (ip: Ip, prefix: number): readonly Ip[] => {
	if (prefix > bitsOf(ip.family) - 2) {
		return [];
	}

	const {first, last} = networkOf(ip, prefix);
	return ip.family === 4 ? [first, last] : [first];
};

/** Whether the address lies in the range. */
export const isInRange = (ip: Ip, {first, last}: IpRange): boolean =>
	ip.family === first.family && ip.value >= first.value && ip.value <= last.value;

/** Whether a URL's host is this machine: what is said to it nobody else hears. */
export const isLoopback = (host: string): boolean => host === 'localhost' || host === '::1' || host === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(host);
