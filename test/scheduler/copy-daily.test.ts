import {
	mkdirSync,
	readdirSync,
	rmSync,
	writeFileSync,
} from 'node:fs';
import path from 'node:path';
import {expect, test} from 'vitest';
import {copyDaily} from '../../source/scheduler/copy-daily.js';
import {
	makeClock,
	makeFolder,
	makeStore,
	startSession,
} from '../store/support/temporary-store.js';

const hour = 3_600_000;

const open = async () => {
	const folder = makeFolder();
	const clock = makeClock(Date.UTC(2026, 10, 1, 3));
	const store = await makeStore({path: path.join(folder, 'cronsole.db'), clock});
	const session = await startSession(store);
	const lease = await store.leases.acquire('leader', session.id, 600_000);
	const backups = path.join(folder, 'backups');
	return {
		store, clock, backups,
		list: () => readdirSync(backups).toSorted(),
		copy: async () => copyDaily({store, fenced: store.fencedBy(lease.held!), clock}),
	};
};

test('one copy a day, the last seven are kept, and nothing else in the folder is touched', async () => {
	const {clock, list, copy, backups} = await open();
	mkdirSync(backups);
	writeFileSync(path.join(backups, 'before-the-move.db'), '');
	writeFileSync(path.join(backups, 'cronsole-20261031T030000Z.db.77.unfinished'), 'of a process that was killed');
	for (let day = 0; day < 9; day++) {
		await copy();
		clock.setWall(clock.now() + (23 * hour));
		await copy();
		clock.setWall(clock.now() + hour);
	}

	expect(list()).toEqual(['before-the-move.db', ...[3, 4, 5, 6, 7, 8, 9].map(day => `cronsole-2026110${day}T030000Z.db`)]);
});

test('one that cannot be made is said once, takes no older one away, and is tried again', async () => {
	const {store, clock, list, copy, backups} = await open();
	await copy();
	const [first] = list();
	clock.setWall(clock.now() + (24 * hour));
	rmSync(backups, {recursive: true});
	writeFileSync(backups, 'in the way');
	await copy();
	expect(await store.read.upkeep.findLastCopy()).toMatchObject({madeAt: clock.now() - (24 * hour), error: expect.stringMatching(/EEXIST|ENOTDIR|exist/) as string});
	const version = store.dataVersion();
	await copy();
	expect(store.dataVersion()).toBe(version);
	rmSync(backups);
	await copy();
	expect(await store.read.upkeep.findLastCopy()).toEqual({madeAt: clock.now(), error: null});
	expect(list()).toHaveLength(1);
	expect(first).toBe('cronsole-20261101T030000Z.db');
});

test('an older database that waits for a person is not copied over good ones', async () => {
	const {store, clock, copy, backups} = await open();
	await store.write(async ({upkeep}) => upkeep.pauseRestored('a test', clock.now()));
	mkdirSync(backups);
	await copy();
	expect(readdirSync(backups)).toEqual([]);
});
