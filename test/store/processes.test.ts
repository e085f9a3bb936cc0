import {join} from 'node:path';
import {expect, test} from 'vitest';
import {useChildren} from './support/child-process.js';
import {makeFolder, makeStore} from './support/temporary-store.js';

const children = useChildren();

test('many processes that start first together all get the same new database', async () => {
	const path = join(makeFolder(), 'cronsole.db');
	const started = Array.from({length: 12}, () => children.start());
	const installations = await Promise.all(started.map(async child => child.ask<string>('open', path)));
	expect(installations[0]).toMatch(/^[\da-f]{8}$/);
	expect(new Set(installations).size).toBe(1);
});

test('processes that come and go while others write lose nothing', async () => {
	const store = await makeStore();
	const writer = children.start();
	await writer.ask('open', store.place);
	const written = writer.ask('increment', 200);

	for (let time = 0; time < 3; time++) {
		const passing = children.start();
		await passing.ask('open', store.place);
		await passing.ask('increment', 5);
		await passing.ask('close');
		await passing.kill();
	}

	await written;
	expect((await store.read.taskSettings.list(0))[0]!.intervalSeconds).toBe(215);
});

test('eight processes that write at once lose no update and block no event loop', async () => {
	const store = await makeStore();
	const started = Array.from({length: 8}, () => children.start());
	await Promise.all(started.map(async child => child.ask('open', store.place)));
	const longest = await Promise.all(started.map(async child => child.ask<number>('increment', 25)));
	expect((await store.read.taskSettings.list(0))[0]!.intervalSeconds).toBe(200);
	// A blocking wait for the lock would show as five seconds and more; a slow disk as tens of milliseconds.
	expect(Math.max(...longest)).toBeLessThan(3000);
});
