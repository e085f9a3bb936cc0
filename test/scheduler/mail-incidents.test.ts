import {expect, test} from 'vitest';
import {type Settings} from '../../source/domain/settings.js';
import {createReconcileIncidents} from '../../source/scheduler/reconcile-incidents.js';
import {type OutboxResult} from '../../source/store/outbox.js';
import {makeClock, makeStore, startSession} from '../store/support/temporary-store.js';
import {settingsWith} from './world.js';

const second = 1000;

const told: Partial<Settings> = {
	mail: {
		smtp: {reveal: () => 'smtp://127.0.0.1:1'}, fingerprints: [], from: 'ops@example.net', templates: null,
	},
	alerts: {
		mail: ['ops@example.net'], command: ['/bin/true'], webhook: {reveal: () => 'http://127.0.0.1:1/s3cret'}, heartbeatUrl: null,
	},
};

/** A house whose leader looks at its incidents each time half a minute later; the clocks of tasks are no news here. */
const open = async (own: Partial<Settings> = told) => {
	const clock = makeClock(1_000_000 * second);
	const store = await makeStore({clock});
	const session = await startSession(store);
	const {held} = await store.leases.acquire('leader', session.id, 1_000_000 * second);
	const settings = settingsWith(own);
	const reconcile = createReconcileIncidents({
		store, clock, log: () => undefined, pulse: () => 0,
	});
	let count = 0;
	return {
		store, clock,
		/** A letter that went as far as that. */
		async letter(result: OutboxResult, template = 'vm-ready') {
			const key = `letter:${++count}`;
			return store.write(async ({outbox}) => {
				await outbox.add({
					key, template, to: 'ada@example.org', variables: {password: 'S3cretWord'}, vmId: null, installId: null, createdAt: clock.now(),
				});
				const {id} = (await outbox.list()).at(-1)!;
				await outbox.claim(id, {messageId: '<1@example.net>', until: clock.now() + 1});
				await outbox.settle(id, result, clock.now());
				return id;
			});
		},
		async look(looks = reconcile) {
			clock.pass(31 * second);
			await looks(store.fencedBy(held!), settings);
			return (await store.read.incidents.listOpen()).filter(({key}) => /^(?:mail|alerts):/.test(key)).map(({key, affects}) => `${key} ${affects}`);
		},
		async messages() {
			const rows = await store.read.outbox.list();
			return rows.filter(({template}) => template.startsWith('incident-')).map(({id, template, channel, to, variables}) => ({
				id, template, channel, to, cause: String(variables.cause),
			})).filter(({cause}) => !cause.includes('overdue'));
		},
	};
};

const unknown = {state: 'unknown', error: 'it broke off after DATA'} as const;
const failed = {state: 'failed', error: '550 no such user'} as const;

test('letters that wait for a person are incidents until they are sent again, and the operators are told once of each beginning and end', async () => {
	const {store, clock, letter, look, messages} = await open();
	const ids = [await letter(unknown), await letter(unknown), await letter(failed)];
	expect(await look()).toEqual(['mail:unknown 2', 'mail:failed 1']);
	expect(await look()).toEqual(['mail:unknown 2', 'mail:failed 1']);
	const opened = await messages();
	expect(opened.map(({template, channel, to}) => `${template} ${channel} ${to}`)).toEqual(
		Array.from({length: 2}, () => ['incident-opened mail ops@example.net', 'incident-opened command command', 'incident-opened webhook webhook']).flat(),
	);
	expect(JSON.stringify(opened)).not.toMatch(/S3cretWord|s3cret|ada@/);

	await store.write(async ({outbox}) => {
		for (const id of ids) {
			await outbox.resend(id, clock.now());
		}
	});
	expect(await look()).toEqual([]);
	expect((await messages()).slice(6).map(({template, channel}) => `${template} ${channel}`)).toEqual(
		Array.from({length: 2}, () => ['incident-closed mail', 'incident-closed command', 'incident-closed webhook']).flat(),
	);
	const said = await store.read.activity.list({limit: 100});
	expect(said.filter(({subject}) => subject === 'mail').map(({level, message}) => `${level} ${message.slice(0, 14)}`)).toEqual([
		'warning incident: it i', 'warning incident: the ', 'info over: it is no', 'info over: the mail',
	]);
});

test('that a message to operators failed is an incident, but no further message', async () => {
	const {letter, look, messages} = await open();
	await letter(failed, 'incident-opened');
	expect(await look()).toEqual(['alerts:failed 1']);
	expect((await messages()).filter(({cause}) => cause !== 'undefined')).toEqual([]);
});

test('letters of a client who is forgotten wait for nobody', async () => {
	const {store, letter, look} = await open();
	await letter(failed);
	await store.write(async ({clients}) => clients.forget('ada@example.org'));
	expect(await look()).toEqual([]);
});

test('an incident whose writer died before its transaction ended is told by the next leader, and only once', async () => {
	const {store, clock, letter, look, messages} = await open();
	await letter(failed);
	const dying = createReconcileIncidents({
		store, clock, log: () => undefined, pulse: () => 0,
	});
	await expect(look(async (fenced, settings) => dying({
		...fenced,
		write: async change => fenced.write(async tables => {
			await change(tables);
			throw new Error('killed before the commit');
		}),
	}, settings))).rejects.toThrow('killed');
	expect(await messages()).toEqual([]);
	await look();
	expect(await messages()).toHaveLength(3);
	await look();
	expect(await messages()).toHaveLength(3);
});

test('without `alerts` and `mail` nobody is written to', async () => {
	const {letter, look, messages} = await open({});
	await letter(failed);
	expect(await look()).toEqual(['mail:failed 1']);
	expect(await messages()).toEqual([]);
});
