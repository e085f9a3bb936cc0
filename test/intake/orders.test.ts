import {expect, test} from 'vitest';
import {
	config,
	newSite,
	newVm,
	createWorld,
	keys,
	onVm,
	otherSecret,
	siteOrder,
	vmOrder,
} from './world.js';

test('a new order is taken with its operation, its VM and its service, by whoever signed it', async () => {
	const {order, store, app} = await createWorld();
	const {status, body} = await order(newVm);
	expect(status).toBe(202);
	expect(body).toMatchObject({
		operation: {
			id: 'o1', orderKey: 'CreateAccount:77:1', action: 'create', kind: 'vm', reference: 'whmcs-77', state: 'accepted', cause: null, service: {id: 77, client: 5},
		},
		vm: {
			id: 'v101', reference: 'whmcs-77', status: 'creation', operation: {kind: 'create', state: 'waiting'},
		}, install: null,
	});
	expect(JSON.stringify(body)).not.toMatch(/password/i);
	expect(await store.read.operations.listOpen(101)).toMatchObject([{kind: 'create', requestedBy: 'intake:whmcs'}]);
	expect(await store.read.activity.list({limit: 5})).toMatchObject([{actor: 'intake:whmcs', address: '192.0.2.9', vmId: 101}]);
	expect(await app.read.intake.findBilledVm(101)).toMatchObject({
		service: {id: 77, client: 5}, keyName: 'whmcs', reference: 'whmcs-77', told: null,
	});
});

test('the same order again is the same operation, however often and from however many at once', async () => {
	const {order, store} = await createWorld();
	const answers = await Promise.all(Array.from({length: 10}, async () => order(newVm)));
	expect(answers.filter(({status}) => status === 202)).toHaveLength(1);
	expect(answers.filter(({status}) => status === 200)).toHaveLength(9);
	expect(new Set(answers.map(({body}) => body.operation.id))).toEqual(new Set(['o1']));
	expect(await store.read.vms.list()).toHaveLength(1);
	// What is JSON's own affair is no difference, and neither is a password, which is not kept to be compared.
	const spaced = await order(undefined, {raw: JSON.stringify(newVm, null, 4)});
	expect(spaced.status).toBe(200);
});

test('the same key with another body is a conflict, and nothing is ordered by it', async () => {
	const {order, store} = await createWorld();
	await order(newVm);
	const {status, body} = await order({...newVm, order: vmOrder({package: 'kvm-v4'})});
	expect([status, body.error.code]).toEqual([409, 'conflict']);
	expect(body.error.message).toContain('CreateAccount:77:1 was used for another order: create of whmcs-77');
	expect(await store.read.vms.list()).toMatchObject([{packageName: 'kvm-s'}]);
});

test('two keys of the config have order keys of their own, and see only their own operations', async () => {
	const {order, send} = await createWorld();
	await order(newVm);
	const other = await order({...newVm, order: vmOrder({reference: 'shop-1', hostname: 'shop1.example.net'})}, {key: 'shop', secret: otherSecret});
	expect([other.status, other.body.operation.id]).toEqual([202, 'o2']);
	expect((await send('GET', '/v1/operations/o2')).status).toBe(404);
	expect((await send('GET', '/v1/operations/o2', undefined, {key: 'shop', secret: otherSecret})).status).toBe(200);
});

test('a refused order took nothing: mended, it is taken under the same key', async () => {
	const {order, store} = await createWorld();
	const refused = await order({...newVm, order: vmOrder({template: 'debian-13', package: 'kvm-xl', cluster: 'fra9'})});
	expect(refused).toMatchObject({
		status: 422, body: {error: {code: 'unknown', problems: ['cluster: there is no fra9', 'template: there is no debian-13', 'package: there is no kvm-xl']}},
	});
	expect(await store.read.intake.find(1)).toBeUndefined();
	expect((await order(newVm)).status).toBe(202);
});

test('every problem of an order is told at once, by its place', async () => {
	const {order} = await createWorld();
	const {status, body} = await order({
		orderKey: 'a key', action: 'create', kind: 'vm', servce: {}, service: {id: '77'}, order: vmOrder({hostname: '-', client: {name: 'Ada', email: 'ada'}, sudo: true}),
	});
	expect([status, body.error.code]).toEqual([422, 'invalid']);
	expect(body.error.problems.map((problem: string) => problem.split(':', 1)[0]).toSorted()).toEqual(['order.client.email', 'order.hostname', 'order.sudo', 'orderKey', 'servce', 'service.id']);
	expect(body.error.hint).toContain('nothing was ordered');
	const {body: none} = await order({kind: 'dog', action: 'walk'});
	expect(none.error.problems.map((problem: string) => problem.split(':', 1)[0])).toEqual(['orderKey', 'action', 'kind']);
});

test('suspend during a deploy is taken, waits for its turn, and shows at once', async () => {
	const {order, send, store} = await createWorld();
	await order(newVm);
	const {status, body} = await order(onVm('suspend', 'Suspend:77:1'));
	expect([status, body.operation.state, body.vm.suspended]).toEqual([202, 'accepted', ['overdue']]);
	await store.write(async ({operations}) => operations.begin(1, Date.now()));
	expect((await send('GET', '/v1/operations/o1')).body.operation.state).toBe('working');
	expect((await send('GET', '/v1/operations/o2')).body.operation.state).toBe('accepted');
	expect((await order(onVm('unsuspend', 'Unsuspend:77:1', {reason: 'overdue'}))).body.vm.suspended).toEqual([]);
	expect((await order(onVm('suspend', 'Suspend:77:2', {reason: 'boredom'}))).body.error).toMatchObject({code: 'invalid', message: expect.stringContaining('must be one of overdue, abuse, manual')});
});

test('what was terminated is terminated twice without harm, and its reference can be ordered anew', async () => {
	const {order, store} = await createWorld();
	await order(newVm);
	const first = await order(onVm('terminate', 'Terminate:77:1'));
	const second = await order(onVm('terminate', 'Terminate:77:2'));
	expect([first.status, second.status, second.body.operation.id]).toEqual([202, 202, 'o3']);
	expect((await store.read.operations.listFor(101)).filter(({kind}) => kind === 'terminate')).toHaveLength(1);
	await store.write(async ({vms, operations}) => {
		await operations.cancelOpen(101, Date.now(), 'over');
		await vms.enter(await vms.get(101), 'removed', Date.now());
	});
	const third = await order(onVm('terminate', 'Terminate:77:3'));
	expect([third.status, third.body.operation.state, third.body.vm.status]).toEqual([202, 'done', 'removed']);
	const anew = await order({...newVm, orderKey: 'CreateAccount:77:2'});
	expect([anew.status, anew.body.vm.id]).toEqual([202, 'v102']);
	expect(await store.read.intake.findBilledVm(102)).toMatchObject({service: {id: 77}});
});

test('another package and a new system are ordered, but never what would lose data', async () => {
	const {order, store} = await createWorld(`${config.replace('kvm-v4: {cores: 1, ipv4: 1}', 'kvm-l: {cores: 4, memoryMib: 4096, additionalDiskGib: 50, additionalDiskStorage: local-lvm}')}${keys()}`);
	await order({...newVm, order: vmOrder({package: 'kvm-l'})});
	await store.write(async ({vms, operations}) => {
		await operations.begin(1, Date.now());
		await operations.finish(1, 'done', Date.now());
		await vms.enter(await vms.get(101), 'ready', Date.now());
	});
	expect((await order(onVm('change-package', 'ChangePackage:77:1', {change: {overrides: {memoryMib: 8192}}}))).status).toBe(202);
	const lossy = await order(onVm('change-package', 'ChangePackage:77:2', {change: {overrides: {additionalDiskGib: 0}}}));
	expect([lossy.status, lossy.body.error.code]).toEqual([422, 'confirmation']);
	expect((await order(onVm('change-package', 'ChangePackage:77:3', {change: {overrides: {additionalDiskGib: 0}}, allowDataLoss: true}))).body.error.problems).toEqual([expect.stringContaining('allowDataLoss: unknown key')]);
	expect((await order(onVm('reinstall', 'Reinstall:77:1', {template: 'debian-12'}))).body.operation).toMatchObject({action: 'reinstall', state: 'accepted'});
});

test('a reference is only the one that was ordered: no hostname, no number of ours', async () => {
	const {order} = await createWorld();
	await order(newVm);
	const byName = await order({...onVm('terminate', 'Terminate:1'), reference: 'web77.example.net'});
	expect([byName.status, byName.body.error]).toMatchObject([422, {code: 'unknown', message: 'reference: there is no VM web77.example.net'}]);
	expect((await order({...onVm('terminate', 'Terminate:2'), reference: 'v1'})).body.error.problems).toEqual(['reference: must be the reference that was ordered']);
	expect((await order({...onVm('terminate', 'Terminate:3'), kind: 'site'})).body.error.message).toBe('reference: there is no site whmcs-77');
});

test('a site is taken without asking its panel; later wishes for its account make earlier ones pointless', async () => {
	const {order, send, store} = await createWorld();
	const {status, body} = await order(newSite);
	expect([status, body.operation.state, body.install.accountState, body.vm]).toEqual([202, 'accepted', 'none', null]);
	const onSite = (action: string, number: number, more = {}) => ({
		orderKey: `${action}:${number}`, action, kind: 'site', reference: 'whmcs-901', ...more,
	});
	expect((await order(onSite('change-package', 1))).body.error.problems).toEqual(['plan: is missing']);
	const states = [];
	for (const wish of [onSite('suspend', 1), onSite('change-package', 1, {plan: 'pro'}), onSite('unsuspend', 1)]) {
		states.push((await order(wish)).status);
	}

	expect(states).toEqual([202, 202, 202]);
	expect((await send('GET', '/v1/operations/o2')).body.operation).toMatchObject({state: 'dropped', cause: 'o4 came after it: unsuspend'});
	await order(onSite('terminate', 1));
	expect(await store.read.intake.listDue({now: Date.now(), limit: 9})).toMatchObject([{action: 'terminate', installId: 1}]);
	expect((await order({...newSite, orderKey: 'again', order: siteOrder({title: 'Another'})})).body.error.code).toBe('conflict');
});

test('a database that is older than what was done with it takes no orders', async () => {
	const {order, store} = await createWorld();
	await order(newSite);
	await store.write(async ({upkeep}) => upkeep.pauseRestored('it was restored', Date.now()));
	for (const wish of [newVm, {
		orderKey: 's', action: 'suspend', kind: 'site', reference: 'whmcs-901',
	}]) {
		expect(await order(wish)).toMatchObject({status: 503, retryAfter: 60, body: {error: {code: 'held', message: 'nothing can be ordered: it was restored'}}});
	}
});
