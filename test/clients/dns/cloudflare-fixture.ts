import {onTestFinished} from 'vitest';
import {ClientError} from '../../../source/clients/client-error.js';
import {createDns} from '../../../source/clients/dns/create-dns.js';
import {type NameServer, type RecordChange} from '../../../source/clients/dns/dns.js';
import {createSecret} from '../../../source/config/secret.js';
import {systemClock} from '../../../source/domain/clock.js';
import {type DnsSettings} from '../../../source/domain/settings.js';
import {startCloudflare} from './cloudflare-server.js';

export const forwardZone = 'example.net';
export const reverseZone = '113.0.203.in-addr.arpa';
export const name = 'web1.example.net';

const zone = (id: string, of: string) => ({
	id, name: of, status: 'active', type: 'full', permissions: ['#dns_records:read', '#dns_records:edit'] as readonly string[],
});

const rowsFor = (url: string, token: string): readonly DnsSettings[] => [forwardZone, reverseZone].map(of => ({
	zone: of, nameServer: 'cloudflare', provider: 'cloudflare', token: createSecret(token), url, reserved: [],
}));

/** A process that speaks to that Cloudflare. */
export const connect = (url: string, {token = 'cf-token', guard = () => undefined, clock = systemClock}: {readonly token?: string; readonly guard?: () => void; readonly clock?: typeof systemClock} = {}) => {
	const dns = createDns(() => rowsFor(url, token), {clock});
	const find = (of: string): NameServer => dns.guardedBy(guard).find({zone: of, nameServer: 'cloudflare'})!;
	const forward = find(forwardZone);
	return {
		forward,
		reverse: find(reverseZone),
		reader: dns.reader.find({zone: forwardZone, nameServer: 'cloudflare'})!,
		/** Another content of `web1.example.net A`. */
		write: async (from: readonly string[], to: readonly string[], more: Partial<RecordChange> = {}) => forward.replace({
			name, type: 'A', from, to, ttl: 300, comment: 'cronsole v101', ...more,
		}),
		close: dns.close,
	};
};

export const open = async (options?: Parameters<typeof connect>[1]) => {
	const server = await startCloudflare([zone('z1', forwardZone), zone('z2', reverseZone)]);
	const {close, ...client} = connect(server.url, options);
	return {
		server,
		...client,
		async close() {
			await close();
			await server.close();
		},
	};
};

/** A Cloudflare and a process, both gone after the test. */
export const opened = async (options?: Parameters<typeof connect>[1]) => {
	const all = await open(options);
	onTestFinished(all.close);
	return all;
};

/** A record of `web1.example.net`. */
export const a = (content: string, more = {}) => ({
	zone: forwardZone, name, type: 'A', content, ...more,
});

export const faultOf = async (work: Promise<unknown>): Promise<ClientError> => {
	try {
		await work;
	} catch (error) {
		if (error instanceof ClientError) {
			return error;
		}

		throw error;
	}

	throw new Error('it went well');
};
