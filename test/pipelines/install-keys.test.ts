import {setTimeout as sleep} from 'node:timers/promises';
import Database from 'better-sqlite3';
import {expect, test} from 'vitest';
import {
	createInstallWorld,
	outcomes,
	password,
	type InstallWorld,
} from './install-world.js';

/** Does something in the middle of the panel's work, as another process would. */
const meanwhile = async ({move, panel, context}: InstallWorld, install: {readonly id: number}, action: string, act: () => Promise<void>) => {
	const {panels} = await context(install);
	return move(install, {
		panels: {
			...panels,
			find: () => ({
				...panel, async ask(...given: Parameters<typeof panel.ask>) {
					const answer = await panel.ask(...given);
					if (given[0].action === action) {
						await act();
					}

					return answer;
				},
			}),
		},
	});
};

test('a hold that is set while an install runs lets its step end and begins no other; once it is lifted, it goes on from there', async () => {
	const world = await createInstallWorld();
	const {order, row, steps, host, store, move, clock} = world;
	const install = await order();
	const hold = async (isOn: boolean) => store.write(async ({taskSettings}) => taskSettings.setHold(isOn
		? {
			by: 'anna', reason: null, since: clock.now(), until: null,
		}
		: null));
	expect(await meanwhile(world, install, 'create-account', async () => hold(true))).toMatchObject({outcome: 'waiting', steps: 1});
	expect(await row(install)).toMatchObject({
		state: 'pending', position: 'account', attempt: 0, nextAttemptAt: null, doing: null,
	});
	expect(await move(install)).toMatchObject({outcome: 'waiting', steps: 0});
	expect(host.asked()).toEqual(['create-account']);
	expect(await steps(install)).toHaveLength(1);
	await hold(false);
	expect(await move(install)).toMatchObject({outcome: 'done'});
});

test('an install that is dropped while it runs stops at its next border, the step in the log; taken back, it goes on from there', async () => {
	const world = await createInstallWorld();
	const {order, row, change, steps, host, store, move} = world;
	const install = await order();
	const drop = async () => change(install, {isDropAsked: true, droppedBy: 'anna'});
	expect(await meanwhile(world, install, 'install', drop)).toEqual({outcome: 'dropped', steps: 2, line: 'i1 shop.example.org: installed, dropped'});
	expect(await row(install)).toMatchObject({
		state: 'dropped', droppedFrom: 'pending', droppedBy: 'anna', isDropAsked: false, position: 'installed', inFlight: null, doing: null,
	});
	expect((await row(install)).droppedAt).not.toBeNull();
	expect(outcomes(await steps(install)).at(-1)).toBe('installed done');
	expect(await store.read.outbox.list()).toEqual([]);
	expect((await store.read.activity.list({limit: 1}))[0]!.message).toBe('the install stopped at installed, as anna asked; the account shop stays');
	expect(await move(install)).toMatchObject({outcome: 'dropped', steps: 0});
	await change(install, {
		state: 'pending', droppedFrom: null, droppedBy: null, droppedAt: null,
	});
	host.asked();
	expect(await move(install)).toMatchObject({outcome: 'done', steps: 2});
	expect(host.asked()).toEqual([]);
	expect(await store.read.outbox.list()).toHaveLength(1);
});

test.each([
	['waits for its next try', 'exit 75', 'pending'],
	['failed for good', 'exit 65', 'failed'],
])('an install that was to be dropped while its step %s is dropped then', async (_, lines, droppedFrom) => {
	const world = await createInstallWorld();
	const {order, row, change, host, panel, move, context} = world;
	const install = await order();
	host.play('in-install', lines);
	const {panels} = await context(install);
	const find = () => ({
		...panel, async ask(...given: Parameters<typeof panel.ask>) {
			if (given[0].action === 'install') {
				await change(install, {isDropAsked: true, droppedBy: 'anna'});
			}

			return panel.ask(...given);
		},
	});
	expect(await move(install, {panels: {...panels, find}})).toMatchObject({outcome: 'dropped', steps: 1});
	expect(await row(install)).toMatchObject({
		state: 'dropped', droppedFrom, position: 'account', attempt: 1,
	});
});

test('whoever is overtaken writes nothing any more', async () => {
	const world = await createInstallWorld();
	const {order, row, change, steps} = world;
	const install = await order();
	const end = async () => change(install, {state: 'failed', cause: 'by hand'});
	expect(await meanwhile(world, install, 'install', end)).toMatchObject({outcome: 'busy', steps: 1});
	expect(await row(install)).toMatchObject({state: 'failed', cause: 'by hand', position: 'account'});
	expect(await steps(install)).toHaveLength(1);
	expect(await world.move(install)).toMatchObject({outcome: 'failed', steps: 0});
	expect(await world.move({id: 99})).toMatchObject({outcome: 'busy', line: 'i99, it is gone'});
});

test('an install whose drop is asked for and taken back while its steps run goes on, and nothing is said of it', async () => {
	const world = await createInstallWorld();
	const {order, row, change, store, panel, move, context} = world;
	const install = await order();
	const {panels} = await context(install);
	const find = () => ({
		...panel, async ask(...given: Parameters<typeof panel.ask>) {
			// Known to whoever runs it from when it writes down that it asks for the site.
			const [{action}] = given;
			const answer = await panel.ask(...given);
			if (action !== 'create-account') {
				await change(install, {isDropAsked: action === 'inspect', droppedBy: 'anna'});
			}

			return answer;
		},
	});
	expect(await move(install, {panels: {...panels, find}})).toMatchObject({outcome: 'done', steps: 4});
	expect(await row(install)).toMatchObject({state: 'done', isDropAsked: false});
	const said = await store.read.activity.list({limit: 10});
	expect(said.map(({message}) => message)).toEqual([expect.stringMatching(/^the install is done after /)]);
});

test('where the clock was set while a step ran, the step took as long as it took', async () => {
	const world = await createInstallWorld();
	const {order, steps, store, pass, clock} = world;
	const install = await order();
	expect(await meanwhile(world, install, 'install', async () => {
		pass(86_400_000);
		await store.write(async ({upkeep}) => upkeep.setClock({bootId: 'this', aheadMs: 86_400_000}, 86_400_000, clock.now()));
	})).toMatchObject({outcome: 'done'});
	const installed = (await steps(install)).find(({to}) => to === 'installed')!;
	expect(installed.durationMs).toBeLessThan(3_600_000);
});

test('a hold that comes while somebody looks whether the site answers keeps the letter back, until it is lifted', async () => {
	const world = await createInstallWorld();
	const {order, row, steps, store, move, context, clock} = world;
	const install = await order();
	const {verifySite} = await context(install);
	const hold = async (isOn: boolean) => store.write(async ({taskSettings}) => taskSettings.setHold(isOn
		? {
			by: 'anna', reason: null, since: clock.now(), until: null,
		}
		: null));
	expect(await move(install, {
		async verifySite(...given) {
			await hold(true);
			return verifySite(...given);
		},
	})).toMatchObject({outcome: 'waiting', steps: 3, line: 'i1 shop.example.org: verified, on hold'});
	expect(await row(install)).toMatchObject({state: 'pending', position: 'verified', doing: null});
	expect(await store.read.outbox.list()).toEqual([]);
	await hold(false);
	expect(await move(install)).toEqual({outcome: 'done', steps: 1, line: 'i1 shop.example.org: verified → done, done'});
	expect(await store.read.outbox.list()).toHaveLength(1);
	expect(outcomes(await steps(install)).slice(-2)).toEqual(['verified done', 'done done']);
});

test('stopped in the middle it waits without an attempt, and what was asked is looked at first', async () => {
	const world = await createInstallWorld();
	const {order, row, host, move} = world;
	const install = await order();
	await move(install, {}, 'account');
	// The lines are used up by then, so that the next request does not meet them.
	host.play('in-install', 'echo asleep > site; sleep 20');
	const stopping = new AbortController();
	const going = move(install, {signal: stopping.signal});
	while (host.site() !== 'asleep') {
		await sleep(5);
	}

	host.setSite('partial');
	stopping.abort();
	expect(await going).toMatchObject({outcome: 'waiting'});
	expect(await row(install)).toMatchObject({state: 'pending', attempt: 0, inFlight: {action: 'install'}});
	expect(await move(install, {signal: stopping.signal})).toMatchObject({outcome: 'waiting', line: 'i1 shop.example.org: account, stopped before this step'});
	host.asked();
	expect(await move(install)).toMatchObject({outcome: 'done'});
	expect(host.asked()).toEqual(['inspect', 'install']);
}, 240_000);

test('what the panel says is shown safely, at most its last lines, and without the password', async () => {
	const {order, move, row, steps, host, logged} = await createInstallWorld();
	const install = await order();
	host.play('in-install', String.raw`seq 300 >&2; printf 'red \033[31m\342\200\256evil %s\n' '${password}' >&2; exit 75`);
	expect(await move(install)).toMatchObject({outcome: 'waiting'});
	const log = (await steps(install)).at(-1)!.log!.split('\n');
	expect(log).toHaveLength(200);
	expect(log.slice(-2)).toEqual(['300', 'red evil ••••']);
	expect((await row(install)).cause).toBe('red evil ••••');
	expect(JSON.stringify(logged)).not.toContain(password);
});

test('the password stands in its own column and in the letter, and nowhere else', async () => {
	const {order, drive, host, store, logged, panel, context} = await createInstallWorld();
	const install = await order();
	for (const when of ['before-create-account', 'before-install', 'in-install']) {
		host.play(when, `echo '${password}' >&2; echo 'progress 50 ${password}' >&2; echo '{"ok":false,"error":"${password}"}'; exit 75`);
	}

	const {panels} = await context(install);
	// One that hides nothing by itself.
	const careless = {
		...panel, async ask(request: Parameters<typeof panel.ask>[0], listener: Parameters<typeof panel.ask>[1]) {
			listener.onLog(`I was told ${password}`);
			listener.onProgress(10, password);
			return panel.ask(request, listener);
		},
	};
	expect(await drive(install, {panels: {...panels, find: () => careless}})).toMatchObject({outcome: 'done'});
	const database = new Database(store.place, {readonly: true});
	const places: string[] = [];
	for (const {name} of database.prepare('select name from sqlite_master where type = \'table\'').all() as ReadonlyArray<{readonly name: string}>) {
		for (const row of database.prepare(`select * from "${name}"`).all() as ReadonlyArray<Readonly<Record<string, unknown>>>) {
			places.push(...Object.entries(row).filter(([, value]) => String(value).includes(password)).map(([column]) => `${name}.${column}`));
		}
	}

	database.close();
	expect(places.toSorted((one, other) => one.localeCompare(other))).toEqual(['installs.admin_password', 'outbox.variables_json']);
	expect(JSON.stringify(logged)).not.toContain(password);
});
