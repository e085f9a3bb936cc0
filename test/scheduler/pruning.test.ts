import {expect, test} from 'vitest';
import {chores} from '../../source/scheduler/chores.js';
import {type Tables} from '../../source/store/store.js';
import {
	makeClock,
	makeStore,
	newVm,
	startSession,
} from '../store/support/temporary-store.js';

const hour = 3_600_000;
const day = 24 * hour;
const now = 1000 * day;

test('what failed or was removed is known for thirteen months; the last fifty operations stay, and what a limit still counts', async () => {
	const store = await makeStore();
	const session = await startSession(store);
	const lease = await store.leases.acquire('leader', session.id, 60_000);
	const ask = async ({operations}: Tables, vmId: number, index: number): Promise<number> => {
		const {operation: {id}} = await operations.add(vmId, {
			kind: 'reboot', params: {index}, requestedBy: 'anna', now,
		});
		await operations.finish(id, 'done', now);
		return id;
	};

	const vm = await store.write(async tables => {
		const made = await tables.vms.insert(newVm());
		const destroyed = await ask(tables, made.id, 0);
		const task = await tables.remoteTasks.intend({
			operationId: destroyed, vmId: made.id, cluster: 'fra1', node: 'pve1', type: 'qmdestroy', taskVmid: 5000, step: 'destroyed', intentAt: now - hour + 1, deadlineAt: now,
		});
		await tables.remoteTasks.finish(task!.id, 'OK', now);
		await tables.remoteTasks.settle(task!.id);

		for (let index = 1; index <= 51; index++) {
			await ask(tables, made.id, index);
		}

		for (const [index, age] of [401, 399].entries()) {
			const {id} = await tables.backups.add({
				vmId: made.id, kind: 'manual', localDate: null, storage: 'shared', note: null, createdAt: index, operationId: null,
			});
			await tables.backups.set(id, {state: 'failed', cause: `${age} days ago`, finishedAt: now - (age * day)});
		}

		return made;
	});
	const chore = chores.find(({name}) => name === 'pruning')!;
	const run = async (at: number) => chore.run({
		store, fenced: store.fencedBy(lease.held!), signal: new AbortController().signal, clock: makeClock(at), settings: {
			retention: {
				debugMs: null, infoMs: null, errorMs: null, runsMs: null, clientsMs: null,
			},
		},
	} as unknown as Parameters<typeof chore.run>[0]);
	const first = async () => (await store.read.operations.find(1)) !== undefined;
	const causes = async () => (await store.read.backups.list(vm.id)).map(({cause}) => cause);

	await run(now);
	expect([await first(), await store.read.operations.find(2), await store.read.remoteTasks.countSince('fra1', 'qmdestroy', now - hour)]).toEqual([true, undefined, 1]);
	expect(await causes()).toEqual(['399 days ago']);
	await run(now + day);
	expect([await first(), (await store.read.operations.listFor(vm.id)).length]).toEqual([false, 50]);
	expect(await causes()).toEqual(['399 days ago']);
	await run(now + (2 * day));
	expect(await causes()).toEqual([]);
});

test('a client is forgotten once the last of his VMs has been gone for as long as the config says, and that is told without his name', async () => {
	const store = await makeStore();
	const session = await startSession(store);
	const lease = await store.leases.acquire('leader', session.id, 60_000);
	const ids = await store.write(async ({vms}) => {
		const made: number[] = [];
		for (const [index, removedAt] of [now - (31 * day), now - (29 * day), null].entries()) {
			const vm = await vms.insert(newVm({
				reference: `order-${index}`, hostname: `web${index}.example.net`, client: {name: `Ada ${index}`, email: `ada${index}@example.org`},
			}));
			if (removedAt !== null) {
				await vms.enter(vm, 'removed', removedAt);
			}

			made.push(vm.id);
		}

		return made;
	});
	const chore = chores.find(({name}) => name === 'pruning')!;
	const run = async (clientsMs: number | null) => chore.run({
		store, fenced: store.fencedBy(lease.held!), signal: new AbortController().signal, clock: makeClock(now), settings: {
			retention: {
				debugMs: null, infoMs: null, errorMs: null, runsMs: null, clientsMs,
			},
		},
	} as unknown as Parameters<typeof chore.run>[0]);
	const names = async () => Promise.all(ids.map(async id => (await store.read.vms.get(id)).client.name));

	await run(null);
	expect(await names()).toEqual(['Ada 0', 'Ada 1', 'Ada 2']);
	await run(30 * day);
	await run(30 * day);
	expect(await names()).toEqual(['', 'Ada 1', 'Ada 2']);
	expect((await store.read.activity.list({limit: 10})).map(({subject, message}) => `${subject}: ${message}`)).toEqual([
		'clients: clients of whom nothing has been left for 30d were taken out of 1 row',
	]);
});

test('a message that was sent is known as long as that it was sent; whatever was not sent stays', async () => {
	const store = await makeStore();
	const session = await startSession(store);
	const lease = await store.leases.acquire('leader', session.id, 60_000);
	await store.write(async ({outbox}) => {
		for (const [index, state] of (['sent', 'sent', 'failed', 'unknown', null] as const).entries()) {
			await outbox.add({
				key: `test:${index}`, template: 'welcome', to: 'ada@example.org', variables: {}, vmId: null, installId: null, createdAt: now - (30 * day),
			});
			if (state === null) {
				continue;
			}

			const at = now - ((index === 1 ? 10 : 20) * day);
			await outbox.claim(index + 1, {messageId: `<${index}@test.invalid>`, until: at});
			await outbox.settle(index + 1, state === 'sent' ? {state} : {state, error: 'no'}, at);
		}
	});
	const chore = chores.find(({name}) => name === 'pruning')!;
	const run = async (infoMs: number | null) => chore.run({
		store, fenced: store.fencedBy(lease.held!), signal: new AbortController().signal, clock: makeClock(now), settings: {
			retention: {
				debugMs: null, infoMs, errorMs: null, runsMs: null, clientsMs: null,
			},
		},
	} as unknown as Parameters<typeof chore.run>[0]);
	const left = async () => (await store.read.outbox.list()).map(({id, state}) => `${id} ${state}`);
	await run(null);
	expect(await left()).toEqual(['1 sent', '2 sent', '3 failed', '4 unknown', '5 pending']);
	await run(14 * day);
	expect(await left()).toEqual(['2 sent', '3 failed', '4 unknown', '5 pending']);
});
