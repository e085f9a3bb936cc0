import {
	closeSync,
	copyFileSync,
	openSync,
	readFileSync,
	rmSync,
	writeSync,
} from 'node:fs';
import path from 'node:path';
import BetterSqlite from 'better-sqlite3';
import {expect, onTestFinished, test} from 'vitest';
import {config, createShell, order} from './shell.js';

/** A daemon that leads; what it says on /healthz. */
const startDaemon = async () => {
	const shell = createShell(`${config}scheduler: {lease: 3s}\n`);
	expect((await shell.cronsole('vm create', {stdin: order()})).code).toBe(0);
	const place = path.join(shell.folder, 'state', 'cronsole', 'cronsole.db');
	const copy = path.join(shell.folder, 'copy.db');
	expect((await shell.cronsole(['db', 'backup', copy])).code).toBe(0);
	const ended = shell.cronsole('--daemon --metrics 127.0.0.1:0');
	onTestFinished(async () => {
		shell.send('SIGTERM');
		await ended;
	});
	await expect.poll(shell.soFar, {timeout: 20_000}).toContain('"started"');
	const url = /http:\/\/[\d.:]+/.exec(shell.soFar())![0];
	const health = async () => {
		const response = await fetch(`${url}/healthz`);
		return `${response.status} ${await response.text()}`;
	};

	await expect.poll(health, {timeout: 20_000}).toBe('200 ok\n');
	const stop = async () => {
		shell.send('SIGTERM');
		return ended;
	};

	return {
		...shell, place, copy, health, stop,
	};
};

test('a daemon whose database is replaced under it does nothing to either, says so and is unwell; it ends when told to, and the next one starts with what lies there, held', async () => {
	const {place, copy, health, stop, soFar} = await startDaemon();
	rmSync(place);
	copyFileSync(copy, place);
	await expect.poll(health, {timeout: 20_000}).toContain('503 the database does not answer: The database');
	expect(await health()).toContain('was removed or replaced while this cronsole had it open');
	await expect.poll(soFar, {timeout: 20_000}).toContain('was removed or replaced while this cronsole had it open');
	expect(readFileSync(place).equals(readFileSync(copy))).toBe(true);
	await stop();
	expect(readFileSync(place).equals(readFileSync(copy))).toBe(true);
	const other = createShell(config);
	// What the dead one left beside it belongs to the file that is gone.
	rmSync(`${place}-wal`, {force: true});
	rmSync(`${place}-shm`, {force: true});
	expect(await other.cronsole(`db check --database ${place}`)).toMatchObject({code: 1, out: expect.stringContaining('nothing is worked on until cronsole db accept') as string});
});

test('a daemon whose database gets damaged pages under it says so, is unwell, and writes nothing into what it cannot read', async () => {
	const {place, health, soFar} = await startDaemon();
	const raw = new BetterSqlite(place);
	// Which the daemon reads all the time and does not write, so that no WAL has newer ones.
	const pages = raw.prepare('select rootpage from sqlite_schema where type = \'table\' and name in (\'task_settings\', \'maintenance\')').pluck().all() as number[];
	raw.pragma('wal_checkpoint(truncate)');
	const size = raw.pragma('page_size', {simple: true}) as number;
	raw.close();
	const before = readFileSync(place).length;
	const file = openSync(place, 'r+');
	// Closed only at the end: closing would drop the locks that the daemon, in this process, has on it.
	onTestFinished(() => {
		closeSync(file);
	});
	for (const page of pages) {
		writeSync(file, Buffer.alloc(200, 0xA5), 0, 200, (page - 1) * size);
	}

	// Pages that were read already are known until somebody writes.
	const other = new BetterSqlite(place);
	other.exec('update meta set value = value');
	await expect.poll(soFar, {timeout: 20_000}).toContain('is damaged (SQLITE_CORRUPT)');
	await expect.poll(health, {timeout: 20_000}).toMatch(/^503 The database .* is damaged \(SQLITE_CORRUPT\w*\)\.\n$/);
	other.close();
	expect(readFileSync(place).length).toBe(before);
});
