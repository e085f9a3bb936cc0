import * as z from 'zod';
import {isZoneName} from '../domain/hostname.js';
import {strict} from '../intents/problems.js';
import {line, webUrl} from './fields.js';
import {secretSchema, type SecretSources} from './secret.js';

const server = z.string().regex(/^(?:\[[\d:a-f]+\]|[\w\-.]+):\d{1,5}$/i, {error: 'must be a server with its port, such as "127.0.0.1:53"'});
const algorithms = ['hmac-sha256', 'hmac-sha512', 'hmac-sha384', 'hmac-sha224', 'hmac-sha1', 'hmac-md5'] as const;

/** A row of `dns`. */
export const dnsSchema = (sources: SecretSources) => {
	const common = {
		zone: z.string().refine(isZoneName, {error: 'must be the name of a zone'}).transform(zone => zone.toLowerCase()),
		reserved: z.array(z.string().regex(/^(?:@|[\w*\-.]+)$/, {error: 'must be a name within the zone, or @ for the zone itself'})).default([]),
	};
	const secret = secretSchema(sources);
	return z.discriminatedUnion('provider', [
		strict({
			...common, provider: z.literal('powerdns'), url: webUrl, apiKey: secret, serverId: line.default('localhost'),
		}),
		strict({
			...common, provider: z.literal('rfc2136'), server, keyName: line, algorithm: z.enum(algorithms), keySecret: secret,
		}),
		strict({
			...common, provider: z.literal('cloudflare'), token: secret, url: webUrl.optional(),
		}),
	]);
};
