import fs from 'node:fs';
import path from 'node:path';
import {describe, expect, test} from 'vitest';

const root = path.resolve(import.meta.dirname, '..');
const read = (name: string): any => JSON.parse(fs.readFileSync(path.join(root, name), 'utf8'));

describe('a machine without a compiler', () => {
	// better-sqlite3 brings its binaries and says `gypfile: false`, but a lock file forgets that when npm writes it, and `npm ci` then compiles.
	// After `npm install` put `"gypfile": false` back into the entry of better-sqlite3 in package-lock.json.
	test('can install: the lock says that better-sqlite3 is not to be compiled, for npm 10 and older', () => {
		expect(read('package-lock.json').packages['node_modules/better-sqlite3']).toMatchObject({gypfile: false});
	});

	test('can install: its scripts are not allowed, for npm 11 and newer', () => {
		expect(read('package.json').allowScripts).toMatchObject({'better-sqlite3': false, node: true, esbuild: true});
	});
});
