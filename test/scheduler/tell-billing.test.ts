import {expect, onTestFinished, test} from 'vitest';
import {createWhmcs} from '../../source/clients/billing/whmcs.js';
import {createSecret} from '../../source/config/secret.js';
import {scheduler} from '../../source/domain/activity.js';
import {systemClock} from '../../source/domain/clock.js';
import {type NewOrder} from '../../source/store/intake.js';
import {createTellBilling} from '../../source/scheduler/tell-billing.js';
import {prepareOutbox} from '../pipelines/outbox-world.js';
import {startWhmcs} from '../support/whmcs-server.js';
import {newVm} from '../store/support/temporary-store.js';

const orderOf = (vmId: number, service: number): NewOrder => ({
	keyName: 'whmcs', orderKey: `create:${service}`, bodySha256: '', action: 'create', kind: 'vm', reference: `whmcs-${service}`, plan: null, vmId, installId: null,
	operationId: null, service: {id: service, client: 5}, actor: 'intake:whmcs', address: null, state: 'handed-on', createdAt: 1,
});

/** A VM that is service 77 of a WHMCS, another that is nobody's, and a leader who tells. */
const createWorld = async () => {
	const server = await startWhmcs();
	server.services.set(77, {});
	const world = await prepareOutbox(1);
	const {store, vm, clock, context} = world;
	const whmcs = {
		url: `${server.url}/includes/api.php`, identifier: createSecret(server.login.identifier), secret: createSecret(server.login.secret), accessKey: null,
		fingerprints: [server.fingerprint], timeoutMs: 3000, emails: {'vm-ready': 'VPS ready'},
	} as const;
	const settings = {...world.settings, whmcs};
	const billing = createWhmcs(whmcs, {clock: systemClock});
	onTestFinished(billing.close);
	const other = await store.write(async ({vms, intake}) => {
		await intake.add(orderOf(vm.id, 77));
		return vms.insert(newVm({reference: 'by-hand', hostname: 'by-hand.example.net'}));
	});
	const tellers = () => createTellBilling({read: store.read, settings: () => settings, clock});
	let tell = tellers();
	return {
		...world, server, other, settings,
		send: async () => world.go({billing, settings}),
		look: async () => tell({store: context.store}, new AbortController().signal),
		/** Another process leads. */
		takeOver() {
			tell = tellers();
		},
		write: async (level: 'info' | 'warning', message: string, vmId = vm.id) => store.write(async ({activity}) => activity.add({
			at: clock.now(), level, actor: scheduler, subject: 'web1.example.net', message, vmId,
		})),
		enter: async (status: 'ready' | 'removed') => store.write(async ({vms}) => vms.enter(await vms.get(vm.id), status, clock.now())),
		pending: async () => (await store.read.outbox.list()).filter(({state}) => state !== 'sent').map(({template, state}) => `${template} ${state}`),
	};
};

test('what becomes of a service is told once, by whoever leads; what is nobody\'s service is not told at all', async () => {
	const {look, send, enter, write, server, vm, other, takeOver, pending, store} = await createWorld();
	await look();
	expect(await pending()).toEqual([]);
	await enter('ready');
	await write('info', 'ready');
	await write('info', 'ready', other.id);
	await look();
	await look();
	takeOver();
	await look();
	expect(await pending()).toEqual(['update-service pending']);
	await send();
	expect(server.services.get(77)).toMatchObject({status: 'Active', domain: vm.hostname, serviceusername: vm.user});
	await store.write(async ({vms}) => vms.set(vm.id, {suspended: ['overdue']}));
	await write('info', 'suspended');
	await look();
	await send();
	expect(server.services.get(77)).toMatchObject({status: 'Suspended'});
	await enter('removed');
	await write('info', 'removed');
	await look();
	await send();
	expect(server.services.get(77)).toMatchObject({status: 'Terminated', dedicatedip: ''});
	expect(server.requests).toHaveLength(3);
	expect(await pending()).toEqual([]);
});

test('while it cannot be reached everything waits, and then it is told how things are by then', async () => {
	const {look, send, enter, write, server, vm, store, pending, clock} = await createWorld();
	server.fault.current = 'hang-up';
	await enter('ready');
	await write('info', 'ready');
	await look();
	await send();
	expect(await pending()).toEqual(['update-service pending']);
	await store.write(async ({vms}) => vms.set(vm.id, {suspended: ['overdue']}));
	await write('info', 'suspended');
	await look();
	server.services.set(77, {});
	server.fault.current = 'none';
	clock.pass(3_600_000);
	await send();
	expect(await pending()).toEqual([]);
	expect(server.services.get(77)).toMatchObject({status: 'Suspended'});
});

test('a trouble is a line in its log, once, beside its client; not what is nobody\'s service, nor what went well', async () => {
	const {look, send, write, server, other, takeOver} = await createWorld();
	await write('warning', 'needs a person: the storage \u{1B}[31mis full');
	await write('warning', 'needs a person', other.id);
	await write('info', 'all is well');
	await look();
	takeOver();
	await look();
	await send();
	expect(server.lines).toEqual([{description: 'cronsole: web1.example.net: needs a person: the storage is full', clientid: '5'}]);
});

test('a letter that it has a template of goes out by it, and not by our own mail', async () => {
	const {add, send, vm, server, store, pending} = await createWorld();
	await add('vm-ready', {vmId: vm.id});
	await send();
	expect(server.letters).toMatchObject([{messagename: 'VPS ready', id: '77'}]);
	const [letter] = await store.read.outbox.list();
	expect(letter).toMatchObject({state: 'sent', variables: {}});
	server.fault.current = 'hang-up';
	await add('vm-ready', {vmId: vm.id});
	await send();
	expect(await pending()).toEqual(['vm-ready unknown']);
	// A second try is a person's decision: it was sent, as it happens.
	await send();
	expect(server.letters).toHaveLength(2);
	await add('upgrade-finished', {vmId: vm.id});
	await send();
	expect(await pending()).toEqual(['vm-ready unknown', 'upgrade-finished pending']);
});

test('a service that WHMCS does not know is told of to a person, and nothing else waits for it', async () => {
	const {look, send, enter, write, server, pending, told, clock} = await createWorld();
	server.services.clear();
	await enter('ready');
	await write('info', 'ready');
	await look();
	await send();
	expect(await pending()).toEqual(['update-service failed']);
	clock.pass(3000);
	await look();
	await send();
	expect(await pending(), 'nothing is told of what could not be told').toEqual(['update-service failed']);
	expect(server.lines).toEqual([]);
	expect((await told()).join('\n')).toMatch(/error .*update-service \(\d+\) for WHMCS was not sent: UpdateClientProduct: WHMCS says Service ID Not Found/);
});
