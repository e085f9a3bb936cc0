import {
	existsSync,
	mkdirSync,
	readdirSync,
	writeFileSync,
} from 'node:fs';
import {join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {expect, test, vi} from 'vitest';
import {useChildren} from './support/child-process.js';
import {makeFolder, makeStore} from './support/temporary-store.js';

const children = useChildren();
const soon = async (check: () => void | Promise<void>) => vi.waitFor(check, {timeout: 20_000});
const runOf = (path: string) => join(path, '../run');

test('a ring is heard by every listener, in this process and in another', async () => {
	const store = await makeStore();
	const child = children.start();
	await child.ask('open', store.place);
	await child.ask('listen');
	const heard = vi.fn();
	const stop = await store.onRing(heard);
	await store.ring();
	await soon(() => {
		expect(heard).toHaveBeenCalledTimes(1);
	});
	await soon(async () => {
		expect(await child.ask('heard')).toBe(1);
	});
	await child.ask('ring');
	await soon(() => {
		expect(heard).toHaveBeenCalledTimes(2);
	});
	await stop();
	await store.ring();
	await soon(async () => {
		expect(await child.ask('heard')).toBe(3);
	});
	expect(heard).toHaveBeenCalledTimes(2);
});

test('many rings at once are one, and one that comes later is heard too', async () => {
	const store = await makeStore();
	const heard = vi.fn();
	await store.onRing(heard);
	await Promise.all(Array.from({length: 50}, async () => store.ring()));
	await soon(() => {
		expect(heard).toHaveBeenCalledTimes(1);
	});
	await store.ring();
	await soon(() => {
		expect(heard).toHaveBeenCalledTimes(2);
	});
});

test('a bell that nobody hears, of a dead listener or of one that is stopped, changes nothing', async () => {
	const store = await makeStore();
	await store.ring();
	const [dead, stopped] = [children.start(), children.start()];

	for (const child of [dead, stopped]) {
		await child.ask('open', store.place);
		await child.ask('listen');
	}

	await dead.kill();
	stopped.signal('SIGSTOP');
	const heard = vi.fn();
	await store.onRing(heard);
	expect(readdirSync(runOf(store.place)).filter(name => name.endsWith('.sock'))).toHaveLength(3);
	const version = store.dataVersion();
	await store.ring();
	await soon(() => {
		expect(heard).toHaveBeenCalledTimes(1);
	});
	expect(readdirSync(runOf(store.place)).filter(name => name.endsWith('.sock'))).toHaveLength(2);
	// Whoever was not there for the ring finds the change by asking.
	const other = await makeStore({path: store.place});
	await other.write(async ({taskSettings}) => taskSettings.setInterval('process_vms', 90, 'anna'));
	expect(store.dataVersion()).not.toBe(version);
	stopped.signal('SIGCONT');
});

test('a ring never throws, whatever lies in the folder', async () => {
	const store = await makeStore();
	writeFileSync(join(runOf(store.place), 'file.sock'), 'no socket');
	mkdirSync(join(runOf(store.place), 'folder.sock'));
	const heard = vi.fn();
	await store.onRing(heard);
	await store.ring();
	await soon(() => {
		expect(heard).toHaveBeenCalledTimes(1);
	});
});

test('a folder too deep for the path of a socket has a bell all the same', async () => {
	const deep = join(makeFolder(), 'a'.repeat(60), 'b'.repeat(60));
	const store = await makeStore({path: join(deep, 'cronsole.db')});
	const child = children.start();
	await child.ask('open', store.place);
	await child.ask('listen');
	await store.ring();
	await soon(async () => {
		expect(await child.ask('heard')).toBe(1);
	});
	expect(readdirSync(runOf(store.place)).filter(name => name.includes('.sock'))).toHaveLength(1);
	await child.ask('close');
	expect(readdirSync(runOf(store.place)).filter(name => name.includes('.sock'))).toEqual([]);
	await sleep(10);
	expect(existsSync(store.place)).toBe(true);
});
