import stringWidth from 'string-width';
import {describe, expect, it} from 'vitest';
import {type Install, type InstallStep} from '../../source/domain/install.js';
import {type App} from '../../source/app.js';
import {type Store} from '../../source/store/store.js';
import {createTimes} from '../../source/tui/format.js';
import {readDetail} from '../../source/tui/details/read-detail.js';
import {createConversation} from '../../source/tui/conversation.js';
import {performEffect, type PerformContext} from '../../source/tui/perform.js';
import {reduce} from '../../source/tui/reduce.js';
import {resolveTaskStates} from '../../source/domain/task-state.js';
import {type Size} from '../../source/tui/state.js';
import {draw, uncoloured} from './support/draw.js';
import {fixedNow, fixedOverview} from './support/fixed-overview.js';
import {createRealApp} from './support/real-app.js';
import {press, stateWith} from './support/states.js';

const secret = 'S3cretWord';
const at = fixedNow - 300_000;

const step = (own: Partial<InstallStep> = {}): Omit<InstallStep, 'from' | 'to'> => ({
	outcome: 'done', reason: null, attempt: 1, startedAt: at, durationMs: 2100, log: 'user shop made\nquota 10 GB', ...own,
});

/** An install whose account is made and whose site failed once, as its pipeline would leave it. */
const addInstall = async (store: Store): Promise<Install> => store.write(async ({installs}) => {
	const ordered = await installs.insert({
		reference: 'whmcs-901', panel: 'web1', application: 'wordpress', domain: 'shop.example.org', account: 'shop', client: {name: 'Max', email: 'max@example.org'}, order: {}, createdAt: at,
		adminPassword: secret, plan: 'basic', title: 'My shop', adminUser: 'max', adminEmail: 'max@example.org',
	});
	await installs.change(ordered, {state: 'running', stepSince: at}, at);
	await installs.advance((await installs.find(ordered.id))!, [{...step(), from: 'ordered', to: 'account'}], {accountState: 'active', site: {url: 'https://shop.example.org/', adminUrl: null}}, at);
	await installs.addStep(ordered.id, {
		...step({
			outcome: 'failed', reason: 'the database refused the connection', log: 'mysql: ERROR 2002', startedAt: at + 5000,
		}), from: 'archived', to: 'installed',
	});
	return (await installs.find(ordered.id))!;
});

const change = async (store: Store, {id}: Install, to: Parameters<Parameters<Parameters<Store['write']>[0]>[0]['installs']['change']>[1]) => store.write(async ({installs}) => {
	await installs.change((await installs.find(id))!, to, fixedNow - 60_000);
});

const contextFor = (columns: number) => ({
	theme: uncoloured, times: createTimes('Europe/Berlin'), now: fixedNow, columns, tasks: resolveTaskStates({}, fixedOverview.taskSettings),
});

/** What the console does for an effect needs. */
const performing = (app: App, columns = 120): PerformContext => ({
	app, overview: fixedOverview, detail: contextFor(columns), say: () => undefined, conversation: createConversation(() => undefined),
	async runCommand() {
		throw new Error('nobody types a command here');
	},
});

const linesOf = async (app: App, {id}: Install): Promise<readonly string[]> => {
	const {lines} = await readDetail(app, {kind: 'install', id}, fixedOverview, contextFor(120));
	return lines.map(pieces => pieces.map(([, text]) => text).join('').trimEnd());
};

describe('the details of an install', () => {
	it.each([[80, 24], [120, 40]] as const)('at %i × %i are what they were', async (columns, rows) => {
		const {app, store} = await createRealApp();
		const install = await addInstall(store);
		await change(store, install, {
			state: 'pending', attempt: 1, cause: 'the database refused the connection', nextAttemptAt: fixedNow + 95_000,
		});
		const size: Size = {columns, rows};
		const opened = press(stateWith({size, overview: {...fixedOverview, installs: [(await store.read.installs.find(install.id))!]}}), ['tab', 'tab', 'enter']);
		const answer = await performEffect({kind: 'read-detail', target: {kind: 'install', id: install.id}}, performing(app, columns));
		const terminal = await draw(reduce(opened, answer!));
		expect(terminal.text()).toMatchSnapshot();
		expect(Math.max(...terminal.lines().map(line => stringWidth(line)))).toBeLessThanOrEqual(columns);
		expect(terminal.text()).not.toContain(secret);
	});

	it('say what a running one does and how far it is, and that it is asked to stop', async () => {
		const {app, store} = await createRealApp();
		const install = await addInstall(store);
		await change(store, install, {inFlight: {action: 'install', since: fixedNow - 20_000}});
		await store.write(async ({installs}) => installs.setProgress(install.id, 40, 'unpacking WordPress'));
		expect(await linesOf(app, install)).toEqual(expect.arrayContaining([
			'  state         running',
			'  progress      ████████░░░░░░░░░░░░ 40%',
			'  doing         unpacking WordPress',
			'  position      account (the last step completed), step 2/4',
			'  in flight     install, asked of the panel 20s ago',
			expect.stringMatching(/helps +d, or cronsole install drop \d+, stops it at its next step's border/),
		]));
		await app.intents.dropInstall(install.id);
		const lines = await linesOf(app, install);
		expect(lines).toContain('  dropped       at its next step\'s border, as anna asked');
		expect(lines.find(line => line.startsWith('  helps'))).toMatch(/u, or cronsole install undrop \d+, lets it go on/);
	});

	it('say why one failed and what helps, its steps newest first, and the log of each', async () => {
		const {app, store} = await createRealApp();
		const install = await addInstall(store);
		await change(store, install, {state: 'failed', attempt: 3, cause: 'the database refused the connection'});
		const text = (await linesOf(app, install)).join('\n');
		expect(text).toMatch(/ {2}why +the database refused the connection\n/);
		expect(text).toMatch(/ {2}helps +t, or cronsole install retry \d+; d drops it\n/);
		expect(text).toMatch(/ {2}site +https:\/\/shop\.example\.org\/\n/);
		expect(text).toMatch(/Steps, newest first\n.*failed +\S+ {2}archived to installed\n {6}the database refused the connection\n.*done +\S+ {2}ordered to account\n/);
		expect(text).toMatch(/newest step first\n {2}installed\n {6}mysql: ERROR 2002\n {2}account\n {6}user shop made\n {6}quota 10 GB$/);
		expect(text).not.toContain(secret);
	});

	it('show what a panel said without obeying it', async () => {
		const {app, store} = await createRealApp();
		const install = await addInstall(store);
		const evil = 'x\u{1B}[2J\u{1B}[31m\u{1B}]8;;http://evil\u{7}\u{202E}gro\r';
		await change(store, install, {state: 'failed', cause: evil});
		await store.write(async ({installs}) => {
			await installs.addStep(install.id, {...step({outcome: 'failed', reason: evil, log: `${evil}\n│ FORGED`}), from: evil, to: evil});
		});
		const opened = press(stateWith({overview: {...fixedOverview, installs: [(await store.read.installs.find(install.id))!]}}), ['tab', 'tab', 'enter']);
		const answer = await performEffect({kind: 'read-detail', target: {kind: 'install', id: install.id}}, performing(app));
		const terminal = await draw(reduce(opened, answer!));
		expect(terminal.lines()).toHaveLength(40);
		for (const bad of ['\u{1B}]8', '\u{1B}[31m', '\u{202E}']) {
			expect(terminal.written()).not.toContain(bad);
		}
	});
});

describe('dropping a running install by keys', () => {
	it('is taken back with u, also where it has moved on to its border meanwhile', async () => {
		const {app, store} = await createRealApp();
		const install = await addInstall(store);
		const context = performing(app);
		const answer = await performEffect({kind: 'drop', id: install.id}, context);
		expect(answer).toMatchObject({level: 'good', dropped: {id: install.id}, text: expect.stringMatching(/stops at its next step's border.*\(u takes it back\)/)});
		await change(store, install, {
			state: 'dropped', droppedFrom: 'pending', droppedAt: fixedNow, isDropAsked: false,
		});
		const state = reduce(stateWith(), answer!);
		const [effect] = press(state, ['u']).effects;
		expect(effect).toMatchObject({effect: {kind: 'undrop', id: install.id}});
		expect(await performEffect({kind: 'undrop', id: install.id}, context)).toMatchObject({level: 'good'});
		expect(await store.read.installs.find(install.id)).toMatchObject({state: 'pending', isDropAsked: false});
	});

	it('is not taken back with u where somebody else has dropped it since', async () => {
		const {app, store} = await createRealApp();
		const install = await addInstall(store);
		await change(store, install, {state: 'failed', cause: 'the database refused the connection'});
		const failed = (await store.read.installs.find(install.id))!;
		const context = performing(app);
		const state = reduce(stateWith(), (await performEffect({kind: 'drop', id: failed.id, version: failed.version}, context))!);
		const [{effect}] = press(state, ['u']).effects as any;
		await app.intents.undropInstall(failed.id);
		await app.intents.dropInstall(failed.id);
		expect(await performEffect(effect, context)).toMatchObject({level: 'bad', text: expect.stringMatching(/already dropped by/)});
		expect(await store.read.installs.find(failed.id)).toMatchObject({state: 'dropped'});
	});
});
