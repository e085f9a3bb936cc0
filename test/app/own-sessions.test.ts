import {mkdtempSync, rmSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {
	expect,
	onTestFinished,
	test,
	vi,
} from 'vitest';
import {createOwnSessions} from '../../source/app/own-sessions.js';
import {systemClock} from '../../source/domain/clock.js';
import {openStore} from '../../source/store/open-store.js';

test('a screen survives that the database cannot be written for a while', async () => {
	const folder = mkdtempSync(path.join(os.tmpdir(), 'cronsole-sessions-'));
	const store = await openStore({path: path.join(folder, 'cronsole.db'), clock: systemClock});
	const unhandled: unknown[] = [];
	const note = (error: unknown) => {
		unhandled.push(error);
	};

	process.on('unhandledRejection', note);
	vi.useFakeTimers({toFake: ['setInterval', 'clearInterval']});
	onTestFinished(async () => {
		vi.useRealTimers();
		process.off('unhandledRejection', note);
		rmSync(folder, {recursive: true});
	});
	const sessions = createOwnSessions(store, {actor: {name: 'anna', address: null}, isReadOnly: false});
	await sessions.start('screen');
	await store.close();
	vi.advanceTimersByTime(5000);
	await new Promise(resolve => {
		setTimeout(resolve, 100);
	});
	expect(unhandled).toEqual([]);
});
