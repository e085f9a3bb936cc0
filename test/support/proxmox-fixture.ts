import {type ServerResponse} from 'node:http';
import {onTestFinished} from 'vitest';
import {connectProxmox} from '../../source/clients/proxmox/http-proxmox.js';
import {type ProxmoxConnection} from '../../source/clients/proxmox/proxmox.js';
import {systemClock} from '../../source/domain/clock.js';
import {type ClusterSettings} from '../../source/domain/settings.js';
import {clusterSettings} from './cluster-settings.js';
import {
	startHttpsServer,
	type Certificate,
	type HttpsServer,
	type Received,
} from './https-server.js';

/** A server that goes away with the test. */
export const serve = async (
	answer: (request: Received, response: ServerResponse) => void | Promise<void>,
	options?: {readonly certificate?: Certificate; readonly keepAliveTimeout?: number},
): Promise<HttpsServer> => {
	const server = await startHttpsServer(answer, options);
	onTestFinished(server.close);
	return server;
};

/** A connection that goes away with the test. */
export const connect = (settings: Partial<ClusterSettings>): ProxmoxConnection => {
	const connection = connectProxmox(clusterSettings(settings), {clock: systemClock});
	onTestFinished(connection.close);
	return connection;
};

/** A connection to these servers by their fingerprints. */
export const connectTo = (servers: readonly HttpsServer[], settings: Partial<ClusterSettings> = {}): ProxmoxConnection =>
	connect({urls: servers.map(({url}) => url), fingerprints: servers.map(({fingerprint}) => fingerprint), ...settings});

/** The guard of somebody who may. */
export const always = (): void => undefined;
