import {spawnSync} from 'node:child_process';
import {
	readdirSync,
	readFileSync,
	statSync,
	writeFileSync,
} from 'node:fs';
import path from 'node:path';
import {fileURLToPath, pathToFileURL} from 'node:url';
import {expect, test} from 'vitest';
import {program, start, until} from '../support/program.js';
import {createShell, type Shell} from './shell.js';

/** What a process loaded, told by itself at its end: files by their URLs, and Node's own modules. */
const tellLoaded = `data:text/javascript,
	import fs from 'node:fs';
	import {registerHooks} from 'node:module';
	const files = [];
	registerHooks({load(url, context, next) {
		files.push(url);
		return next(url, context);
	}});
	process.on('exit', () => fs.writeSync(3, JSON.stringify({files, builtIn: process.moduleLoadList})));
`;

const load = ({file, folder}: Pick<Shell, 'file' | 'folder'>, ...args: readonly string[]) => {
	const {status, stderr, output} = spawnSync(process.execPath, ['--import', tellLoaded, program, ...args], {
		stdio: ['ignore', 'ignore', 'pipe', 'pipe'], encoding: 'utf8', env: {
			PATH: process.env.PATH, HOME: folder, XDG_STATE_HOME: path.join(folder, 'state'), CRONSOLE_CONFIG: file,
		},
	});
	expect([status, stderr]).toEqual([0, '']);
	const {files, builtIn} = JSON.parse(output[3]!) as {readonly files: readonly string[]; readonly builtIn: readonly string[]};
	const ours = files.filter(url => url.startsWith('file:')).map(url => fileURLToPath(url)).filter(name => path.dirname(name) === path.dirname(program));
	return {
		files, count: ours.length, bytes: ours.reduce((sum, name) => sum + statSync(name).size, 0), builtIn: builtIn.map(name => name.replace('NativeModule ', '')),
	};
};

test.each(['--version', '--help'])('%s loads a few small files and no package', flag => {
	const {files, count, bytes} = load(createShell(), flag);
	expect(files.filter(url => url.includes('node_modules'))).toEqual([]);
	expect(count).toBeLessThanOrEqual(6);
	expect(bytes).toBeLessThan(64 * 1024);
});

test('status loads the program in few files, and neither the screen nor what only work needs', () => {
	const shell = createShell();
	// The first time it makes the database.
	load(shell, 'status');
	const {count, bytes, builtIn} = load(shell, 'status');
	expect(count).toBeLessThanOrEqual(9);
	// Ink has 700 KB, HTTP twice as much.
	expect(bytes).toBeLessThan(1_000_000);
	expect(builtIn.filter(name => ['http', 'https', 'http2', 'tls', 'crypto', 'readline', 'inspector', 'tty', 'child_process'].includes(name))).toEqual([]);
	// What stands behind the getters of `node:process` and `node:util`, which an import of theirs would run.
	expect(builtIn.filter(name => ['internal/process/report', 'internal/worker', 'internal/util/diff'].includes(name))).toEqual([]);
});

test('the functions that status calls stand so that they are compiled with their file', () => {
	const {file, folder} = createShell();
	const coverage = path.join(folder, 'coverage');
	// The first one makes the database.
	for (const more of [{}, {NODE_V8_COVERAGE: coverage}]) {
		const {status} = spawnSync(process.execPath, [program, 'status'], {
			stdio: 'ignore', env: {
				PATH: process.env.PATH, HOME: folder, TMPDIR: folder, XDG_STATE_HOME: path.join(folder, 'state'), CRONSOLE_CONFIG: file, ...more,
			},
		});
		expect(status).toBe(0);
	}

	const [name] = readdirSync(coverage);
	const {result} = JSON.parse(readFileSync(path.join(coverage, name!), 'utf8')) as {
		readonly result: ReadonlyArray<{readonly url: string; readonly functions: ReadonlyArray<{readonly ranges: ReadonlyArray<{readonly startOffset: number; readonly count: number}>}>}>;
	};
	const starts = result.filter(({url}) => url.startsWith(pathToFileURL(path.dirname(program)).href)).flatMap(({url, functions}) => {
		const text = readFileSync(fileURLToPath(url), 'utf8');
		return functions.filter(({ranges}) => ranges[0]!.count > 0).map(({ranges}) => text.slice(ranges[0]!.startOffset - 1, ranges[0]!.startOffset + 8));
	});
	// An async arrow V8 leaves alone, wherever it stands; methods too.
	const functions = starts.filter(text => /^.(?:function|\(|[\w$]+=>)/.test(text));
	expect(functions.length).toBeGreaterThan(300);
	expect(functions.filter(text => text.startsWith('(')).length / functions.length).toBeGreaterThan(0.95);
});

test('what an older Node reads before it is told that it is too old asks for nothing that it lacks', () => {
	const read = (file: string): readonly string[] => {
		const text = readFileSync(file, 'utf8');
		return [text, ...Array.from(text.matchAll(/\bimport ?(?:[^"'();]*from ?)?"(\.[^"]+)"/g), ([, found]) => read(path.resolve(path.dirname(file), found!))).flat()];
	};

	const texts = read(program);
	expect(texts.length).toBeGreaterThan(1);
	expect(texts.filter(text => text.includes('globalThis.process.getBuiltinModule'))).toEqual([]);
});

test('a daemon keeps little room for what lives a moment', async () => {
	const {file, folder} = createShell();
	const tell = path.join(folder, 'tell.mjs');
	writeFileSync(tell, 'import v8 from "node:v8"; process.on("exit", () => console.error(v8.getHeapSpaceStatistics().find(space => space.space_name === "new_space").space_size));');
	const daemon = start(program, ['--daemon'], {
		NODE_OPTIONS: `--import ${tell}`, HOME: folder, XDG_STATE_HOME: path.join(folder, 'state'), CRONSOLE_CONFIG: file,
	});
	await until('it leads', () => daemon.lines.some(line => line.includes('leads')));
	await daemon.end();
	// Left alone, it has 16 MiB by then.
	expect(Number(daemon.errors.at(-1))).toBeLessThanOrEqual(4 * 1024 * 1024);
});
