import {describe, expect, test} from 'vitest';
import {makeCertificate, reply} from '../../support/https-server.js';
import {connect, serve} from '../../support/proxmox-fixture.js';

const version = async (settings: Parameters<typeof connect>[0]) => connect(settings).reader.getVersion();

describe('whom the client trusts', () => {
	test('a server whose fingerprint is in the list is trusted, wherever in the list it stands and however it is written', async () => {
		const server = await serve((_, response) => {
			reply(response, {data: {version: '9.2.11'}});
		});
		const other = await makeCertificate();

		expect(await version({urls: [server.url], fingerprints: [other.fingerprint, server.fingerprint]})).toBe('9.2.11');
		expect(await version({urls: [server.url], fingerprints: [server.fingerprint.toLowerCase()]})).toBe('9.2.11');
	});

	test('a server with another fingerprint hears nothing, and the error names the one that was seen', async () => {
		const server = await serve((_, response) => {
			reply(response, {data: {version: '9.2.11'}});
		});
		const {fingerprint} = await makeCertificate();

		await expect(version({urls: [server.url], fingerprints: [fingerprint]})).rejects.toMatchObject({
			name: 'ClientError', kind: 'transient', scope: 'cluster', message: expect.stringContaining(server.fingerprint) as string,
		});
		await expect(version({urls: [server.url], fingerprints: [fingerprint]})).rejects.toThrow(/not in this cluster's `fingerprints`/);
		expect(server.requests).toEqual([]);
	});

	test('without fingerprints the CA of the config decides', async () => {
		const server = await serve((_, response) => {
			reply(response, {data: {version: '8.4.21'}});
		});
		const other = await makeCertificate();

		expect(await version({urls: [server.url], ca: server.cert})).toBe('8.4.21');
		await expect(version({urls: [server.url], ca: other.cert})).rejects.toThrow(/signed by nobody that we know: set `fingerprints` or `ca`/);
		expect(server.requests).toHaveLength(1);
	});

	test('without either, the system\'s CAs decide, and a certificate that nobody signed is refused', async () => {
		const server = await serve((_, response) => {
			reply(response, {data: {version: '8.4.21'}});
		});

		await expect(version({urls: [server.url]})).rejects.toThrow(/signed by nobody that we know/);
		expect(server.requests).toEqual([]);
	});

	test('a certificate of the right CA for another host is refused', async () => {
		const certificate = await makeCertificate('pve7.example.net');
		const server = await serve((_, response) => {
			reply(response, {data: {version: '8.4.21'}});
		}, {certificate});

		await expect(version({urls: [server.url], ca: certificate.cert})).rejects.toThrow(/is for another name/);
		expect(server.requests).toEqual([]);
	});

	test('plain HTTP is never spoken', async () => {
		await expect(version({urls: ['http://127.0.0.1:8006'], fingerprints: []})).rejects.toThrow(/only https/);
	});

	test('a redirect is not followed, so that no other server sees the token', async () => {
		const elsewhere = await serve((_, response) => {
			reply(response, {data: {version: '1'}});
		});
		const server = await serve((_, response) => {
			reply(response, {status: 301, body: '', headers: {location: elsewhere.url}});
		});

		await expect(version({urls: [server.url], fingerprints: [server.fingerprint, elsewhere.fingerprint]})).rejects.toMatchObject({kind: 'transient', scope: 'cluster', status: 301});
		expect(elsewhere.requests).toEqual([]);
	});
});
