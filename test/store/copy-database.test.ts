import {
	chmodSync,
	existsSync,
	mkdirSync,
	readdirSync,
	statSync,
	writeFileSync,
} from 'node:fs';
import {join} from 'node:path';
import {setImmediate as turn} from 'node:timers/promises';
import BetterSqlite from 'better-sqlite3';
import {expect, test} from 'vitest';
import {
	addRunningVm,
	makeFolder,
	makeStore,
	newVm,
} from './support/temporary-store.js';

const addLetter = async (store: Awaited<ReturnType<typeof makeStore>>, key: string) => store.write(async ({outbox}) => outbox.add({
	key, template: 'vm-ready', to: 'ada@example.org', variables: {}, vmId: null, installId: null, createdAt: 1,
}));

test('a copy that is made while others write is one moment of the database, for this account alone, in one file', async () => {
	const folder = makeFolder();
	const path = join(folder, 'cronsole.db');
	const store = await makeStore({path});
	const beside = await makeStore({path});
	await store.write(async ({activity}) => {
		for (let index = 0; index < 5000; index++) {
			await activity.add({
				at: index, level: 'info', actor: {name: 'anna', address: null}, subject: 'x', message: 'm'.repeat(200),
			});
		}
	});
	const over = new AbortController();
	let written = 0;
	const writing = (async () => {
		while (!over.signal.aborted) {
			// One of each in one transaction: a copy that is not of one moment would have more of one.
			await beside.write(async ({activity, outbox}) => {
				await activity.add({
					at: 1, level: 'debug', actor: {name: 'ben', address: null}, subject: 'y', message: 'more',
				});
				await outbox.add({
					key: `key-${written}`, template: 'vm-ready', to: 'x@example.org', variables: {}, vmId: null, installId: null, createdAt: 1,
				});
			});
			written++;
			// A write ends in the turn that it began in: others must have theirs.
			await turn();
		}
	})();
	const file = join(makeFolder(), 'copy.db');
	const copy = await store.copyTo(file).finally(() => {
		over.abort();
	});
	const during = written;
	await writing;

	expect(during).toBeGreaterThan(0);
	expect(copy).toMatchObject({file, schema: 9, bytes: statSync(file).size});
	// eslint-disable-next-line no-bitwise
	expect(statSync(file).mode & 0o777).toBe(0o600);
	expect(readdirSync(join(file, '..'))).toEqual(['copy.db']);
	const raw = new BetterSqlite(file, {readonly: true});
	const count = (sql: string) => raw.prepare(sql).pluck().get() as number;
	expect(count('select count(*) from activity where subject = \'x\'')).toBe(5000);
	expect(count('select count(*) from activity where subject = \'y\'')).toBe(count('select count(*) from outbox'));
	expect(raw.pragma('integrity_check', {simple: true})).toBe('ok');
	raw.close();
});

test('opened in its place a copy has every row, holds all work, and sends no letter twice', async () => {
	const store = await makeStore();
	const {vm} = await addRunningVm(store);
	await addLetter(store, 'ready:1');
	const file = join(makeFolder(), 'cronsole.db');
	await store.copyTo(file);
	// The one that was copied goes on.
	expect(await store.read.taskSettings.findHold(Date.now())).toBeNull();
	expect(await store.read.outbox.list()).toMatchObject([{state: 'pending'}]);

	const restored = await makeStore({path: file});
	expect(restored.installation).toBe(store.installation);
	expect(await restored.read.vms.get(vm.id)).toMatchObject({reference: 'order-1'});
	expect(await restored.read.taskSettings.findHold(Date.now())).toMatchObject({by: 'cronsole', until: null, reason: expect.stringMatching(/^this database is the copy of .* UTC: cronsole db accept$/) as string});
	expect((await restored.overview({vms: 1, installs: 1, activity: 1})).hold).toMatchObject({by: 'cronsole'});
	expect(await restored.read.outbox.list()).toMatchObject([{state: 'unknown'}]);
});

test('nothing is overwritten, and what could not be made leaves nothing behind', async () => {
	const store = await makeStore();
	const folder = makeFolder();
	const file = join(folder, 'copy.db');
	writeFileSync(file, 'mine');
	await expect(store.copyTo(file)).rejects.toMatchObject({name: 'CopyFailed', message: `${file} is there already: it was not overwritten`});
	expect(statSync(file).size).toBe(4);
	await expect(store.copyTo(join(folder, 'missing', 'copy.db'))).rejects.toMatchObject({name: 'CopyFailed'});
	expect(readdirSync(folder)).toEqual(['copy.db']);
});

test.skipIf(process.getuid?.() === 0)('a folder that cannot be written is said (skipped as root, who may write anywhere)', async () => {
	const store = await makeStore();
	const folder = join(makeFolder(), 'closed');
	mkdirSync(folder);
	chmodSync(folder, 0o500);
	await expect(store.copyTo(join(folder, 'copy.db'))).rejects.toThrow(/cannot be opened/);
	chmodSync(folder, 0o700);
});

test('a copy of a copy says when the last one was made', async () => {
	const store = await makeStore();
	await store.write(async ({vms}) => vms.insert(newVm()));
	const first = join(makeFolder(), 'a.db');
	await store.copyTo(first);
	const restored = await makeStore({path: first});
	const second = join(makeFolder(), 'b.db');
	expect(await restored.copyTo(second)).toMatchObject({schema: 9});
	expect(existsSync(second)).toBe(true);
});
