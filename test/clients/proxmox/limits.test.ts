import {setTimeout as sleep} from 'node:timers/promises';
import {describe, expect, test} from 'vitest';
import {reply, type Received} from '../../support/https-server.js';
import {always, connectTo, serve} from '../../support/proxmox-fixture.js';

const upid = 'UPID:pve1:00000143:00027745:6B01D02B:qmstart:5001:cronsole@pve!ops:';

/** A server that takes its time and counts who is there meanwhile. */
const counting = async () => {
	const present: Received[] = [];
	const most = {all: 0, ofNode: 0};
	const server = await serve(async (request, response) => {
		present.push(request);
		const nodeOf = ({url}: Received) => /\/nodes\/([^/]+)/.exec(url)?.[1];
		most.all = Math.max(most.all, present.length);
		most.ofNode = Math.max(most.ofNode, present.filter(other => nodeOf(other) === nodeOf(request)).length);
		await sleep(30);
		present.splice(present.indexOf(request), 1);
		reply(response, {data: request.method === 'GET' ? {status: 'running'} : upid});
	});
	return {server, most};
};

describe('limits', () => {
	test('no more calls at a time than the cluster and the node are set to, whoever makes them', async () => {
		const {server, most} = await counting();
		const {reader, guardedBy} = connectTo([server], {calls: 4, callsPerNode: 2});
		const [one, other] = [guardedBy(always), guardedBy(always)];
		const calls = ['pve1', 'pve2', 'pve3'].flatMap(node => Array.from({length: 5}, (_, index) => ({node, vmid: 5000 + index})))
			.map(async vm => [one.startVm, other.startVm, reader.getVmStatus][vm.vmid % 3]!(vm));

		await Promise.all(calls);
		expect(most).toEqual({all: 4, ofNode: 2});
	});

	test('a node whose calls hang leaves the others their places', async () => {
		const server = await serve(({url}, response) => {
			if (!url.includes('/pve1/')) {
				reply(response, {data: {status: 'stopped'}});
			}
		});
		const {reader} = connectTo([server], {calls: 3, callsPerNode: 2, timeoutMs: 800});
		const stuck = Promise.allSettled([1, 2, 3, 4].map(async vmid => reader.getVmStatus({node: 'pve1', vmid})));
		const first = await Promise.race([stuck, reader.getVmStatus({node: 'pve2', vmid: 7})]);

		expect(first).toEqual({status: 'stopped', lock: null});
		expect((await stuck).map(({status}) => status)).toEqual(Array.from({length: 4}, () => 'rejected'));
	});
});

describe('the guard', () => {
	test('is asked after the wait for a place, straight before the change goes out', async () => {
		const {server} = await counting();
		const {reader, guardedBy} = connectTo([server], {calls: 1});
		const sentBefore: number[] = [];
		const proxmox = guardedBy(() => {
			sentBefore.push(server.requests.length);
		});
		const look = async () => reader.getVmStatus({node: 'pve1', vmid: 1});

		await Promise.all([look(), look(), look(), proxmox.startVm({node: 'pve2', vmid: 5001})]);
		expect(sentBefore.length).toBeGreaterThan(0);
		expect(Math.min(...sentBefore)).toBe(3);
	});

	test('that says no has its own error come through, and nothing is sent', async () => {
		const {server} = await counting();
		const lost = new Error('lease lost');
		const {guardedBy} = connectTo([server]);
		const proxmox = guardedBy(() => {
			throw lost;
		});

		await expect(proxmox.startVm({node: 'pve1', vmid: 5001})).rejects.toBe(lost);
		expect(server.requests).toEqual([]);
	});

	test('that says no only once the connection stands still keeps the change from going out', async () => {
		const {server} = await counting();
		const lost = new Error('lease lost while connecting');
		let asked = 0;
		const connection = connectTo([server]);
		const proxmox = connection.guardedBy(() => {
			asked++;
			if (asked > 1) {
				throw lost;
			}
		});

		await expect(proxmox.startVm({node: 'pve1', vmid: 5001})).rejects.toBe(lost);
		expect(server.requests).toEqual([]);
		expect(await connection.reader.getVmStatus({node: 'pve1', vmid: 5001})).toEqual({status: 'running', lock: null});
	});

	test('is not asked for looking', async () => {
		const {server} = await counting();
		const proxmox = connectTo([server]).guardedBy(() => {
			throw new Error('not for reading');
		});

		expect(await proxmox.getVmStatus({node: 'pve1', vmid: 5001})).toEqual({status: 'running', lock: null});
		expect(await proxmox.isAgentAnswering({node: 'pve1', vmid: 5001})).toBe(true);
	});

	test('the reader and a cluster that is only observed send no change', async () => {
		const {server} = await counting();
		const vm = {node: 'pve1', vmid: 5001};

		await expect(connectTo([server]).reader.startVm(vm)).rejects.toMatchObject({name: 'ClientError', kind: 'rejected'});
		await expect(connectTo([server], {observe: true}).guardedBy(always).startVm(vm)).rejects.toMatchObject({kind: 'observed', message: 'would send: POST /nodes/pve1/qemu/5001/status/start'});
		expect(server.requests).toEqual([]);
	});
});
