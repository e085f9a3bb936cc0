// Bundles the program: `build/cli.js` (the bin), `build/worker.js` (the scheduler of a console) and `build/simulator.js`.
import fs from 'node:fs';
import path from 'node:path';
import {build} from 'esbuild';

const root = path.resolve(import.meta.dirname, '..');
const {version} = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'));
const out = path.join(root, 'build');

// Written beside and moved into place, so that a program that runs from `build` never sees half a file.
const fresh = fs.mkdtempSync(path.join(root, '.build-'));

try {
	await build({
		absWorkingDir: root,
		entryPoints: {
			cli: 'cli.tsx', worker: 'source/worker.ts', simulator: 'source/simulation/main.ts', 'demo-holder': 'source/demo/holder.ts',
		},
		outdir: fresh,
		bundle: true,
		splitting: true,
		chunkNames: 'chunk-[hash]',
		format: 'esm',
		platform: 'node',
		target: 'node22',
		jsx: 'automatic',
		external: ['better-sqlite3'],
		// Ink loads its devtools statically; the production program has none.
		alias: {'react-devtools-core': path.join(root, 'scripts/no-devtools.js')},
		define: {'process.env.NODE_ENV': '"production"', 'process.env.CRONSOLE_VERSION': JSON.stringify(version)},
		banner: {js: 'import {createRequire as createRequireOfBundle} from \'node:module\';const require = createRequireOfBundle(import.meta.url);'},
		minifySyntax: true,
		minifyWhitespace: true,
		legalComments: 'none',
		logLevel: 'warning',
	});
	fs.chmodSync(path.join(fresh, 'cli.js'), 0o755);
	fs.rmSync(out, {recursive: true, force: true});
	fs.renameSync(fresh, out);
} finally {
	fs.rmSync(fresh, {recursive: true, force: true});
}
