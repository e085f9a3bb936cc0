import {X509Certificate} from 'node:crypto';
import {once} from 'node:events';
import {createServer} from 'node:https';
import {type AddressInfo} from 'node:net';
import {setTimeout as sleep} from 'node:timers/promises';
import tls from 'node:tls';
import {generate} from 'selfsigned';
import {
	describe,
	expect,
	onTestFinished,
	test,
} from 'vitest';
import {createAlerts} from '../../source/clients/alert.js';
import {systemClock} from '../../source/domain/clock.js';
import {type Certificate, makeCertificate} from '../support/https-server.js';
import {connect} from '../support/proxmox-fixture.js';
import {connectTo} from './dns/powerdns-fixture.js';
import {openWhm} from './panel/whm-fixture.js';

/** A server that can change its certificate under way. */
const serve = async (first: Certificate) => {
	const heard: string[] = [];
	const server = createServer({key: first.key, cert: first.cert, keepAliveTimeout: 60_000}, ({url}, response) => {
		heard.push(url!);
		response.setHeader('content-type', 'application/json').end(JSON.stringify({
			data: {version: '9.2.11'}, name: 'example.net.', kind: 'Native', serial: 1, soa_edit_api: 'DEFAULT', rrsets: [],
		}));
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	onTestFinished(() => {
		server.closeAllConnections();
		server.close();
	});
	return {
		url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
		heard: () => heard.splice(0).length,
		show({key, cert}: Certificate) {
			server.setSecureContext({key, cert});
			server.closeAllConnections();
		},
		cut() {
			server.closeAllConnections();
		},
	};
};

type Ask = () => Promise<unknown>;

/** Asks each client's first question; what it makes of the answer is not the matter here. */
const pinning: Readonly<Record<string, (url: string, fingerprint: string) => Ask>> = {
	'of a cluster'(url, fingerprint) {
		const {reader} = connect({urls: [url], fingerprints: [fingerprint]});
		return async () => reader.getVersion();
	},
	'of a panel'(url, fingerprint) {
		const panel = openWhm({url, fingerprint, token: 'a-token-of-32-letters-and-numbers'});
		return async () => panel.check();
	},
};

const trusting: Readonly<Record<string, (url: string, authority: string) => Ask>> = {
	'a cluster'(url, authority) {
		const {reader} = connect({urls: [url], ca: authority});
		return async () => reader.getVersion();
	},
	'a panel'(url, authority) {
		tls.setDefaultCACertificates([authority]);
		const panel = openWhm({url, fingerprint: '', token: 'a-token-of-32-letters-and-numbers'}, {fingerprints: []});
		return async () => panel.check();
	},
	'a name server'(url, authority) {
		tls.setDefaultCACertificates([authority]);
		const {find, close} = connectTo({url, apiKey: 'key'});
		onTestFinished(close);
		return async () => find().check();
	},
	'a webhook'(url, authority) {
		tls.setDefaultCACertificates([authority]);
		const alerts = createAlerts(() => ({
			mail: [], command: [], webhook: {reveal: () => url}, heartbeatUrl: null,
		}), {clock: systemClock});
		onTestFinished(alerts.close);
		return async () => alerts.postWebhook({});
	},
};

const reasonOf = async (ask: Ask): Promise<string> => {
	try {
		await ask();
		return '';
	} catch (error) {
		return (error as Error).message;
	}
};

const shortLived = async (seconds: number): Promise<Certificate> => {
	const {private: key, cert} = await generate([{name: 'commonName', value: 'pve1'}], {
		keyType: 'ec', algorithm: 'sha256', notBeforeDate: new Date(Date.now() - 60_000), notAfterDate: new Date(Date.now() + (seconds * 1000)),
		extensions: [{name: 'subjectAltName', altNames: [{type: 7, ip: '127.0.0.1'}]}],
	});
	return {key, cert, fingerprint: new X509Certificate(cert).fingerprint256};
};

describe.each(Object.entries(pinning))('the pinned certificate %s', (_, open) => {
	test('that changes under way is spoken to no more, the reason names both, and it goes on when the old one is back', async () => {
		const [old, other] = await Promise.all([makeCertificate(), makeCertificate()]);
		const server = await serve(old);
		const ask = open(server.url, old.fingerprint);
		await reasonOf(ask);
		expect(server.heard()).toBeGreaterThan(0);
		server.show(other);
		const reason = await reasonOf(ask);
		expect(reason).toContain(old.fingerprint);
		expect(reason).toContain(other.fingerprint);
		expect(server.heard()).toBe(0);
		server.show(old);
		expect(await reasonOf(ask)).not.toContain('fingerprint');
		expect(server.heard()).toBeGreaterThan(0);
	});
});

test(`a signed certificate that expires under way, or is another then, is spoken to no more, by ${Object.keys(trusting).join(', ')}: no session of before is a way around`, async () => {
	const certificate = await shortLived(2);
	const server = await serve(certificate);
	const asks = Object.entries(trusting).map(([name, open]) => [name, open(server.url, certificate.cert)] as const);
	for (const [name, ask] of asks) {
		await reasonOf(ask);
		expect(server.heard(), name).toBeGreaterThan(0);
	}

	await sleep(Date.parse(new X509Certificate(certificate.cert).validTo) + 1100 - Date.now());
	server.cut();
	for (const [name, ask] of asks) {
		expect(await reasonOf(ask), name).toContain('certificate has expired');
	}

	server.show(await makeCertificate());
	for (const [name, ask] of asks) {
		// A name server that could not be reached is left alone for a while.
		expect(await reasonOf(ask), name).toMatch(name === 'a name server' ? 'certificate' : 'signed by nobody that we know');
	}

	expect(server.heard()).toBe(0);
});
