import {setImmediate as turn} from 'node:timers/promises';
import {
	expect,
	it,
	onTestFinished,
	vi,
} from 'vitest';
import {type FakeTerminal} from './support/fake-terminal.js';
import {open} from './support/open.js';
import {createRealApp} from './support/real-app.js';

/** From here on time passes only as the test says. */
const stopTimers = (): void => {
	vi.useFakeTimers({toFake: ['setTimeout', 'clearTimeout', 'Date'], now: Date.now()});
	onTestFinished(() => {
		vi.useRealTimers();
	});
};

/** What the screen shows 10 ms later: less than a third of a pause between two of Ink's frames, and enough for a terminal to read. */
const screenSoon = async (terminal: FakeTerminal): Promise<string> => {
	for (let ms = 0; ms < 10; ms++) {
		for (let turns = 0; turns < 20; turns++) {
			await turn();
		}

		vi.advanceTimersByTime(1);
	}

	return terminal.text();
};

it('draws what a key or a paste brought at once, however short the time since the last frame is, but not more often than anybody sees', async () => {
	let ms = 0;
	const {app} = await createRealApp();
	const terminal = open(app, {clock: {now: () => Date.now(), monotonic: () => ms}});
	await terminal.waitFor('Process VMs');
	await terminal.settle();
	stopTimers();
	for (const task of ['Remove Snapshots', 'Restore Backup', 'Backup Status']) {
		ms += 33;
		terminal.send('j');
		expect(await screenSoon(terminal)).toContain(`▸  ${task}`);
	}

	ms += 5;
	terminal.send('j');
	expect(await screenSoon(terminal)).toContain('▸  Backup Status');
	ms += 28;
	terminal.send('/');
	expect(await screenSoon(terminal)).toContain('esc shows all rows');
	ms += 33;
	terminal.send('\u{1B}[200~snapshots\u{1B}[201~');
	expect(await screenSoon(terminal)).toContain('/snapshots');
});
