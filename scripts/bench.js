// Bundles the programs of `bench/` as the published one is bundled, and runs them; with names, only those.
import {spawnSync} from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {build} from 'esbuild';
import {keepTexts} from './ink-plugin.js';

const root = path.resolve(import.meta.dirname, '..');
const list = folder => fs.readdirSync(path.join(root, folder)).filter(name => /\.tsx?$/.test(name)).map(name => path.join(folder, name));
// Below node_modules, so that packages that are not bundled are found and git sees nothing of it.
const cache = path.join(root, 'node_modules/.cache');
fs.mkdirSync(cache, {recursive: true});
const folder = fs.mkdtempSync(path.join(cache, 'bench-'));
let exitCode = 1;

try {
	const options = {
		absWorkingDir: root,
		outbase: 'bench',
		outdir: folder,
		bundle: true,
		splitting: true,
		format: 'esm',
		platform: 'node',
		target: 'node22',
		jsx: 'automatic',
		external: ['better-sqlite3', 'koffi'],
		alias: {'react-devtools-core': path.join(root, 'scripts/no-devtools.js')},
		define: {'process.env.NODE_ENV': '"production"'},
		banner: {js: 'import {createRequire as createRequireOfBundle} from \'node:module\';const require = createRequireOfBundle(import.meta.url);'},
		logLevel: 'warning',
	};
	// The programs that others would write draw with Ink as it is, the bench itself with Ink as it is in ours.
	await build({...options, entryPoints: list('bench/children')});
	await build({...options, entryPoints: ['bench/main.ts'], plugins: [keepTexts()]});
	const {status} = spawnSync(process.execPath, [path.join(folder, 'main.js'), ...process.argv.slice(2)], {cwd: root, stdio: 'inherit', env: {...process.env, FORCE_COLOR: '1'}});
	exitCode = status ?? 1;
} finally {
	fs.rmSync(folder, {recursive: true, force: true});
}

process.exitCode = exitCode;
