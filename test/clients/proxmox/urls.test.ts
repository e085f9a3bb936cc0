import {createServer, type AddressInfo} from 'node:net';
import {setTimeout as sleep} from 'node:timers/promises';
import {
	describe,
	expect,
	onTestFinished,
	test,
} from 'vitest';
import {refusingUrl, reply, type HttpsServer} from '../../support/https-server.js';
import {
	always,
	connect,
	connectTo,
	serve,
} from '../../support/proxmox-fixture.js';

const upid = 'UPID:pve1:00000143:00027745:6B01D02B:qmstart:5001:cronsole@pve!ops:';
const vm = {node: 'pve1', vmid: 5001};

const version = async (text: string): Promise<HttpsServer> => serve((_, response) => {
	reply(response, {data: {version: text}});
});

const starting = async (): Promise<HttpsServer> => serve((_, response) => {
	reply(response, {data: upid});
});

/** Takes the request and then cuts the line, as a server does that dies in the middle. */
const cutting = async (): Promise<HttpsServer> => serve((_, response) => {
	response.destroy();
});

const silent = async (): Promise<HttpsServer> => serve(() => undefined);

describe('several URLs of one cluster', () => {
	test('a dead first URL is passed over, and the one that answered is asked first from then on', async () => {
		const broken = await cutting();
		const alive = await version('9.2.11');
		const {reader} = connectTo([broken, alive]);

		expect(await reader.getVersion()).toBe('9.2.11');
		expect(await reader.getVersion()).toBe('9.2.11');
		expect(broken.requests).toHaveLength(1);
		expect(alive.requests).toHaveLength(2);
	});

	test('a change that could not be sent goes to the next URL', async () => {
		const alive = await starting();
		const proxmox = connect({urls: [await refusingUrl(), 'https://no-such-host.invalid:8006', alive.url], fingerprints: [alive.fingerprint]}).guardedBy(always);

		expect(await proxmox.startVm(vm)).toBe(upid);
		expect(alive.requests).toHaveLength(1);
	});

	test('a change goes on to the next URL from a server with a foreign certificate', async () => {
		const [foreign, alive] = [await starting(), await starting()];
		const proxmox = connectTo([foreign, alive], {fingerprints: [alive.fingerprint]}).guardedBy(always);

		expect(await proxmox.startVm(vm)).toBe(upid);
		expect(foreign.requests).toEqual([]);
	});

	test('a change that was sent and got no answer is of unknown outcome and is sent nowhere else', async () => {
		const [broken, alive] = [await cutting(), await starting()];
		const proxmox = connectTo([broken, alive]).guardedBy(always);

		await expect(proxmox.startVm(vm)).rejects.toMatchObject({
			kind: 'unknown-outcome', scope: 'item', node: 'pve1', peer: 'fra1', status: null,
		});
		expect(broken.requests).toHaveLength(1);
		expect(alive.requests).toEqual([]);
	});

	test('a change whose answer breaks off is of unknown outcome', async () => {
		const server = await serve((_, response) => {
			response.writeHead(200, {'content-length': 500});
			response.write('{"data":"UPID:');
			setTimeout(() => response.destroy(), 20);
		});

		await expect(connectTo([server]).guardedBy(always).startVm(vm)).rejects.toMatchObject({kind: 'unknown-outcome'});
	});

	test('a read that got no answer in time goes to the next URL; a change does not', async () => {
		const [slow, alive] = [await silent(), await version('9.2.11')];

		expect(await connectTo([slow, alive], {timeoutMs: 1000}).reader.getVersion()).toBe('9.2.11');

		const slower = await silent();
		const proxmox = connectTo([slower, alive], {timeoutMs: 1000}).guardedBy(always);
		await expect(proxmox.startVm(vm)).rejects.toMatchObject({kind: 'unknown-outcome', message: expect.stringMatching(/no answer within \d+\.\d s/) as string});
		expect(alive.requests).toHaveLength(1);
	});

	test('where no URL answers, the error belongs to the cluster and says of each why', async () => {
		const broken = await cutting();
		const {reader} = connectTo([broken], {urls: [await refusingUrl(), broken.url]});

		await expect(reader.getVersion()).rejects.toMatchObject({kind: 'transient', scope: 'cluster', status: null});
		await expect(reader.getVersion()).rejects.toThrow(/127\.0\.0\.1:\d+: connection refused; 127\.0\.0\.1:\d+: it closed the connection/);
	});

	test('where every server hangs over a call on one node, the error belongs to that node', async () => {
		const servers = [await silent(), await silent()];
		const {reader} = connectTo(servers, {timeoutMs: 1000});

		await Promise.all([
			expect(reader.getVmConfig(vm)).rejects.toMatchObject({kind: 'transient', scope: 'node', node: 'pve1'}),
			expect(reader.getVersion()).rejects.toMatchObject({kind: 'transient', scope: 'cluster', node: null}),
		]);
	});

	test('a server that accepts and never speaks TLS is given up, for changes too', async () => {
		const mute = createServer();
		await new Promise<void>(resolve => {
			mute.listen(0, '127.0.0.1', resolve);
		});
		onTestFinished(() => {
			mute.close();
		});
		const alive = await starting();
		const url = `https://127.0.0.1:${(mute.address() as AddressInfo).port}`;
		const proxmox = connectTo([alive], {urls: [url, alive.url], timeoutMs: 1000}).guardedBy(always);

		expect(await proxmox.startVm(vm)).toBe(upid);
	});

	test('a server that hangs up before TLS stands was sent nothing', async () => {
		const rude = createServer(socket => socket.destroy());
		await new Promise<void>(resolve => {
			rude.listen(0, '127.0.0.1', resolve);
		});
		onTestFinished(() => {
			rude.close();
		});
		const alive = await starting();
		const url = `https://127.0.0.1:${(rude.address() as AddressInfo).port}`;

		expect(await connectTo([alive], {urls: [url, alive.url]}).guardedBy(always).startVm(vm)).toBe(upid);
		await expect(connectTo([alive], {urls: [url]}).guardedBy(always).startVm(vm)).rejects.toMatchObject({kind: 'transient', scope: 'cluster'});
	});

	test('a node in trouble is passed over by reads of the cluster, not by reads of a node that it cannot reach', async () => {
		const [troubled, alive] = [
			await serve((_, response) => {
				reply(response, {status: 595, statusText: 'Connection refused', body: ''});
			}),
			await version('9.2.11'),
		];

		expect(await connectTo([troubled, alive]).reader.getVersion()).toBe('9.2.11');
		await expect(connectTo([troubled, alive]).reader.getVmConfig(vm)).rejects.toMatchObject({kind: 'transient', scope: 'node', status: 595});
		expect(alive.requests).toHaveLength(1);
	});

	test('an idle connection that the server closes costs nothing', async () => {
		const server = await serve((_, response) => {
			reply(response, {data: upid, headers: {connection: 'Keep-Alive'}}); // As Proxmox: without a hint for how long.
		}, {keepAliveTimeout: 100});
		const proxmox = connectTo([server]).guardedBy(always);

		for (let call = 0; call < 10; call++) {
			await proxmox.startVm(vm);
		}

		const connections = server.connections();
		expect(connections).toBeLessThan(4);
		await sleep(1500); // Node closes an idle connection up to a second after its time.
		expect(await proxmox.startVm(vm)).toBe(upid);
		expect(server.connections()).toBeGreaterThan(connections);
	});

	test('a connection that the server closes with its answer is not used again', async () => {
		const server = await serve((_, response) => {
			reply(response, {data: upid, headers: {connection: 'close, Keep-Alive'}});
		});
		const proxmox = connectTo([server]).guardedBy(always);

		await proxmox.startVm(vm);
		expect(await proxmox.startVm(vm)).toBe(upid);
		expect(server.connections()).toBe(2);
	});
});
