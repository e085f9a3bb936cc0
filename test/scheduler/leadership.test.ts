import {fork, type ChildProcess} from 'node:child_process';
import {randomUUID} from 'node:crypto';
import {once} from 'node:events';
import {rmSync} from 'node:fs';
import {join} from 'node:path';
import {build} from 'esbuild';
import {
	afterAll,
	beforeAll,
	describe,
	expect,
	onTestFinished,
	test,
} from 'vitest';
import {type LogLine} from '../../source/domain/log.js';
import {type Store} from '../../source/store/store.js';
import {expectWithin} from '../support/expect-within.js';
import {
	makeFolder,
	openStoreIn,
	settingsWith,
	startScheduler as startSchedulerWith,
	until,
} from './world.js';

const root = join(import.meta.dirname, '../..');
const bundle = join(root, 'node_modules/.cache', `cronsole-leader-${randomUUID()}.mjs`);
const leaseMs = 1500;
const settings = settingsWith({
	clusters: [], scheduler: {
		cycleMs: 1000, leaseMs, maxAttempts: 20, startAt: 'once',
	},
});

/** One that nobody waits for the end of. */
const withLongLease = {...settings, scheduler: {...settings.scheduler, leaseMs: 60_000}};

beforeAll(async () => {
	await build({
		entryPoints: [join(import.meta.dirname, 'leader-process.ts')], outfile: bundle, bundle: true, format: 'esm', platform: 'node', external: ['better-sqlite3'], logLevel: 'warning',
		banner: {js: 'import {createRequire} from \'node:module\'; const require = createRequire(import.meta.url);'},
	});
});
afterAll(() => {
	rmSync(bundle, {force: true});
});

type Leader = {readonly child: ChildProcess; readonly isLeading: () => boolean; readonly log: readonly LogLine[]};

const startProcess = (folder: string, own = settings): Leader => {
	const child = fork(bundle, [folder, JSON.stringify(own)], {execArgv: [], stdio: ['ignore', 'inherit', 'inherit', 'ipc']});
	const log: LogLine[] = [];
	let isLeading = false;
	child.on('message', (message: {readonly line?: LogLine; readonly isLeading?: boolean}) => {
		isLeading = message.isLeading ?? isLeading;
		if (message.line) {
			log.push(message.line);
		}
	});
	onTestFinished(async () => {
		if (!(child.exitCode === null && child.signalCode === null)) {
			return;
		}

		child.kill('SIGKILL');
		await once(child, 'exit');
	});
	return {child, isLeading: () => isLeading, log};
};

const startScheduler = async (store: Store, kind: 'daemon' | 'console' = 'daemon') => startSchedulerWith(store, kind, {settings});

const findLeader = async (store: Store) => (await store.leases.list()).find(({name}) => name === 'leader');

describe('of several schedulers', () => {
	test('one leads and the others stand by until it stops, then the next one leads at once', async () => {
		const folder = makeFolder();
		const store = await openStoreIn(folder);
		const first = await startSchedulerWith(store, 'daemon', {settings: withLongLease});
		await until(first.scheduler.isLeading);
		const second = await startSchedulerWith(await openStoreIn(folder), 'daemon', {settings: withLongLease});
		await new Promise(resolve => {
			setTimeout(resolve, 1200);
		});
		expect(second.scheduler.isLeading()).toBe(false);
		await first.end();
		// No lease ends within a minute here.
		await until(second.scheduler.isLeading);
	});

	test('a standby takes over within two seconds of the leader\'s kill -9', async () => {
		await expectWithin(2000, async () => {
			const folder = makeFolder();
			const store = await openStoreIn(folder);
			const {child, isLeading} = startProcess(folder, withLongLease);
			await until(isLeading);
			const {scheduler, log} = await startScheduler(store);
			expect(scheduler.isLeading()).toBe(false);
			const killedAt = performance.now();
			child.kill('SIGKILL');
			await until(scheduler.isLeading);
			const tookMs = performance.now() - killedAt;
			expect(log).toContainEqual(expect.objectContaining({event: 'lock-taken', level: 'info', message: expect.stringMatching(/took over leader from .*, which is gone/)}));
			return tookMs;
		});
	});

	test('a leader that was stopped loses the lease with an alarm after it expired, and leads no more when it wakes', async () => {
		const folder = makeFolder();
		const store = await openStoreIn(folder);
		const stopped = startProcess(folder);
		await until(stopped.isLeading);
		const {fence} = (await findLeader(store))!;
		const {scheduler, session, log} = await startScheduler(store);
		const stoppedAt = performance.now();
		stopped.child.kill('SIGSTOP');
		await until(scheduler.isLeading);
		const tookMs = performance.now() - stoppedAt;
		expect(tookMs).toBeGreaterThan(leaseMs * 0.8);
		expect(log).toContainEqual(expect.objectContaining({event: 'lock-taken', level: 'warning'}));
		const activity = await store.read.activity.list({limit: 50, level: 'warning'});
		expect(activity).toContainEqual(expect.objectContaining({subject: 'leader', message: expect.stringContaining('which is alive but has not renewed it')}));
		stopped.child.kill('SIGCONT');
		await until(() => stopped.log.some(({event}) => event === 'lock-lost'));
		await until(() => !stopped.isLeading());
		expect(await findLeader(store)).toMatchObject({owner: {instance: session.id}, fence: fence + 1});
	});

	test('a console hands over as soon as a daemon stands by, and does not take the lease back', async () => {
		const folder = makeFolder();
		const store = await openStoreIn(folder);
		const atConsole = await startSchedulerWith(store, 'console', {settings: withLongLease});
		await until(atConsole.scheduler.isLeading);
		const daemon = await startSchedulerWith(await openStoreIn(folder), 'daemon', {settings: withLongLease});
		await until(daemon.scheduler.isLeading);
		expect(atConsole.scheduler.isLeading()).toBe(false);
		await new Promise(resolve => {
			setTimeout(resolve, 1500);
		});
		expect(daemon.scheduler.isLeading()).toBe(true);
		await daemon.end();
		await until(atConsole.scheduler.isLeading);
	});

	test('a daemon never hands over to a console', async () => {
		const folder = makeFolder();
		const store = await openStoreIn(folder);
		const daemon = await startSchedulerWith(store, 'daemon', {settings: withLongLease});
		await until(daemon.scheduler.isLeading);
		const atConsole = await startSchedulerWith(await openStoreIn(folder), 'console', {settings: withLongLease});
		await new Promise(resolve => {
			setTimeout(resolve, 1500);
		});
		expect([daemon.scheduler.isLeading(), atConsole.scheduler.isLeading()]).toEqual([true, false]);
	});

	test('one that gets SIGTERM releases everything within a few seconds', async () => {
		const folder = makeFolder();
		const store = await openStoreIn(folder);
		const {child, isLeading} = startProcess(folder);
		await until(isLeading);
		child.kill('SIGTERM');
		const [code] = await once(child, 'exit');
		expect(code).toBe(0);
		expect(await store.leases.list()).toEqual([]);
		expect(await store.sessions.listLiving()).toEqual([]);
	});
});
