// Bundles the program: `build/cli.js` (the bin), `build/worker.js` (the scheduler of a console) and `build/simulator.js`.
import fs from 'node:fs';
import path from 'node:path';
import {build} from 'esbuild';
import {
	afterCore,
	lateEmoji,
	withoutFacades,
	withoutFetch,
	withoutIntl,
	withoutPackageChecks,
} from './build-plugins.js';
import {compileAhead} from './compile-ahead.js';
import {findFirstCalls} from './first-calls.js';
import {keepTexts} from './ink-plugin.js';

const root = path.resolve(import.meta.dirname, '..');
const {version} = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'));
const out = path.join(root, 'build');

// Written beside and moved into place, so that a program that runs from `build` never sees half a file.
const fresh = fs.mkdtempSync(path.join(root, '.build-'));
const old = `${fresh}-old`;

try {
	const options = {
		absWorkingDir: root,
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
		alias: {
			// Ink loads its devtools statically; the production program has none.
			'react-devtools-core': path.join(root, 'scripts/no-devtools.js'),
			// ink-table hashes each row for a key, with all of Node's cryptography behind it: the row itself is one.
			'object-hash': path.join(root, 'scripts/row-as-key.js'),
			// The same in modules of today's kind: they become one, without what nobody calls.
			yaml: path.join(root, 'node_modules/yaml/browser/index.js'),
			// Ink and what it stands on have copies of their own, each with its tables: what we measure and what Ink draws is then the same.
			'string-width': path.join(root, 'node_modules/string-width'),
		},
		define: {'process.env.NODE_ENV': '"production"', 'process.env.CRONSOLE_VERSION': JSON.stringify(version)},
		banner: {js: 'import {createRequire as createRequireOfBundle} from \'node:module\';const require = createRequireOfBundle(import.meta.url);'},
		minifySyntax: true,
		minifyWhitespace: true,
		legalComments: 'none',
		logLevel: 'warning',
	};
	await build({
		...options,
		entryPoints: {cli: 'cli.tsx', worker: 'source/worker.ts', 'demo-holder': 'source/demo/holder.ts'},
		plugins: [withoutPackageChecks, withoutFetch, withoutIntl, lateEmoji, keepTexts(), afterCore],
	});
	// A program of its own, which shares words and rules with the others and nothing else.
	await build({...options, entryPoints: {simulator: 'source/simulation/main.ts'}});
	// What esbuild leaves of other letters stands in regular expressions and templates, and one of them doubles what a whole file takes in memory.
	for (const name of fs.readdirSync(fresh)) {
		const file = path.join(fresh, name);
		const text = withoutFacades(fs.readFileSync(file, 'utf8'));
		fs.writeFileSync(file, text.replaceAll(/\P{ASCII}/gv, letter => letter.length === 1 ? String.raw`\u${letter.codePointAt(0).toString(16).padStart(4, '0')}` : letter));
	}

	for (const [name, calls] of await findFirstCalls(fresh)) {
		const file = path.join(fresh, name);
		fs.writeFileSync(file, compileAhead(fs.readFileSync(file, 'utf8'), calls));
	}

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
