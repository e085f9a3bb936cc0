import {expect, onTestFinished, test} from 'vitest';
import {startSitePanel, type SitePanel} from '../support/site-panel.js';
import {
	newSite,
	createWorld,
	keys,
	type World,
} from './world.js';

type Hosting = World & {
	readonly panel: SitePanel;
	/** A leader, until it is stopped. */
	readonly lead: () => {readonly stop: () => Promise<void>};
	/** Orders something of the site's account. */
	readonly ask: (action: string, more?: Readonly<Record<string, unknown>>) => Promise<string>;
	readonly standing: (id: string) => Promise<Readonly<Record<string, unknown>>>;
};

const createHosting = async (): Promise<Hosting> => {
	const panel = await startSitePanel();
	const world = await createWorld(`installs:\n  panels:\n    web1: {kind: command, command: ${JSON.stringify(panel.command)}, timeout: 10s}\nscheduler: {lease: 3s, maxAttempts: 3}\n${keys()}`);
	const {shell, order, send} = world;
	let number = 0;
	return {
		...world, panel,
		lead() {
			const daemon = shell.cronsole('--daemon');
			let isOver = false;
			const stop = async () => {
				if (isOver) {
					return;
				}

				isOver = true;
				shell.send('SIGTERM');
				await daemon;
			};

			onTestFinished(stop);
			return {stop};
		},
		async ask(action, more = {}) {
			number++;
			const {status, body} = await order({
				orderKey: `${action}:${number}`, action, kind: 'site', reference: 'whmcs-901', ...more,
			});
			expect(status).toBe(202);
			return body.operation.id;
		},
		standing: async id => (await send('GET', `/v1/operations/${id}`)).body.operation,
	};
};

const patience = {timeout: 30_000, interval: 50};

test('the leader makes the account of a new site at once, and asks the panel for what is ordered of it, in that order', async () => {
	const {order, panel, lead, ask, standing, store} = await createHosting();
	await order(newSite);
	lead();
	await expect.poll(async () => standing('o1'), patience).toMatchObject({state: 'waiting', cause: null});
	expect(panel.asked()).toContain('create-account');
	expect(await store.read.installs.find(1)).toMatchObject({accountState: 'active', position: 'account', state: 'pending'});
	const suspended = await ask('suspend');
	await expect.poll(async () => standing(suspended), patience).toMatchObject({state: 'done', cause: null});
	expect(await store.read.installs.find(1)).toMatchObject({accountState: 'suspended'});
	const [package_, lifted] = [await ask('change-package', {plan: 'pro'}), await ask('unsuspend')];
	await expect.poll(async () => standing(lifted), patience).toMatchObject({state: 'done'});
	expect(await standing(package_)).toMatchObject({state: 'done'});
	expect(await store.read.installs.find(1)).toMatchObject({accountState: 'active', plan: 'pro'});
	const ended = [await ask('terminate'), await ask('terminate')];
	await expect.poll(async () => standing(ended[1]!), patience).toMatchObject({state: 'done'});
	// The second took the place of nothing: an account ends once.
	const asked = panel.asked();
	expect([asked.filter(action => action === 'suspend').length, asked.filter(action => action === 'terminate').length]).toEqual([1, 1]);
	expect(await store.read.installs.find(1)).toMatchObject({accountState: 'terminated'});
	const late = await ask('terminate');
	expect(await standing(late)).toMatchObject({state: 'done'});
	const rows = await store.read.activity.list({limit: 50});
	expect(rows.filter(({actor}) => actor === 'intake:whmcs').map(({message}) => message)).toEqual(expect.arrayContaining(['suspend of the account shop on web1 asked for', 'the account shop on web1 is suspended']));
});

test('a panel that cannot do it now is asked again until it can, and the operation says why it waits', async () => {
	const {order, panel, lead, ask, standing} = await createHosting();
	await order(newSite);
	lead();
	await expect.poll(async () => standing('o1'), patience).toMatchObject({state: 'waiting'});
	panel.play('before-suspend', 'echo "the disk is busy" >&2; exit 75');
	const id = await ask('suspend');
	await expect.poll(async () => standing(id), patience).toMatchObject({state: 'waiting', cause: expect.stringContaining('is not suspended')});
	await expect.poll(async () => standing(id), patience).toMatchObject({state: 'done', cause: null});
});

test('what the panel will never do is over at once, with its reason, and in the activity log', async () => {
	const {order, panel, lead, ask, standing, store} = await createHosting();
	await order(newSite);
	lead();
	await expect.poll(async () => standing('o1'), patience).toMatchObject({state: 'waiting'});
	panel.play('before-package', 'echo "there is no such plan" >&2; exit 65');
	const id = await ask('change-package', {plan: 'gold'});
	await expect.poll(async () => standing(id), patience).toMatchObject({state: 'failed', cause: expect.stringContaining('is not on the plan gold')});
	expect((await store.read.activity.list({limit: 5})).find(({message}) => message.includes('came to nothing'))).toMatchObject({
		level: 'error', actor: 'intake:whmcs', subject: 'whmcs-901', installId: 1,
	});
});

test('a site that is terminated before its account was made is dropped, and its panel never asked', async () => {
	const {order, panel, lead, ask, standing, store} = await createHosting();
	await order(newSite);
	const id = await ask('terminate');
	expect(await standing('o1')).toMatchObject({state: 'dropped'});
	lead();
	await expect.poll(async () => standing(id), patience).toMatchObject({state: 'done'});
	expect(await store.read.installs.find(1)).toMatchObject({state: 'dropped', droppedBy: 'intake:whmcs', accountState: 'none'});
	expect(panel.asked()).toEqual([]);
});

test('a leader that was killed while the panel worked is followed by one that ends it, once', async () => {
	const {order, panel, lead, ask, standing, store} = await createHosting();
	await order(newSite);
	const first = lead();
	await expect.poll(async () => standing('o1'), patience).toMatchObject({state: 'waiting'});
	panel.asked();
	await first.stop();
	// As it stands where a leader died between the panel's answer and the row: asked for, and nobody knows.
	const id = await ask('suspend');
	await store.write(async ({installs}) => installs.change((await installs.find(1))!, {inFlight: {action: 'suspend', since: Date.now()}}, Date.now()));
	panel.play('before-suspend', 'answer=\'{"ok":true,"changed":[]}\'');
	lead();
	await expect.poll(async () => standing(id), patience).toMatchObject({state: 'done'});
	expect(await store.read.installs.find(1)).toMatchObject({accountState: 'suspended', inFlight: null});
	expect(panel.asked()).toEqual(['suspend']);
});

test('where nobody leads, a run of Process Installs by hand asks the panels too, in the order of the orders', async () => {
	const {order, panel, ask, standing, shell, store} = await createHosting();
	await order(newSite);
	const run = async () => (await shell.cronsole('--run-task=process_installs')).code;
	expect(await run()).toBe(0);
	const [suspended, changed] = [await ask('suspend'), await ask('change-package', {plan: 'pro'})];
	expect([await run(), await run()]).toEqual([0, 0]);
	expect([(await standing(suspended)).state, (await standing(changed)).state]).toEqual(['done', 'done']);
	expect(panel.asked().filter(action => ['suspend', 'package'].includes(action))).toEqual(['suspend', 'package']);
	expect(await store.read.installs.find(1)).toMatchObject({accountState: 'suspended', plan: 'pro'});
});

test('under a hold no panel is asked; afterwards it goes on', async () => {
	const {order, panel, lead, ask, standing, app} = await createHosting();
	await order(newSite);
	await app.intents.hold({reason: null, forMs: null});
	lead();
	const id = await ask('suspend');
	await new Promise(resolve => {
		setTimeout(resolve, 1500);
	});
	expect([(await standing(id)).state, panel.asked()]).toEqual(['accepted', []]);
	await app.intents.endHold();
	await expect.poll(async () => standing(id), patience).toMatchObject({state: 'done'});
});
