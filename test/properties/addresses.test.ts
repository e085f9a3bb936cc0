import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {
	encodeMessage,
	decodeMessage,
	encodeValue,
	types,
} from '../../source/clients/dns/wire.js';
import {encodeName, openReader, WireError} from '../../source/clients/dns/wire-bytes.js';
import {isHostname} from '../../source/domain/hostname.js';
import {
	canonicalIp,
	formatIp,
	getIp,
	ipKey,
	ipOfKey,
	isInRange,
	networkOf,
	parseIp,
	unusableIn,
} from '../../source/domain/ip.js';
import {addressOfGenericName, findPlace, listUsable} from '../../source/domain/pool-place.js';
import {type PoolSettings} from '../../source/domain/settings.js';
import {
	findPointer,
	findZones,
	genericName,
	pointerName,
} from '../../source/domain/zones.js';
import {runs, seed} from './seed.js';

const anyText = fc.string({unit: 'binary', maxLength: 80});
const v4 = fc.ipV4();
const v6 = fc.ipV6();
const address = fc.oneof(v4, v6);
const label = fc.stringMatching(/^[\da-z](?:[\d\-a-z]{0,10}[\da-z])?$/);
const hostname = fc.array(label, {minLength: 1, maxLength: 6}).map(labels => [...labels, 'example', 'net'].join('.'));

describe(`addresses (seed ${seed})`, () => {
	test('are read in every spelling, have one canonical one, and sort by their keys as by their numbers', () => {
		fc.assert(fc.property(address, address, (one, other) => {
			const [a, b] = [getIp(one), getIp(other)];
			expect(parseIp(formatIp(a))).toEqual(a);
			expect(canonicalIp(one.toUpperCase())).toBe(formatIp(a));
			expect(ipOfKey(ipKey(a))).toEqual(a);
			expect(a.family === b.family ? ipKey(a) < ipKey(b) : a.family < b.family).toBe(a.family === b.family ? a.value < b.value : a.family < b.family);
		}), runs(2000));
		fc.assert(fc.property(fc.oneof(anyText, fc.stringMatching(/^[\d./:a-f]{0,40}$/)), text => {
			const ip = parseIp(text);
			expect(ip === undefined || parseIp(formatIp(ip))?.value === ip.value).toBe(true);
		}), runs(3000));
	});

	test('lie in their network, whose edges are never handed out', () => {
		fc.assert(fc.property(address, fc.nat(128), (text, bits) => {
			const ip = getIp(text);
			const prefix = Math.max(1, ip.family === 4 ? bits % 33 : bits);
			const network = networkOf(ip, prefix);
			expect(isInRange(ip, network)).toBe(true);
			expect(networkOf(network.last, prefix)).toEqual(network);
			expect(unusableIn(ip, prefix).every(edge => isInRange(edge, network))).toBe(true);
		}), runs(2000));
	});

	test('of a pool are handed out once each: none of its edges, its gateway or what others have; and each is found by its generic name', () => {
		const pool = fc.tuple(address, fc.nat(40), fc.nat(20), fc.nat(60)).map(([text, from, length, gateway]): PoolSettings => {
			const ip = getIp(text);
			const prefix = ip.family === 4 ? 26 : 122;
			const {first} = networkOf(ip, prefix);
			const at = (offset: number) => formatIp({family: ip.family, value: first.value + BigInt(offset)});
			return {
				name: 'p', cluster: 'fra1', family: ip.family, bridge: 'vmbr0', vlan: 0, gateway: at(gateway), prefix, first: at(from), last: at(Math.min(63, from + length)), resolvers: [], alertBelow: 0, quarantineMs: 0, genericPtr: 'ip-{ip}.pool.example.net',
			};
		});
		fc.assert(fc.property(pool, fc.array(fc.nat(63)), (settings, taken) => {
			const {first} = networkOf(getIp(settings.first), settings.prefix);
			const others = new Set(taken.map(offset => formatIp({family: settings.family, value: first.value + BigInt(offset)})));
			const usable = listUsable(settings, others, 100);
			expect(new Set(usable).size).toBe(usable.length);
			for (const text of usable) {
				expect(others.has(text)).toBe(false);
				expect(text).not.toBe(settings.gateway);
				expect(isInRange(getIp(text), {first: getIp(settings.first), last: getIp(settings.last)})).toBe(true);
				expect(findPlace(text, [settings])).toMatchObject({never: null});
				expect(addressOfGenericName(genericName(settings.genericPtr!, text), [settings])).toBe(text);
			}
		}), runs(400));
		fc.assert(fc.property(pool, anyText, (settings, name) => {
			const found = addressOfGenericName(name, [settings]);
			expect(found === undefined || parseIp(found) !== undefined).toBe(true);
		}), runs(1000));
	});
});

describe(`names in DNS (seed ${seed})`, () => {
	test('come back from the wire as they went, and what cannot be a name is refused as that', () => {
		fc.assert(fc.property(hostname, name => {
			expect(isHostname(name)).toBe(true);
			expect(openReader(encodeName(name.toUpperCase())).name()).toBe(name);
		}), runs(1000));
		fc.assert(fc.property(fc.oneof(anyText, fc.stringMatching(/^[\d.\\a-z]{0,80}$/)), text => {
			try {
				const bytes = encodeName(text);
				expect(bytes.length).toBeLessThanOrEqual(255);
				expect(encodeName(openReader(bytes).name())).toEqual(bytes);
			} catch (error) {
				expect(error).toBeInstanceOf(WireError);
			}
		}), runs(3000));
	});

	test('any bytes are a message or are refused as none; a message comes back as it was', () => {
		fc.assert(fc.property(fc.uint8Array({maxLength: 120}), bytes => {
			try {
				decodeMessage(Buffer.from(bytes));
			} catch (error) {
				expect(error).toBeInstanceOf(WireError);
			}
		}), runs(3000));
		fc.assert(fc.property(fc.nat(65_535), hostname, fc.array(fc.tuple(hostname, address, fc.nat(86_400)), {maxLength: 4}), (id, zone, rows) => {
			const answers = rows.map(([name, text, ttl]) => {
				const type = getIp(text).family === 4 ? types.A : types.AAAA;
				return {
					name, type, class: 1, ttl, rdata: encodeValue(type, text),
				};
			});
			const message = decodeMessage(encodeMessage({id, questions: [{name: zone, type: types.SOA, class: 1}], answers}));
			expect(message).toMatchObject({id, questions: [{name: zone}]});
			expect(message.answers.map(({name, value}) => [name, value])).toEqual(rows.map(([name, text]) => [name, formatIp(getIp(text))]));
		}), runs(500));
	});

	test('lie in the zones around them alone, addresses in those of their octets or digits', () => {
		fc.assert(fc.property(hostname, fc.array(hostname, {maxLength: 5}), fc.nat(3), (name, others, depth) => {
			const labels = name.split('.');
			const parent = labels.slice(Math.min(depth, labels.length - 1)).join('.');
			const zones = [...others, parent, `evil${parent}`].map(zone => ({zone, nameServer: 's'}));
			const found = findZones(zones, name);
			expect(found.some(({zone}) => zone.length >= parent.length)).toBe(true);
			expect(found.every(({zone}) => name === zone || name.endsWith(`.${zone}`))).toBe(true);
		}), runs(1000));
		fc.assert(fc.property(address, fc.integer({min: 1, max: 8}), (text, cut) => {
			const pointer = pointerName(text);
			const zone = pointer.split('.').slice(Math.min(cut, getIp(text).family === 4 ? 3 : 30)).join('.');
			expect(findPointer([{zone, nameServer: 's'}], text)).toEqual({name: pointer, places: [{zone, nameServer: 's'}]});
		}), runs(1000));
	});
});
