// Bundles the program: `build/cli.js` (the bin), `build/worker.js` (the scheduler of a console) and `build/simulator.js`.
import fs from 'node:fs';
import path from 'node:path';
import {build} from 'esbuild';

const root = path.resolve(import.meta.dirname, '..');
const {version} = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'));
const out = path.join(root, 'build');

// Meow carries npm's checks of package files, which none of our calls needs and every one would load: a third of its start.
const withoutPackageChecks = {
	name: 'without-package-checks',
	setup({onLoad}) {
		onLoad({filter: /meow\/build\/dependencies\.js$/}, ({path: file}) => {
			const text = fs.readFileSync(file, 'utf8');
			const call = 'var normalizeExports = requireNormalize();';
			if (!text.includes(call)) {
				throw new Error(`${file} does not load its package checks where it did: see what it does now`);
			}

			return {contents: text.replace(call, 'var normalizeExports = () => {};'), loader: 'js'};
		});
	},
};

// Yoga carries its WebAssembly in itself and would have `fetch` read it, which loads all of Node's HTTP: a fifth of Ink's start. Without one it decodes it.
const withoutFetch = {
	name: 'without-fetch',
	setup({onLoad}) {
		onLoad({filter: /yoga-layout\/dist\/binaries\/.*\.js$/}, ({path: file}) => ({contents: `var fetch; ${fs.readFileSync(file, 'utf8')}`, loader: 'js'}));
	},
};

// Written beside and moved into place, so that a program that runs from `build` never sees half a file.
const fresh = fs.mkdtempSync(path.join(root, '.build-'));
const old = `${fresh}-old`;

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
		// What is native stays outside.
		external: ['better-sqlite3', 'koffi'],
		plugins: [withoutPackageChecks, withoutFetch],
		alias: {
			// Ink loads its devtools statically; the production program has none.
			'react-devtools-core': path.join(root, 'scripts/no-devtools.js'),
			// Ink and what it stands on have copies of their own, each with its tables: what we measure and what Ink draws is then the same.
			'string-width': path.join(root, 'node_modules/string-width'),
		},
		define: {'process.env.NODE_ENV': '"production"', 'process.env.CRONSOLE_VERSION': JSON.stringify(version)},
		banner: {js: 'import {createRequire as createRequireOfBundle} from \'node:module\';const require = createRequireOfBundle(import.meta.url);'},
		minifySyntax: true,
		minifyWhitespace: true,
		legalComments: 'none',
		logLevel: 'warning',
	});
	fs.chmodSync(fresh, 0o755);
	fs.chmodSync(path.join(fresh, 'cli.js'), 0o755);
	// A program that runs from the old one has its files for as long as the folder can be: it goes last.
	if (fs.existsSync(out)) {
		fs.renameSync(out, old);
	}

	fs.renameSync(fresh, out);
} finally {
	fs.rmSync(fresh, {recursive: true, force: true});
	fs.rmSync(old, {recursive: true, force: true});
}
