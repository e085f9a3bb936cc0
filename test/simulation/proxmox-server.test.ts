import {request} from 'node:https';
import {
	afterEach,
	beforeEach,
	describe,
	expect,
	test,
} from 'vitest';
import {startProxmoxServer, type ProxmoxServer} from '../../source/simulation/proxmox-server.js';
import {cpuMs} from '../support/cpu-time.js';
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

describe('the envelope', () => {
	test('is data in JSON, with keys in any order', async () => {
		const version = await client.get('/version');
		expect([version.status, version.reason, version.headers.get('content-type')]).toEqual([200, 'OK', 'application/json;charset=UTF-8']);
		expect(version.data).toEqual({version: '9.2.11', release: '9.2', repoid: expect.any(String) as string});
		const orders = new Set<string>();
		for (let asked = 0; asked < 10; asked++) {
			orders.add(Object.keys((await client.get('/version')).data as object).join(' '));
		}

		expect(orders.size).toBeGreaterThan(1);
	});

	test('of a refusal has the reason in the status line and the message in the body, and the connection closes', async () => {
		const reply = await client.get('/nodes/pve1/qemu/999/config');
		expect(reply).toMatchObject({status: 500, reason: 'Configuration file \'nodes/pve1/qemu-server/999.conf\' does not exist'});
		expect(JSON.parse(reply.body)).toEqual({data: null, message: `${reply.reason}\n`});
		expect(reply.headers.get('connection')).toBe('close');
	});

	test('of an unknown path or method is a 501', async () => {
		expect(await client.get('/nodes/pve1/nosuch')).toMatchObject({status: 501, reason: 'Method \'GET /nodes/pve1/nosuch\' not implemented'});
		expect(await client.post('/version')).toMatchObject({status: 501, reason: 'Method \'POST /version\' not implemented'});
	});

	test('counts the rows of a task list', async () => {
		const {body} = await client.get('/nodes/pve1/tasks');
		expect(JSON.parse(body)).toEqual({data: [], total: 0});
	});
});

describe('who asks', () => {
	test('without or with a wrong token is answered 401 with an empty body', async () => {
		expect(await client.get('/version', {authorization: null})).toMatchObject({status: 401, reason: 'No ticket', body: ''});
		expect(await client.get('/version', {authorization: 'PVEAPIToken=cronsole@pve!ops=wrong'})).toMatchObject({status: 401, reason: 'Authentication failed!', body: ''});
	});

	test('and is wrong waits 3 s for it', async () => {
		const patient = await startProxmoxServer({seed: 3});
		const other = createClient(patient);
		const startedAt = performance.now();
		expect((await other.get('/version', {authorization: null})).status).toBe(401);
		expect(performance.now() - startedAt).toBeGreaterThan(2900);
		await other.close();
		await patient.close();
	});
});

describe('what is sent', () => {
	const path = '/api2/json/nodes/pve1/qemu/9000/config';

	test('may be JSON with real booleans and lists; null is ignored', async () => {
		expect(await client.send('PUT', path, {json: {onboot: true, description: 'x'}})).toMatchObject({status: 200, data: null});
		expect(await client.send('PUT', path, {json: {delete: ['onboot', 'agent'], description: null}})).toMatchObject({status: 200});
		expect((await client.get('/nodes/pve1/qemu/9000/config')).data).toMatchObject({description: 'x'});
		expect(await client.send('PUT', path, {form: {onboot: 'true'}})).toMatchObject({status: 400, reason: 'Parameter verification failed.'});
	});

	test('as empty JSON is malformed', async () => {
		const reply = await client.send('POST', '/api2/json/nodes/pve1/qemu/9000/status/start', {raw: '', type: 'application/json'});
		expect([reply.status, reply.reason.startsWith('malformed JSON string')]).toEqual([500, true]);
	});

	test('is read the API\'s way: `;` separates, a second `=` cuts, the query wins, the same key twice is a list', async () => {
		await client.send('PUT', path, {raw: 'name=a;description=b=c&tags=x&tags=y'});
		expect((await client.get('/nodes/pve1/qemu/9000/config')).data).toMatchObject({name: 'a', description: 'b', tags: 'x;y'});
		await client.send('PUT', `${path}?name=query`, {form: {name: 'body'}});
		expect((await client.get('/nodes/pve1/qemu/9000/config')).data).toMatchObject({name: 'query'});
		expect(await client.send('PUT', path, {form: {vmid: '101', cores: '1'}})).toMatchObject({status: 400});
	});

	test('with a DELETE, too large or of another type is refused', async () => {
		expect(await client.send('DELETE', '/api2/json/pools', {form: {poolid: 'x'}})).toMatchObject({status: 501, reason: 'Unexpected content for method \'DELETE\''});
		expect(await client.send('PUT', path, {raw: 'x', type: 'text/plain'})).toMatchObject({status: 506, body: ''});
		expect(await client.send('PUT', path, {form: {description: 'x'.repeat(600_000)}})).toMatchObject({status: 501, reason: 'for data too large'});
		expect(await client.send('OPTIONS', path)).toMatchObject({status: 501, reason: 'method \'OPTIONS\' not available'});
	});

	test('in chunks is refused, however small', async () => {
		const reply = await new Promise<{status?: number; reason?: string}>((resolve, reject) => {
			const sent = request(`${server.url}${path}`, {method: 'PUT', rejectUnauthorized: false, headers: {authorization: `PVEAPIToken=${server.tokenId}=${server.tokenSecret}`, 'content-type': 'application/x-www-form-urlencoded'}}, response => {
				response.resume();
				resolve({status: response.statusCode, reason: response.statusMessage});
			});
			sent.once('error', reject);
			sent.write('cores=1');
			sent.end();
		});
		expect(reply).toEqual({status: 501, reason: 'chunked transfer encoding not supported'});
	});

	test('may have its UPIDs and volumes encoded whole', async () => {
		const upid = (await client.post('/nodes/pve1/qemu/9000/status/start')).data as string;
		expect((await client.get(`/nodes/pve1/tasks/${encodeURIComponent(upid)}/status`)).data).toMatchObject({upid, exitstatus: 'you can\'t start a vm if it\'s a template'});
		expect(await client.get('/nodes/pve1/tasks/notaupid/status')).toMatchObject({status: 400, body: expect.stringContaining('unable to parse worker upid') as string});
		expect(await client.get(`/nodes/pve2/tasks/${encodeURIComponent(upid)}/status`)).toMatchObject({body: expect.stringContaining('no such task') as string});
	});
});

describe('a change in the background', () => {
	test('is waited for as long as the caller wishes', async () => {
		const path = '/nodes/pve1/qemu/9000/config';
		expect((await client.post(path, {description: 'soon', background_delay: '30'})).data).toBeNull();
		expect((await client.post(path, {description: 'later'})).data).toMatch(/^UPID:pve1:.*:qmconfig:9000:/);
	});
});

describe('a held lock file', () => {
	test('is waited for, and then the change is made', async () => {
		await client.post('/nodes/pve1/qemu/9000/clone', {newid: '101', full: '1'});
		await expect.poll(async () => ((await client.get('/nodes/pve1/qemu/101/config')).data as Record<string, unknown>).lock).toBeUndefined();
		await client.post('/nodes/pve1/qemu/101/status/start');
		expect(await client.send('PUT', '/api2/json/nodes/pve1/qemu/101/config', {form: {description: 'x'}})).toMatchObject({status: 200});
	});
});

test('a lock file that stays held refuses the change after 10 s of the cluster\'s time', async () => {
	await client.post('/nodes/pve1/qemu/9000/clone', {newid: '101', full: '1'});
	await expect.poll(async () => ((await client.get('/nodes/pve1/qemu/101/config')).data as Record<string, unknown>).lock).toBeUndefined();
	server.cluster.locks.tryAcquire('somebody', {key: 'vm/101', holders: 1});
	expect(await client.send('PUT', '/api2/json/nodes/pve1/qemu/101/config', {form: {description: 'x'}})).toMatchObject({status: 500, reason: 'can\'t lock file \'/var/lock/qemu-server/lock-101.conf\' - got timeout'});
});

test('a name that no node has cannot be looked up', async () => {
	expect(await client.get('/nodes/pve9/status')).toMatchObject({status: 500, reason: 'hostname lookup \'pve9\' failed - failed to get address info for: pve9: Name or service not known'});
});

test('the certificate is the one that /nodes tells of', async () => {
	const [node] = (await client.get('/nodes')).data as Array<{ssl_fingerprint: string}>;
	expect(node!.ssl_fingerprint).toBe(server.fingerprint);
});

test('hundreds of requests take no more than some seconds', async () => {
	const startedAt = cpuMs();
	for (let round = 0; round < 15; round++) {
		await Promise.all(Array.from({length: 20}, async () => client.get('/cluster/resources')));
	}

	expect(cpuMs() - startedAt).toBeLessThan(8000);
});
