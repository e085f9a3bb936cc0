import * as z from 'zod';
import {isZoneName} from '../domain/hostname.js';
import {type DnsProvider, type DnsSettings, tsigAlgorithms} from '../domain/settings.js';
import {type Problem, strict} from '../intents/problems.js';
import {apiUrl, line, port} from './fields.js';
import {secretSchema, type SecretSources} from './secret.js';
import {type Placed} from './sections.js';

const server = z.string()
	.regex(/^(?:\[[\d:a-f]+\]|[\w\-.]+):\d{1,5}$/i, {error: 'must be a server with its port, such as "127.0.0.1:53"', abort: true})
	.refine(text => port.safeParse(Number(text.split(':').at(-1))).success, {error: 'must have a port between 1 and 65535'});

const isBase64 = (text: string): boolean => text.length % 4 === 0 && /^[\d+/a-z]+={0,2}$/i.test(text);

/** A row of `dns`. */
export const dnsSchema = (sources: SecretSources) => {
	const common = {
		zone: z.string().transform(zone => zone.toLowerCase().replace(/\.$/, '')).refine(isZoneName, {error: 'must be the name of a zone'}),
		reserved: z.array(z.string().regex(/^(?:@|[\w-]+(?:\.[\w-]+)*)$/, {error: 'must be a name within the zone, or @ for the zone itself'}).toLowerCase()).default([]),
	};
	const secret = secretSchema(sources);
	return z.discriminatedUnion('provider', [
		strict({
			...common, provider: z.literal('powerdns'), url: apiUrl, apiKey: secret, serverId: line.default('localhost'),
		}),
		strict({
			...common, provider: z.literal('rfc2136'), server, keyName: line, algorithm: z.enum(tsigAlgorithms),
			keySecret: secret.refine(key => isBase64(key.reveal()), {error: 'must be the key in base64, as tsig-keygen prints it'}),
		}),
		strict({
			...common, provider: z.literal('cloudflare'), token: secret, url: apiUrl.nullable().default(null),
		}),
	]);
};

type DnsRow = DnsProvider & Pick<DnsSettings, 'zone' | 'reserved'>;

/** Names each row's name server: the second of a kind with the same zone is `powerdns-2`. */
export const nameServers = (rows: readonly DnsRow[]): readonly DnsSettings[] => rows.map((row, index) => {
	const earlier = rows.slice(0, index).filter(({zone, provider}) => zone === row.zone && provider === row.provider).length;
	return {...row, nameServer: earlier === 0 ? row.provider : `${row.provider}-${earlier + 1}`};
});

const webServer = (url: string): string => new URL(url).href.replace(/\/$/, '');

// BIND shows another view of a zone to another key; whoever's token it is, Cloudflare has a zone once.
const serverOf = (row: DnsRow): string => {
	switch (row.provider) {
		case 'powerdns': {
			return JSON.stringify([row.provider, webServer(row.url), row.serverId]);
		}

		case 'rfc2136': {
			return JSON.stringify([row.provider, row.server.toLowerCase(), row.keyName.toLowerCase().replace(/\.$/, '')]);
		}

		case 'cloudflare': {
			return JSON.stringify([row.provider, row.url === null ? null : webServer(row.url)]);
		}
	}
};

/** The same zone at the very same server: it would be written twice. */
export const repeatedZones = (rows: ReadonlyArray<Placed<DnsRow>>): readonly Problem[] => rows.flatMap(({path, value: row}, index) => {
	const isRepeated = rows.slice(0, index).some(({value}) => value.zone === row.zone && serverOf(value) === serverOf(row));
	return isRepeated ? [{path: [...path, 'zone'], message: `the zone ${row.zone} stands there twice at the same server`, isKey: false}] : [];
});
