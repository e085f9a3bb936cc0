import {
	existsSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import {spawnSync} from 'node:child_process';
import path from 'node:path';
import {describe, expect, test} from 'vitest';
import {canMount, mountSmall} from '../support/small-disk.js';
import {createShell, order} from './shell.js';

/** Where no file can be made, and what is said of it. */
const places: ReadonlyArray<readonly [string, (folder: string) => string, RegExp]> = [
	['a name that is too long', folder => path.join(folder, 'n'.repeat(300)), /too long|ENAMETOOLONG/],
	['a folder whose name is too long', folder => path.join(folder, 'n'.repeat(300), 'copy'), /ENAMETOOLONG|there is no folder/],
	['a folder that is missing', folder => path.join(folder, 'missing', 'copy'), /there is no folder .*missing|ENOENT/],
	['a folder that is a file', folder => path.join(folder, 'there', 'copy'), /there is no folder .*there|ENOTDIR/],
	['a file that is there', folder => path.join(folder, 'there'), /is there already/],
	['a folder that is there', folder => path.join(folder, 'folder'), /is there already/],
	['a link to nowhere', folder => path.join(folder, 'link'), /is there already/],
];

describe.each(['db backup', 'support bundle'])('%s', command => {
	test.each(places)('into %s is refused with 2, one line what and one what to do, and leaves nothing', async (_title, place, said) => {
		const {cronsole, folder} = createShell('');
		mkdirSync(path.join(folder, 'folder'));
		writeFileSync(path.join(folder, 'there'), 'mine');
		symlinkSync('/nowhere/at/all', path.join(folder, 'link'));
		const before = readdirSync(folder);
		const {code, out, err} = await cronsole([...command.split(' '), place(folder)]);
		const lines = err.trimEnd().split('\n');
		expect([code, out, lines.length]).toEqual([2, '', 2]);
		expect(lines[0]).toMatch(said);
		expect(lines[0]!.length).toBeLessThan(700);
		expect(readdirSync(folder).filter(name => name !== 'state')).toEqual(before);
		expect(readFileSync(path.join(folder, 'there'), 'utf8')).toBe('mine');
		expect(readdirSync(path.join(folder, 'folder'))).toEqual([]);
	});

	test.skipIf(!canMount)('onto a disk that can only be read, or is full, is refused likewise (skipped where nothing can be mounted)', async () => {
		const {cronsole} = createShell();
		await cronsole('vm create', {stdin: order()});
		const disk = mountSmall('size=64k');
		writeFileSync(path.join(disk, 'ballast'), Buffer.alloc(60 * 1024));
		const full = await cronsole([...command.split(' '), path.join(disk, 'copy')]);
		expect(full).toMatchObject({code: command === 'db backup' ? 1 : 2, out: '', err: expect.stringMatching(/^(?:there is no room for a copy.*|.*ENOSPC.*)\nfree some space, or name a file on another disk\n$/) as string});
		spawnSync('mount', ['-o', 'remount,ro', disk]);
		const closed = await cronsole([...command.split(' '), path.join(disk, 'copy')]);
		expect(closed).toMatchObject({code: 2, out: '', err: expect.stringMatching(/copy cannot be written \(EROFS\)\nname a new file in a folder that (?:this account|you) may write to\n$/) as string});
		expect(readdirSync(disk)).toEqual(['ballast']);
	});
});

test('a name of 191 bytes is copied to, one of 192 is too long', async () => {
	const {cronsole, folder} = createShell('');
	const longer = path.join(folder, 'n'.repeat(192));
	expect(await cronsole(['db', 'backup', longer])).toMatchObject({code: 2});
	const file = path.join(folder, 'n'.repeat(191));
	expect(await cronsole(['db', 'backup', file])).toMatchObject({code: 0});
	expect(existsSync(file)).toBe(true);
	expect(readdirSync(folder).filter(name => name.includes('unfinished'))).toEqual([]);
});
