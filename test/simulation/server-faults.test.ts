import {
	afterEach,
	beforeEach,
	expect,
	test,
} from 'vitest';
import {startProxmoxServer, type ProxmoxServer} from '../../source/simulation/proxmox-server.js';
import {createClient} from './support/client.js';

let server: ProxmoxServer;
let client: ReturnType<typeof createClient>;

beforeEach(async () => {
	server = await startProxmoxServer({seed: 3, speed: 100, waits: false});
	client = createClient(server);
});

afterEach(async () => {
	await client.close();
	await server.close();
});

test('a dropped request does nothing, a lost answer has done it all', async () => {
	await client.control({set: [{kind: 'drop', method: 'POST', count: 1}]});
	await expect(client.post('/nodes/pve1/qemu/9000/clone', {newid: '101', full: '1'})).rejects.toThrow();
	expect(await client.truth()).toMatchObject({tasks: []});
	await client.control({add: {kind: 'lost-answer', path: '/clone$', count: 1}});
	await expect(client.post('/nodes/pve1/qemu/9000/clone', {newid: '101', full: '1'})).rejects.toThrow();
	expect(await client.truth()).toMatchObject({tasks: [{type: 'qmclone', vmid: 9000, target: 101}]});
});

test('a slow answer comes late', async () => {
	await client.control({add: {kind: 'slow', path: '^/version$', ms: 300}});
	const startedAt = performance.now();
	expect((await client.get('/version')).status).toBe(200);
	expect(performance.now() - startedAt).toBeGreaterThan(290);
});

test('whoever owns the time says how long a request is kept waiting', async () => {
	const asked: number[] = [];
	const other = await startProxmoxServer({
		seed: 3, waits: false, async sleep(ms) {
			asked.push(ms);
		},
	});
	const otherClient = createClient(other);
	try {
		await otherClient.control({add: {kind: 'slow', path: '^/version$', ms: 3_600_000}});
		expect((await otherClient.get('/version')).status).toBe(200);
		expect(asked).toEqual([3_600_000]);
	} finally {
		await otherClient.close();
		await other.close();
	}
});

test('a given status stands in for the answer', async () => {
	await client.control({
		add: {
			kind: 'status', path: '^/api2/json/nodes$', status: 500, text: 'proxy loop detected', count: 1,
		},
	});
	expect(await client.get('/nodes')).toMatchObject({status: 500, reason: 'proxy loop detected'});
	expect(await client.get('/nodes')).toMatchObject({status: 200});
});

test('a node refuses, or never answers, and the body is empty', async () => {
	await client.control({set: [{kind: 'proxy-refused', node: 'pve2'}, {kind: 'proxy-timeout', node: 'pve3'}]});
	expect(await client.get('/nodes/pve2/status')).toMatchObject({status: 595, reason: 'Connection refused', body: ''});
	expect(await client.get('/nodes/pve3/status')).toMatchObject({status: 596, reason: 'Connection timed out', body: ''});
	expect(await client.get('/nodes/pve1/status')).toMatchObject({status: 200});
});

test('a revoked token is a 401 for every call', async () => {
	const {id} = await client.control({add: {kind: 'revoked-token'}});
	expect(await client.get('/version')).toMatchObject({status: 401, reason: 'Authentication failed!'});
	await client.control({clear: id});
	expect(await client.get('/version')).toMatchObject({status: 200});
});

test('a node goes down at the moment of the command', async () => {
	await client.control({add: {kind: 'node-down', node: 'pve2'}});
	expect(await client.get('/nodes/pve2/status')).toMatchObject({status: 595});
	expect((await client.get('/cluster/status')).data).toContainEqual(expect.objectContaining({name: 'pve2', online: 0}));
});

test('a command that is none is refused, and the list says what there is', async () => {
	expect(await client.control({add: {kind: 'nonsense'}})).toEqual({error: expect.stringContaining('unknown kind') as string});
	await client.control({add: {kind: 'no-quorum'}});
	expect(JSON.parse((await client.send('GET', '/_sim/faults', {authorization: null})).body)).toEqual([{kind: 'no-quorum', id: 1}]);
	expect((await client.send('GET', '/_sim/nothing', {authorization: null})).status).toBe(404);
});

test('the truth tells of VMs, their bytes and backups', async () => {
	expect(await client.truth()).toMatchObject({
		now: expect.any(Number) as number,
		vms: [{
			node: 'pve1', vmid: 9000, status: 'stopped', config: {template: 1}, firewall: {options: {}, ipsets: [], rules: []}, snapshots: [], bytes: {in: 0, out: 0},
		}],
		tasks: [], backups: [],
	});
});
