import {expect, test} from 'vitest';
import {type OutboxResult} from '../../source/store/outbox.js';
import {type Store} from '../../source/store/store.js';
import {
	createWorld,
	lastActivity,
	order,
	refusalOf,
} from './world.js';

const mail = 'mail: {smtp: "smtp://127.0.0.1:25", from: "Hosting <ops@example.net>"}\n';

/** A letter about a VM that went as far as that; null: not yet anywhere. */
const addLetter = async (store: Store, result: OutboxResult | 'sending' | null, vmId: number | null = null): Promise<number> => store.write(async ({outbox}) => {
	await outbox.add({
		key: `letter:${Math.random()}`, template: 'vm-ready', to: 'ada@example.org', variables: {password: 'S3cretWord'}, vmId, installId: null, createdAt: Date.now(),
	});
	const {id} = (await outbox.list()).at(-1)!;
	if (result !== null) {
		await outbox.claim(id, {messageId: '<1@example.net>', until: Date.now() + 60_000});
	}

	if (result !== null && result !== 'sending') {
		await outbox.settle(id, result, Date.now());
	}

	return id;
});

test('an order for a VM thanks its client, in the transaction that takes it, and once', async () => {
	const {intents, store} = await createWorld(mail);
	const {vm} = await intents.createVm(order());
	await intents.createVm(order());
	expect(await store.read.outbox.list()).toMatchObject([{
		channel: 'mail', template: 'welcome', to: 'ada@example.org', state: 'pending', vmId: vm.id, installId: null,
		variables: {
			reference: 'whmcs-1', hostname: 'web1.example.net', client: 'Ada', package: 'kvm-s',
		},
	}]);
	expect(JSON.stringify(await store.read.outbox.list())).not.toContain(vm.password!);
});

test('nobody is thanked for an order that wants no mail, that was refused, or where no mail is configured', async () => {
	const {intents, store} = await createWorld(mail);
	await intents.createVm(order({mail: false}));
	await refusalOf(intents.createVm(order({reference: 'other'})));
	expect(await store.read.outbox.list()).toEqual([]);
	const silent = await createWorld();
	await silent.intents.createVm(order());
	expect(await silent.store.read.outbox.list()).toEqual([]);
});

test.each([
	[{state: 'unknown', error: 'it broke off after DATA'}, 'unknown: it broke off after DATA'],
	[{state: 'failed', error: '550 no such user'}, 'failed: 550 no such user'],
] as const)('a letter that is $state is sent again by a person\'s wish, twice the same', async (result, was) => {
	const {intents, store} = await createWorld();
	const {vm} = await intents.createVm(order());
	const rings: string[] = [];
	await store.onRing(() => {
		rings.push('ring');
	});
	const id = await addLetter(store, result, vm.id);
	const done = await intents.resendMail(id);
	expect(done).toMatchObject({changed: true, message: `the mail vm-ready (${id}) is sent again`});
	expect(await store.read.outbox.find(id)).toMatchObject({
		state: 'pending', attempt: 0, error: null, messageId: '<1@example.net>', variables: {password: 'S3cretWord'},
	});
	await expect(lastActivity(store)).resolves.toBe(`info anna web1.example.net: send the mail vm-ready (${id}) again; it was ${was}`);
	await expect.poll(() => rings.length).toBeGreaterThan(0);
	expect(await intents.resendMail(id)).toMatchObject({changed: false, message: `the mail vm-ready (${id}) is pending already: it is sent by itself`});
	await expect(store.read.activity.list({about: 'web1.example.net', limit: 9})).resolves.toHaveLength(2);
});

test('a letter that is under way is left to whoever sends it', async () => {
	const {intents, store} = await createWorld();
	const id = await addLetter(store, 'sending');
	expect(await intents.resendMail(id)).toMatchObject({changed: false, message: expect.stringContaining('is being sent right now')});
	expect(await store.read.outbox.find(id)).toMatchObject({state: 'sending', attempt: 1});
});

test('what was sent cannot be sent again, as its text is erased', async () => {
	const {intents, store} = await createWorld();
	const id = await addLetter(store, {state: 'sent'});
	expect(await refusalOf(intents.resendMail(id))).toMatchObject({code: 'not-allowed', message: expect.stringMatching(/was sent \d+s ago, and its text is erased$/)});
	expect(await store.read.outbox.find(id)).toMatchObject({state: 'sent'});
});

test('nobody writes to a client who was forgotten', async () => {
	const {intents, store} = await createWorld();
	const id = await addLetter(store, {state: 'failed', error: '550 no such user'});
	await intents.forgetClient('ada@example.org');
	expect(await refusalOf(intents.resendMail(id))).toMatchObject({code: 'not-allowed', message: expect.stringContaining('forgotten')});
});

test('a message that there is not is unknown, and a read-only session sends nothing', async () => {
	const {intents, store, as} = await createWorld();
	expect(await refusalOf(intents.resendMail(7))).toMatchObject({code: 'unknown', message: 'there is no message 7'});
	const id = await addLetter(store, {state: 'unknown', error: 'x'});
	expect(await refusalOf(as('ben', true).resendMail(id))).toMatchObject({code: 'read-only'});
	expect(await store.read.outbox.find(id)).toMatchObject({state: 'unknown'});
});
