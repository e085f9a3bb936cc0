import {describe, expect, test} from 'vitest';
import {createTaskWatch, type TaskWatch} from '../../../source/clients/proxmox/task-watch.js';
import {reply, type HttpsServer} from '../../support/https-server.js';
import {connectTo, serve} from '../../support/proxmox-fixture.js';

const upidOf = (index: number, node = 'pve1') => `UPID:${node}:${index.toString(16).padStart(8, '0').toUpperCase()}:00027745:6B01D02B:qmclone:9000:cronsole@pve!ops:`;

type Cluster = {
	/** Rows of `GET /cluster/tasks`. */
	rows?: readonly unknown[];
	/** Rows of `GET /nodes/{node}/tasks`. */
	nodeRows?: readonly unknown[];
	/** By UPID: the answer of its own status, or undefined: no such task. */
	alone?: Readonly<Record<string, unknown>>;
	log?: readonly string[];
	downNode?: string;
};

const watching = async (cluster: Cluster): Promise<{readonly watch: TaskWatch; readonly server: HttpsServer}> => {
	const server = await serve(({url}, response) => {
		if (url === '/api2/json/cluster/tasks') {
			reply(response, {data: cluster.rows ?? []});
			return;
		}

		if (cluster.nodeRows && /^\/api2\/json\/nodes\/[^/]+\/tasks\?/.test(url)) {
			reply(response, {data: cluster.nodeRows});
			return;
		}

		const [, node, upid, what] = /^\/api2\/json\/nodes\/(.+?)\/tasks\/(.+?)\/(status|log)/.exec(decodeURIComponent(url)) ?? [];
		if (node === cluster.downNode) {
			reply(response, {status: 595, statusText: 'Connection refused', body: ''});
		} else if (what === 'log') {
			const query = new URLSearchParams(url.split('?', 2)[1]);
			const [start, limit] = [Number(query.get('start')), Number(query.get('limit'))];
			const lines = (cluster.log ?? []).map((t, index) => ({n: index + 1, t})).slice(start, start + limit);
			reply(response, {body: JSON.stringify({data: lines.length > 0 ? lines : [{n: 1, t: 'no content'}], total: cluster.log?.length})});
		} else if (cluster.alone?.[upid!] === undefined) {
			reply(response, {status: 400, body: JSON.stringify({data: null, message: 'Parameter verification failed.\n', errors: {upid: 'no such task'}})});
		} else {
			reply(response, {data: cluster.alone[upid!]});
		}
	});
	return {watch: createTaskWatch(connectTo([server]).reader), server};
};

describe('watching tasks', () => {
	test('one call tells of all tasks, however many there are', async () => {
		const upids = Array.from({length: 60}, (_, index) => upidOf(index));
		const rows = upids.map((upid, index) => index % 3 === 0 ? {upid} : {upid, endtime: 1_795_281_000, status: index % 3 === 1 ? 'OK' : 'clone failed: no space'});
		const {watch, server} = await watching({rows});

		const states = await watch.look(upids);
		expect(upids.slice(0, 3).map(upid => states.get(upid))).toEqual(['running', {exitStatus: 'OK'}, {exitStatus: 'clone failed: no space'}]);
		expect(states.size).toBe(60);
		expect(server.requests).toHaveLength(1);
	});

	test('nothing to watch is not asked for', async () => {
		const {watch, server} = await watching({});
		expect(await watch.look([])).toEqual(new Map());
		expect(server.requests).toEqual([]);
	});

	test('a task that the list has lost is asked for alone, and one that its node has lost is missing', async () => {
		const [running, ended, gone] = [upidOf(1), upidOf(2), upidOf(3)];
		const {watch} = await watching({alone: {[running]: {status: 'running'}, [ended]: {status: 'stopped', exitstatus: 'OK'}}});
		expect(await watch.look([running, ended, gone])).toEqual(new Map<string, unknown>([[running, 'running'], [ended, {exitStatus: 'OK'}], [gone, 'missing']]));
	});

	test('a row that ended without its text has the text asked for', async () => {
		const upid = upidOf(1);
		const {watch} = await watching({rows: [{upid, endtime: 1_795_281_000}], alone: {[upid]: {status: 'stopped', exitstatus: 'VM is locked (clone)'}}});
		expect(await watch.look([upid])).toEqual(new Map([[upid, {exitStatus: 'VM is locked (clone)'}]]));
	});

	test('at most three are asked for alone in a look, and each has its turn', async () => {
		const upids = Array.from({length: 8}, (_, index) => upidOf(index));
		const {watch, server} = await watching({alone: Object.fromEntries(upids.map(upid => [upid, {status: 'running'}]))});

		const asked: string[][] = [];
		for (let look = 0; look < 3; look++) {
			const before = server.requests.length;
			await watch.look(upids);
			asked.push(server.requests.slice(before).map(({url}) => decodeURIComponent(url)).filter(url => url.endsWith('/status')));
		}

		expect(asked.map(({length}) => length)).toEqual([3, 3, 3]);
		expect(new Set(asked.flat()).size).toBe(8);
	});

	test('of more tasks on one node than the cluster lists, one call to the node tells', async () => {
		const upids = Array.from({length: 50}, (_, index) => upidOf(index));
		const running = {status: 'running'};
		const cluster: Cluster = {
			rows: upids.slice(0, 25).map(upid => ({upid})), alone: Object.fromEntries(upids.map(upid => [upid, running])), nodeRows: upids.map(upid => ({upid, status: 'RUNNING'})),
		};
		const {watch, server} = await watching(cluster);
		await watch.look(upids);
		const before = server.requests.length;
		cluster.nodeRows = upids.map((upid, index) => index === 40 ? {upid, endtime: 1_795_281_000, status: 'OK'} : {upid, status: 'RUNNING'});
		const states = await watch.look(upids);
		expect(server.requests.slice(before).map(({url}) => url.split('?', 1)[0])).toEqual(['/api2/json/nodes/pve1/tasks']);
		expect(states.get(upids[40]!)).toEqual({exitStatus: 'OK'});
		expect(upids.filter(upid => states.get(upid) === 'running')).toHaveLength(49);
		await watch.look([...upids, upidOf(1, 'pve2')]);
		expect(server.requests.map(({url}) => url.split('?', 1)[0]).filter(url => url === '/api2/json/cluster/tasks')).toHaveLength(2);
	});

	test('a node that is away leaves its tasks running, and the others are told', async () => {
		const [lost, ended] = [upidOf(1, 'pve3'), upidOf(2)];
		const {watch} = await watching({downNode: 'pve3', rows: [{upid: ended, endtime: 1, status: 'OK'}]});
		expect(await watch.look([lost, ended])).toEqual(new Map<string, unknown>([[lost, 'running'], [ended, {exitStatus: 'OK'}]]));
	});

	test('a cluster that is away is told as such', async () => {
		const server = await serve((_, response) => {
			response.destroy();
		});
		const {reader} = connectTo([server]);
		await expect(createTaskWatch(reader).look([upidOf(1)])).rejects.toMatchObject({kind: 'transient', scope: 'cluster'});
	});
});

describe('progress', () => {
	test('comes from what was written since the last time', async () => {
		const cluster: Cluster = {log: ['creating a clone of VM 9000 with ID 5001']};
		const {watch, server} = await watching(cluster);
		const upid = upidOf(1);

		expect(await watch.progressOf(upid)).toBeUndefined();
		cluster.log = [...cluster.log!, 'transferred 1.0 GiB of 4.0 GiB (25.00%)', 'transferred 2.0 GiB of 4.0 GiB (50.00%)'];
		expect(await watch.progressOf(upid)).toBe(50);
		expect(await watch.progressOf(upid)).toBe(50);
		expect(server.requests.map(({url}) => /start=(\d+)/.exec(url)?.[1])).toEqual(['0', '1', '3']);
	});

	test('of a log of many thousand lines is found with a second call', async () => {
		const {watch} = await watching({log: Array.from({length: 20_000}, (_, index) => `transferred ${index} B of 20000 B (${(index / 200).toFixed(2)}%)`)});
		await watch.progressOf(upidOf(1));
		expect(await watch.progressOf(upidOf(1))).toBeCloseTo(100, 1);
	});
});
