import {expect, test} from 'vitest';
import {
	newSite,
	newVm,
	createWorld,
	onVm,
	otherSecret,
	vmOrder,
	type World,
} from './world.js';

const flow = async ({store}: World, vmId: number, month: string, [bytesIn, bytesOut]: readonly [number, number], to: number): Promise<void> => {
	await store.write(async ({traffic}) => traffic.add({
		vmId, from: null, to: Math.floor(to / 1000), now: to, rows: [{
			vmId, unit: 'month', start: month, bytesIn, bytesOut, estimatedBytes: 0, gapSeconds: 120,
		}],
	}));
};

test('the usage of a month is what `cronsole usage` says, with the service that each VM is billed as', async () => {
	const world = await createWorld();
	const {order, send, shell} = world;
	await order(newVm);
	await shell.cronsole('vm create', {stdin: JSON.stringify(vmOrder({reference: 'by-hand', hostname: 'web1.example.net'}))});
	const month = new Date().toISOString().slice(0, 7);
	await flow(world, 101, month, [1_234_567_890_123, 42], Date.now() - 90_000);
	await flow(world, 102, month, [7, 8], Date.now() - 60_000);
	const {status, body} = await send('GET', `/v1/usage?month=${month}`);
	const {usage} = (await shell.cronsole(`usage --month ${month} --json`)).json();
	expect(status).toBe(200);
	expect(body.services).toEqual(usage.map((row: any) => ({
		reference: row.reference, service: row.reference === 'whmcs-77' ? {id: 77, client: 5} : null, hostname: row.hostname,
		inBytes: row.in, outBytes: row.out, billableBytes: row.billable, gaps: row.gaps, asOf: row.asOf, complete: row.complete,
	})));
	expect(body).toMatchObject({
		month, zone: 'Europe/Berlin', complete: false, asOf: usage[0].asOf,
	});
	expect(body.services[0]).toMatchObject({inBytes: 1_234_567_890_123, billableBytes: 1_234_567_890_165, gaps: 120});
	expect((await send('GET', '/v1/usage')).body).toEqual(body);
	expect((await send('GET', '/v1/usage?month=2019-01')).body).toMatchObject({services: [], asOf: null, complete: true});
});

test('a VM that was removed in the month stays in it, billed as the service of its order', async () => {
	const world = await createWorld();
	const {order, send, store} = world;
	await order(newVm);
	const month = new Date().toISOString().slice(0, 7);
	await flow(world, 101, month, [5, 5], Date.now());
	await store.write(async ({vms, operations}) => {
		await operations.cancelOpen(101, Date.now(), 'over');
		await vms.enter(await vms.get(101), 'removed', Date.now());
	});
	await order({...newVm, orderKey: 'CreateAccount:77:2'});
	const {services} = (await send('GET', '/v1/usage')).body;
	expect(services.map(({service, inBytes}: any) => [service, inBytes])).toEqual([[{id: 77, client: 5}, 5], [{id: 77, client: 5}, 0]]);
});

test('an operation says how far it came: working, waiting and why, a person is needed, done, dropped', async () => {
	const {order, send, store} = await createWorld();
	await order(newVm);
	const standing = async () => {
		const {state, cause} = (await send('GET', '/v1/operations/o1')).body.operation;
		return [state, cause];
	};

	const [open] = await store.read.operations.listOpen(101);
	const {id} = open!;
	await store.write(async ({operations}) => operations.begin(id, Date.now()));
	expect(await standing()).toEqual(['working', null]);
	await store.write(async ({operations}) => operations.wait(id, {
		waitingFor: 'fra1 unreachable', nextAttemptAt: null, remoteTaskId: null, slot: null, pausedByNode: null,
	}));
	expect(await standing()).toEqual(['waiting', 'fra1 unreachable']);
	await store.write(async ({vms}) => vms.setAttention(101, {reason: 'no address is free', since: 1, command: 'cronsole vm retry v101'}));
	expect(await standing()).toEqual(['needs-attention', 'no address is free']);
	await store.write(async ({vms, operations}) => {
		await vms.setAttention(101, null);
		await operations.finish(id, 'done', Date.now());
		await vms.enter(await vms.get(101), 'ready', Date.now());
	});
	expect(await standing()).toEqual(['done', null]);
	await order(onVm('suspend', 's1'));
	await order(onVm('terminate', 't1'));
	expect((await send('GET', '/v1/operations/o2')).body.operation).toMatchObject({state: 'dropped', cause: 'intake:whmcs terminated the VM'});
});

test('a wish that is so already is done', async () => {
	const {order} = await createWorld();
	await order(newVm);
	const {status, body} = await order(onVm('unsuspend', 'u1'));
	expect([status, body.operation.state]).toEqual([202, 'done']);
});

test('a service shows what stands there now, without what another key ordered of it', async () => {
	const {order, send} = await createWorld();
	await order(newVm);
	await order(newSite);
	const vm = await send('GET', '/v1/services/whmcs-77');
	expect(vm).toMatchObject({status: 200, body: {operation: {id: 'o1', state: 'accepted'}, vm: {hostname: 'web77.example.net', status: 'creation', addresses: []}, install: null}});
	const site = await send('GET', '/v1/services/whmcs-901');
	expect(site.body).toMatchObject({operation: {id: 'o2'}, vm: null, install: {domain: 'shop.example.org', state: 'pending', accountState: 'none'}});
	const other = await send('GET', '/v1/services/whmcs-77', undefined, {key: 'shop', secret: otherSecret});
	expect(other).toMatchObject({status: 200, body: {operation: null, vm: {id: 'v101'}}});
	expect(JSON.stringify([vm, site])).not.toMatch(/"(?:admin)?password"/i);
});

test('a ping says who is here, whether anybody leads, and what time it is', async () => {
	const {send, app} = await createWorld();
	const {body} = await send('GET', '/v1/ping');
	expect(body).toEqual({
		version: app.version, installation: app.installation, leader: false, clock: expect.any(Number),
	});
	expect(Math.abs(body.clock - (Date.now() / 1000))).toBeLessThan(3);
});
