import {execFileSync, spawnSync} from 'node:child_process';
import path from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {expect, onTestFinished, test} from 'vitest';
import {createHealth, type HealthDeps} from '../../source/app/health.js';
import {openSystemd} from '../../source/app/systemd.js';
import {systemClock} from '../../source/domain/clock.js';

const appOf = (ping: () => Promise<void>, leader: unknown = null): HealthDeps['app'] => ({
	ping, place: '/nowhere/cronsole.db', findDamage: () => null, overview: async () => ({leader}), settings: () => ({scheduler: {cycleMs: 1000}}),
});

/** A process that works, but for what is given. */
const healthOf = (more: Partial<HealthDeps> = {}) => createHealth({
	app: appOf(async () => undefined, 'me'), scheduler: {lastCycle: () => ({endedAt: systemClock.monotonic(), error: null})}, clock: systemClock, patienceMs: 50, ...more,
});

/** What systemd was told by a process with that health within some beats of a watchdog of 80 ms. */
const told = async (health: ReturnType<typeof createHealth>): Promise<readonly string[]> => {
	const heard: string[] = [];
	const systemd = await openSystemd({
		env: {NOTIFY_SOCKET: '/run/nobody', WATCHDOG_USEC: '80000', WATCHDOG_PID: String(process.pid)}, clock: systemClock, onError: () => undefined,
		open: async () => lines => {
			heard.push(lines);
		},
	});
	const stop = systemd!.startFeeding({health, isLeading: () => true});
	await sleep(150);
	stop();
	const count = heard.length;
	await sleep(50);
	expect(heard.length).toBe(count);
	return heard;
};

test('the watchdog is fed several times within its limit while the cycle runs and the database answers', async () => {
	const heard = await told(healthOf());
	expect(heard.length).toBeGreaterThanOrEqual(4);
	expect(new Set(heard)).toEqual(new Set(['WATCHDOG=1\nSTATUS=leading']));
});

test('the watchdog starves when the cycle stands still, and when the database errs or never answers', async () => {
	const still = await told(healthOf({scheduler: {lastCycle: () => ({endedAt: systemClock.monotonic() - 11_000, error: null})}}));
	expect(new Set(still)).toEqual(new Set(['STATUS=the scheduler\'s cycle has stood still for 11 s']));
	const errs = await told(healthOf({
		app: appOf(async () => {
			throw new Error('disk I/O error\nWATCHDOG=1');
		}),
	}));
	expect(new Set(errs)).toEqual(new Set(['STATUS=the database does not answer: disk I/O error ⏎ WATCHDOG=1']));
	const never = await told(healthOf({app: appOf(async () => Promise.withResolvers<void>().promise)}));
	expect(new Set(never)).toEqual(new Set(['STATUS=the database does not answer: no answer within 0.05 s']));
});

test('a cycle that fails and a missing leader are trouble, but nothing that a new start would heal', async () => {
	const failing = healthOf({scheduler: {lastCycle: () => ({endedAt: systemClock.monotonic(), error: 'no space left'})}});
	await expect(failing.findFault()).resolves.toBeNull();
	await expect(failing.findTrouble()).resolves.toBe('the scheduler\'s cycle fails: no space left');
	const leaderless = healthOf({app: appOf(async () => undefined)});
	await expect(leaderless.findFault()).resolves.toBeNull();
	await expect(leaderless.findTrouble()).resolves.toBe('nobody leads');
	await expect(healthOf().findTrouble()).resolves.toBeNull();
});

test('what was not started by systemd tells it nothing; a notice that fails is told once', async () => {
	await expect(openSystemd({env: {}, clock: systemClock, onError: () => undefined})).resolves.toBeUndefined();
	const errors: string[] = [];
	// Systemd's own library, and a socket that is not there.
	process.env.NOTIFY_SOCKET = '/run/nobody-listens-here';
	onTestFinished(() => {
		delete process.env.NOTIFY_SOCKET;
	});
	const systemd = await openSystemd({
		env: process.env, clock: systemClock, onError(message) {
			errors.push(message);
		},
	});
	systemd!.ready();
	systemd!.reloading();
	expect(errors).toEqual(['systemd could not be told: error 2']);
});

test('the shipped unit has no mistake in systemd\'s eyes, and is exposed to little', () => {
	if (spawnSync('systemd-analyze', ['--version']).status !== 0) {
		if (process.env.CRONSOLE_NO_SKIP) {
			throw new Error('systemd-analyze is missing: apt-get install systemd');
		}

		console.log('skipped: systemd is not installed');
		return;
	}

	const unit = path.resolve(import.meta.dirname, '../../recipes/systemd/cronsole.service');
	// A key that it does not know is only printed.
	const {stdout, stderr} = spawnSync('systemd-analyze', ['verify', unit], {encoding: 'utf8'});
	expect(`${stdout}${stderr}`.split('\n').filter(line => line !== '' && !line.includes('/usr/bin/cronsole is not executable'))).toEqual([]);
	expect(execFileSync('systemd-analyze', ['security', '--offline=true', '--threshold=15', unit], {encoding: 'utf8'})).toContain('Overall exposure level');
});
