import {expect, test} from 'vitest';
import {makeStore} from './support/temporary-store.js';

const hour = 3_600_000;
const now = 100 * hour;

test('an install that is put off further than any is was so before the clock was set back, and is due', async () => {
	const store = await makeStore();
	const order = {
		reference: 'whmcs-901', panel: 'web1', application: 'wordpress', domain: 'shop.example.org', account: 'shop', client: {name: 'Ada', email: 'ada@example.org'}, order: {}, createdAt: now,
	};
	const install = await store.write(async ({installs}) => installs.insert(order));
	const dueAt = async (nextAttemptAt: number): Promise<number> => {
		await store.write(async ({installs}) => installs.change((await installs.find(install.id))!, {nextAttemptAt}, now));
		return (await store.read.installs.listReady({now, limit: 10})).length;
	};

	expect([await dueAt(now), await dueAt(now + hour), await dueAt(now + (2 * hour))]).toEqual([1, 0, 1]);
});

const mail = {
	key: 'vm-ready:1', template: 'vm-ready', to: 'ada@example.org', variables: {}, vmId: null, installId: null, createdAt: now,
};

test('a message that is put off further than any is was so before the clock was set back, and is due', async () => {
	const store = await makeStore();
	await store.write(async ({outbox}) => outbox.add(mail));
	const dueAt = async (nextAttemptAt: number): Promise<number> => {
		await store.write(async ({outbox}) => {
			await outbox.claim(1, {messageId: '<1@example.net>', until: now});
			await outbox.settle(1, {state: 'pending', error: 'not now', nextAttemptAt}, now);
		});
		return (await store.read.outbox.listDue({now, limit: 10})).length;
	};

	expect([await dueAt(now), await dueAt(now + hour), await dueAt(now + (2 * hour))]).toEqual([1, 0, 1]);
});

test('a message whose sender died before the clock was set back is not being sent for ever', async () => {
	const store = await makeStore();
	await store.write(async ({outbox}) => outbox.add(mail));
	await store.write(async ({outbox}) => outbox.claim(1, {messageId: '<1@example.net>', until: now + (50 * hour)}));
	expect(await store.write(async ({outbox}) => outbox.markLost(now))).toMatchObject([{id: 1, state: 'unknown'}]);
});

test('what operators are to hear does not wait behind letters to clients', async () => {
	const store = await makeStore();
	await store.write(async ({outbox, installs}) => {
		const {id} = await installs.insert({
			reference: 'whmcs-902', panel: 'web1', application: 'wordpress', domain: 'a.example.org', account: 'a', client: {name: 'Ada', email: 'ada@example.org'}, order: {}, createdAt: now,
		});
		await outbox.add({...mail, key: 'site-welcome:1', installId: id});
		await outbox.add({...mail, key: 'site-welcome:2', installId: id});
		await outbox.add({
			...mail, key: 'incident:1', template: 'incident-opened', channel: 'command',
		});
	});
	expect((await store.read.outbox.listDue({now, limit: 2})).map(({id}) => id)).toEqual([3, 1]);
});
