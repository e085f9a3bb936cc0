import {describe, expect, it} from 'vitest';
import {taskLock} from '../../source/domain/task.js';
import {expectWithin} from '../support/expect-within.js';
import {addFailedInstall, createRealApp} from './support/real-app.js';
import {open} from './support/open.js';

describe('the console on a real database', () => {
	it('shows the seven tasks and that nobody leads', async () => {
		const {app} = await createRealApp();
		const terminal = open(app);
		await terminal.waitFor('Process Installs');
		expect(terminal.text()).toContain('NOBODY LEADS');
		expect(terminal.text()).toMatch(/Process VMs +1m .*never ran/);
		terminal.send('q');
		expect(await terminal.code).toBe(0);
		await expect.poll(() => terminal.isAlternate()).toBe(false);
		expect(terminal.rawModes.at(-1)).toBe(false);
	});

	it('takes a chunk of keys apart: three rows down and Enter', async () => {
		const {app} = await createRealApp();
		const terminal = open(app);
		await terminal.waitFor('never ran');
		terminal.send('jjj\r');
		await terminal.waitFor('[Backup Status]');
		await terminal.waitFor('Backups run on without it');
	});

	it('opens the first row of a view that was asked for in the same chunk, once its rows are there', async () => {
		const {app, store} = await createRealApp();
		await addFailedInstall(store, 'shop.example.org');
		const terminal = open(app);
		await terminal.waitFor('never ran');
		terminal.send('3\r');
		await terminal.waitFor('[shop.example.org]');
	});

	it('asks for a run, pauses a task and sets its interval by keys', async () => {
		const {app, store} = await createRealApp();
		const terminal = open(app);
		await terminal.waitFor('never ran');
		terminal.send('r');
		await terminal.waitFor('asked for; it runs as soon as somebody leads');
		expect(await store.read.runRequests.listOpen()).toMatchObject([{task: 'process_vms', requestedBy: 'anna'}]);
		terminal.send('p');
		await terminal.waitFor('paused');
		terminal.send('e\u{15}90s\r');
		await terminal.waitFor('90s set');
		expect((await store.read.taskSettings.list(Date.now())).find(({task}) => task === 'process_vms')).toMatchObject({intervalSeconds: 90, intervalSetBy: 'anna', paused: {by: 'anna'}});
	});

	it('drops an install after a question, tells who was first, and takes the drop back', async () => {
		const {app, store, as} = await createRealApp();
		const id = await addFailedInstall(store, 'shop.example.org');
		const terminal = open(app);
		await terminal.waitFor('shop.example.org');
		terminal.send('\t\td');
		await terminal.waitFor('Drop the install of shop.example.org?');
		await terminal.settle(400);
		terminal.send('y');
		await terminal.waitFor('u takes it back');
		expect(await store.read.installs.find(id)).toMatchObject({state: 'dropped', droppedBy: 'anna'});
		terminal.send('u');
		await terminal.waitFor(/shop\.example\.org +the database ref/);
		// What came under the cursor by itself is deaf until it could be seen.
		await terminal.settle(400);
		terminal.send('d');
		await terminal.waitFor('Drop the install');
		const ben = await as('ben');
		await ben.intents.dropInstall(id);
		await terminal.settle(400);
		terminal.send('y');
		await terminal.waitFor(/dropped by ben/);
	});

	it('does not take a key that was typed ahead for a yes', async () => {
		const {app, store} = await createRealApp();
		const id = await addFailedInstall(store, 'shop.example.org');
		const terminal = open(app);
		await terminal.waitFor('shop.example.org');
		terminal.send('\t\tdy');
		await terminal.waitFor('Drop the install');
		terminal.send('y\r');
		await terminal.settle(300);
		expect(await store.read.installs.find(id)).toMatchObject({state: 'failed'});
	});

	it('never takes pasted text for keys', async () => {
		const {app, store} = await createRealApp();
		const terminal = open(app);
		await terminal.waitFor('never ran');
		terminal.send('\u{1B}[200~rpq\r\u{1B}[201~');
		await terminal.waitFor('pasted text is no key');
		expect(await store.read.runRequests.listOpen()).toEqual([]);
	});

	it('clears a stale lock at once, and a live one after its task was typed', async () => {
		const {app, store} = await createRealApp();
		const session = await store.sessions.start({
			kind: 'run', actor: 'ben', address: null, isReadOnly: false,
		});
		await store.leases.acquire(taskLock('process_vms'), session.id, 60_000);
		const terminal = open(app);
		await terminal.waitFor(/Process VMs .*0s, /);
		terminal.send('c');
		await terminal.waitFor('Type process_vms:');
		await terminal.settle(400);
		terminal.send('process_vms\r');
		await terminal.waitFor('cleared 1 lock: Process VMs');
		expect(await store.leases.list()).toEqual([]);
	});

	it('sees within a second what somebody else does', async () => {
		await expectWithin(1000, async () => {
			const {app, as} = await createRealApp();
			const terminal = open(app);
			await terminal.waitFor('never ran');
			const ben = await as('ben');
			await ben.intents.hold({reason: 'new disks', forMs: null});
			const since = performance.now();
			await terminal.waitFor('HOLD by ben');
			return performance.now() - since;
		});
	});

	it('draws itself anew when the terminal changes its size', async () => {
		const {app} = await createRealApp();
		const terminal = open(app);
		await terminal.waitFor('never ran');
		terminal.resize({columns: 50, rows: 12});
		await terminal.waitFor('too small: 50x12');
		terminal.resize({columns: 80, rows: 24});
		await terminal.waitFor(/│ ▸ {2}Process VMs.*│$/m);
		expect(terminal.lines()).toHaveLength(24);
	});

	it('refuses keys that write in a read-only session', async () => {
		const {app, store} = await createRealApp(true);
		const terminal = open(app, {mode: 'lead'});
		await terminal.waitFor(' RO ');
		terminal.send('r');
		await terminal.waitFor('this session is read-only');
		expect(await store.read.runRequests.listOpen()).toEqual([]);
		expect(terminal.schedulers).toEqual([]);
	});
});
