import {X509Certificate} from 'node:crypto';
import {createServer} from 'node:https';
import {type AddressInfo} from 'node:net';
import {setTimeout as sleepForReal} from 'node:timers/promises';
import {generate} from 'selfsigned';
import {type Clock} from '../domain/clock.js';
import {serveApi, type ApiContext, type Sleep} from './api.js';
import {createCluster, type Cluster} from './cluster.js';
import {serveControl} from './control.js';
import {addDemoLoad} from './demo-load.js';
import {type Faults} from './faults.js';
import {createRandom} from './random.js';
import {openRequestLog} from './request-log.js';
import {type PveRelease} from './verify.js';
import {newUuid} from './vms.js';
import {tokenId} from './world.js';

export type ProxmoxServerOptions = {
	/** 0, which is the default, takes a free one. */
	readonly port?: number;
	readonly seed?: number;
	readonly pve?: PveRelease;
	/** How many times faster than the clock the cluster lives. */
	readonly speed?: number;
	/** Whether the protocol's own delays (3 s before a 401, 30 s before a 596) are kept; true unless told otherwise. */
	readonly waits?: boolean;
	readonly logFile?: string;
	/** Whether some other customers' VMs are there and busy. */
	readonly demoLoad?: boolean;
	readonly clock?: Pick<Clock, 'now'>;
	/** How requests are kept waiting, where time is not the machine's. */
	readonly sleep?: Sleep;
};

/** A simulated cluster that listens. */
export type ProxmoxServer = {
	readonly url: string;
	readonly tokenId: string;
	readonly tokenSecret: string;
	readonly fingerprint: string;
	readonly nodes: readonly string[];
	readonly cluster: Cluster;
	readonly faults: Faults;
	readonly close: () => Promise<void>;
};

const sleepAsMachine: Sleep = async (ms, signal) => sleepForReal(ms, undefined, {signal});

const tickMs = 50;
const idleMs = 5000;
const requestsPerConnection = 100;

const makeCertificate = async (notBefore: Date) => generate([{name: 'commonName', value: 'pve1'}], {
	keyType: 'ec',
	algorithm: 'sha256',
	notBeforeDate: notBefore,
	notAfterDate: new Date(notBefore.getTime() + (730 * 86_400_000)),
	extensions: [{name: 'subjectAltName', altNames: [{type: 2, value: 'localhost'}, {type: 2, value: 'pve1'}, {type: 7, ip: '127.0.0.1'}]}],
});

/** Starts a simulated Proxmox cluster on the loopback interface, over real HTTPS. */
export const startProxmoxServer = async ({
	port = 0, seed = 1, pve = '9.2', speed = 1, waits = true, logFile, demoLoad = false, clock = {now: () => Date.now()}, sleep = sleepAsMachine,
}: ProxmoxServerOptions = {}): Promise<ProxmoxServer> => {
	const startedAt = clock.now();
	const now = () => startedAt + ((clock.now() - startedAt) * speed);
	const log = openRequestLog(logFile);
	const cluster = createCluster({
		seed, pve, nowMs: startedAt, onTask: log.task,
	});
	if (demoLoad) {
		addDemoLoad(cluster);
	}

	const closing = new AbortController();
	const context: ApiContext = {
		cluster, now, waits, log, sleep, secret: newUuid(createRandom(seed + 1)), keyOrder: createRandom(seed + 2), signal: closing.signal,
	};
	const {private: key, cert} = await makeCertificate(new Date(startedAt - 86_400_000));
	const fingerprint = new X509Certificate(cert).fingerprint256;
	cluster.fingerprint = fingerprint;

	const server = createServer({key, cert, keepAliveTimeout: idleMs}, (request, response) => {
		const served = request.url?.startsWith('/_sim/') ? serveControl(cluster, now(), request, response) : serveApi(context, request, response);
		// A client that goes away in the middle is its own affair.
		served.catch(() => response.destroy());
	});
	server.maxRequestsPerSocket = requestsPerConnection;
	await new Promise<void>((resolve, reject) => {
		server.once('error', reject).listen(port, '127.0.0.1', resolve);
	});
	const ticking = setInterval(() => {
		cluster.advance(now());
	}, tickMs);

	return {
		url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
		tokenId,
		tokenSecret: context.secret,
		fingerprint,
		nodes: cluster.hosts.map(({name}) => name),
		cluster,
		faults: cluster.faults,
		async close() {
			clearInterval(ticking);
			closing.abort();
			await new Promise(resolve => {
				server.close(resolve);
				server.closeAllConnections();
			});
			log.close();
		},
	};
};
