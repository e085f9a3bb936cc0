import {expect, onTestFinished, test} from 'vitest';
import {createConnections} from '../../source/app/connections.js';
import {systemClock} from '../../source/domain/clock.js';
import {startProxmoxServer} from '../../source/simulation/proxmox-server.js';
import {baseSettings} from '../pipelines/settings.js';
import {clusterSettings} from '../support/cluster-settings.js';

test('work that is under way keeps its connection when the config is read again', async () => {
	const server = await startProxmoxServer({waits: false});
	const cluster = clusterSettings({
		urls: [server.url], tokenId: server.tokenId, tokenSecret: {reveal: () => server.tokenSecret}, fingerprints: [server.fingerprint], timeoutMs: 2000,
	});
	const clusters = createConnections(() => baseSettings(cluster), systemClock);
	onTestFinished(async () => {
		await clusters.close();
		await server.close();
	});
	const before = clusters.connectionOf('fra1')!;
	expect(await before.reader.getVersion()).toMatch(/^9/);
	clusters.reset();
	expect(await before.reader.getVersion()).toMatch(/^9/);
	const after = clusters.connectionOf('fra1')!;
	expect(after).not.toBe(before);
	await clusters.close();
	await expect(before.reader.getVersion()).rejects.toThrow(/closed|destroyed/);
	await expect(after.reader.getVersion()).rejects.toThrow(/closed|destroyed/);
});
