import {spawnSync} from 'node:child_process';
import {closeSync, existsSync, openSync} from 'node:fs';
import path from 'node:path';
import {expect, test} from 'vitest';
import {program} from '../support/program.js';
import {createShell} from './shell.js';

const versionOf = (node: string): readonly number[] => spawnSync(node, ['--version'], {encoding: 'utf8'}).stdout.slice(1).split('.').map(Number);

const oldNode = (process.env.PATH ?? '').split(':').map(folder => path.join(folder, 'node')).filter(file => existsSync(file)).find(file => {
	const [major = 0, minor = 0] = versionOf(file);
	return major > 0 && (major < 22 || (major === 22 && minor < 19));
});

test.skipIf(oldNode === undefined)('a Node that is too old is told so in two lines (skipped where none is installed)', () => {
	const {status, stdout, stderr} = spawnSync(oldNode!, [program, 'status'], {encoding: 'utf8'});
	expect([status, stdout]).toEqual([2, '']);
	expect(stderr).toMatch(/^cronsole needs Node\.js 22\.19 or newer; .* is \d+\.\d+\.\d+\ninstall a newer Node\.js.*\n$/);
});

test('words that could not be written are a failure', () => {
	const {file, folder} = createShell();
	const full = openSync('/dev/full', 'w');
	const {status, stderr} = spawnSync(process.execPath, [program, 'vm', 'list'], {
		stdio: ['ignore', full, 'pipe'], encoding: 'utf8', env: {
			PATH: process.env.PATH, HOME: folder, XDG_STATE_HOME: path.join(folder, 'state'), CRONSOLE_CONFIG: file,
		},
	});
	closeSync(full);
	expect(status).toBe(1);
	expect(stderr).toContain('standard output cannot be written (ENOSPC)');
});
