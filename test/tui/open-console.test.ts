import {Buffer} from 'node:buffer';
import {describe, expect, it} from 'vitest';
import {controlsIn} from './support/controls.js';
import {createRealApp} from './support/real-app.js';
import {open} from './support/open.js';

describe('opening and leaving the console', () => {
	it('leads where nobody leads, and hands over before it ends', async () => {
		const {app} = await createRealApp();
		const terminal = open(app, {mode: 'auto'});
		await terminal.waitFor('never ran');
		await terminal.settle(100);
		expect(terminal.schedulers).toEqual([{isStopped: false}]);
		terminal.send('\u{3}');
		expect(await terminal.code).toBe(0);
		expect(terminal.schedulers).toEqual([{isStopped: true}]);
		expect(terminal.stderr()).toContain('handing over');
	});

	it('asks first where a daemon led last, and only watches on Cancel', async () => {
		const {app, store} = await createRealApp();
		const daemon = await store.sessions.start({
			kind: 'daemon', actor: 'scheduler', address: null, isReadOnly: false,
		});
		const {held} = await store.leases.acquire('leader', daemon.id, 60_000);
		await store.leases.release(held!);
		await store.sessions.end(daemon.id);
		const terminal = open(app, {mode: 'auto'});
		await terminal.waitFor('Lead here?');
		await terminal.settle(400);
		terminal.send('\r');
		await terminal.waitFor('only watching');
		expect(terminal.schedulers).toEqual([]);
	});

	it('says so and leads again when its scheduler ended by itself', async () => {
		const {app, store} = await createRealApp();
		const terminal = open(app, {mode: 'lead'});
		await terminal.waitFor('never ran');
		await terminal.settle(100);
		expect(terminal.schedulers).toHaveLength(1);
		terminal.lose('out of memory');
		await store.write(async ({activity}) => activity.add({
			at: 0, level: 'info', actor: {name: 'anna', address: null}, subject: 'web-1', message: 'something to read',
		}));
		await terminal.waitFor('the scheduler of this console ended by itself: out of memory');
		await terminal.settle(100);
		expect(terminal.schedulers).toHaveLength(2);
		terminal.send('\u{3}');
		expect(await terminal.code).toBe(0);
		expect(terminal.schedulers).toEqual([{isStopped: false}, {isStopped: true}]);
	});

	it('takes the terminal back when it goes on after a stop, and draws over what was written there', async () => {
		const {app} = await createRealApp();
		const terminal = open(app);
		await terminal.waitFor('never ran');
		terminal.stdout.write('\u{1B}[?1049l\u{1B}[Hgarbage\r\n'.repeat(3));
		await terminal.settle();
		expect(terminal.isAlternate()).toBe(false);
		process.emit('SIGCONT', 'SIGCONT');
		await terminal.settle();
		expect(terminal.isAlternate()).toBe(true);
		expect(terminal.rawModes.slice(-2)).toEqual([false, true]);
		expect(terminal.lines()[0]).toMatch(/^cronsole/);
		expect(terminal.text()).not.toContain('garbage');
		expect(terminal.lines()[2]).toMatch(/^┌ /);
	});

	it('is not stopped by Ctrl-Z or SIGTSTP, which would stop its scheduler', async () => {
		const {app} = await createRealApp();
		const terminal = open(app);
		await terminal.waitFor('never ran');
		expect(process.listenerCount('SIGTSTP')).toBe(1);
		terminal.send('\u{1A}');
		await terminal.waitFor('Ctrl-Z is not obeyed');
		terminal.send('q');
		await terminal.code;
		expect(process.listenerCount('SIGTSTP')).toBe(0);
	});

	it('ends with the code of a hang-up when the terminal goes', async () => {
		const {app} = await createRealApp();
		const terminal = open(app, {mode: 'lead'});
		await terminal.waitFor('never ran');
		terminal.stdout.emit('error', Object.assign(new Error('write EIO'), {code: 'EIO'}));
		expect(await terminal.code).toBe(129);
		expect(terminal.schedulers).toEqual([{isStopped: true}]);
	});

	it.each([['SIGTERM', 143], ['SIGINT', 130], ['SIGHUP', 129]] as const)('hands over on %s and ends with %i', async (signal, expected) => {
		const {app} = await createRealApp();
		const terminal = open(app, {mode: 'lead'});
		await terminal.waitFor('never ran');
		const others = process.listenerCount(signal) - 1;
		process.kill(process.pid, signal);
		expect(await terminal.code).toBe(expected);
		await expect.poll(terminal.isAlternate).toBe(false);
		expect(process.listenerCount(signal)).toBeLessThanOrEqual(others);
	});

	it('ends with 1 when drawing throws, with the message after the screen was restored', async () => {
		const {app} = await createRealApp();
		let calls = 0;
		const terminal = open({
			...app,
			settings() {
				calls++;
				// The first call comes before anything is drawn.
				if (calls > 1) {
					throw new Error('no settings');
				}

				return app.settings();
			},
		});
		expect(await terminal.code).toBe(1);
		expect(terminal.stderr()).toContain('cronsole: no settings');
		await expect.poll(terminal.isAlternate).toBe(false);
	});

	it('prints the state of things where there is no terminal', async () => {
		const {app} = await createRealApp();
		const terminal = open(app, {env: {TERM: 'dumb'}});
		expect(await terminal.code).toBe(0);
		expect(terminal.stderr()).toContain('needs a terminal');
		expect(terminal.written()).toContain('nobody leads: nothing runs');
	});

	it('prints lines and nothing but lines with --plain', async () => {
		const {app, as} = await createRealApp();
		const terminal = open(app, {isPlain: true});
		await terminal.waitFor('nothing needs a person');
		const ben = await as('ben');
		await ben.intents.pauseTask('process_vms', {reason: 'a\u{1B}[31mb', forMs: null});
		await terminal.waitFor(/info ben process_vms: /);
		expect(controlsIn(terminal.written()).filter(code => code !== 0x0A)).toEqual([]);
		process.kill(process.pid, 'SIGINT');
		expect(await terminal.code).toBe(130);
	});

	it('copies through the terminal', async () => {
		const {app} = await createRealApp();
		const terminal = open(app);
		await terminal.waitFor('never ran');
		terminal.send('y');
		await terminal.waitFor('copied, if your terminal allows it: process_vms');
		expect(terminal.written()).toContain(`\u{1B}]52;c;${Buffer.from('process_vms').toString('base64')}\u{7}`);
	});
});
