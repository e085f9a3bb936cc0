import {spawnSync} from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {median, type Bench} from '../row.js';

const rounds = 3;
/** What no console of this kind can do without. */
const least = ['ink', 'better-sqlite3', 'node'] as const;

type Lock = {readonly packages: Readonly<Record<string, {readonly version: string}>>};

/** From nothing: an empty folder, an empty cache. Build scripts are run as npm runs them. */
const install = (files: Readonly<Record<string, string>>, words: readonly string[]): number => {
	const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'cronsole-bench-'));
	try {
		for (const [name, text] of Object.entries(files)) {
			fs.writeFileSync(path.join(folder, name), text);
		}

		const begin = performance.now();
		const {status, stderr} = spawnSync('npm', [...words, '--cache', path.join(folder, 'cache'), '--no-audit', '--no-fund'], {cwd: folder, stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8'});
		if (status !== 0) {
			throw new Error(`npm ${words.join(' ')}: ${stderr}`);
		}

		return (performance.now() - begin) / 1000;
	} finally {
		fs.rmSync(folder, {recursive: true, force: true});
	}
};

/** What a fresh machine waits for `npm ci`, against the three packages alone; asks the registry. */
export const npmCi: Bench = {
	name: 'npm-ci',
	isLong: true,
	async run() {
		const manifest = fs.readFileSync('package.json', 'utf8');
		const lock = fs.readFileSync('package-lock.json', 'utf8');
		const {packages} = JSON.parse(lock) as Lock;
		const wanted = least.map(name => `${name}@${packages[`node_modules/${name}`]!.version}`);
		const ours: number[] = [];
		const limit: number[] = [];
		for (let round = 0; round < rounds; round++) {
			ours.push(install({'package.json': manifest, 'package-lock.json': lock}, ['ci']));
			limit.push(install({'package.json': '{"private": true, "allowScripts": {"node": true, "better-sqlite3": false}}'}, ['install', ...wanted]));
		}

		return [{
			name: 'npm ci with an empty cache (limit: Ink, better-sqlite3 and Node alone)', unit: 's', ours: median(ours), limit: median(limit), goal: {oursAtMost: 60},
		}];
	},
};
