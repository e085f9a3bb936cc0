import {execFileSync} from 'node:child_process';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {build} from 'esbuild';
import {expect, it, onTestFinished} from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');

it('ink-table works in a bundle that stands alone', async () => {
	const folder = mkdtempSync(path.join(tmpdir(), 'cronsole-bundle-'));
	onTestFinished(() => {
		rmSync(folder, {recursive: true});
	});
	await build({
		stdin: {
			contents: `
				import React from 'react';
				import {renderToString} from 'ink';
				const {InkTable} = await import('./source/tui/components/ink-table.ts');
				console.log(renderToString(React.createElement(InkTable, {data: [{name: 'web1'}]})));
			`,
			resolveDir: root, loader: 'ts',
		},
		outdir: folder, entryNames: 'entry', outExtension: {'.js': '.mjs'},
		bundle: true, splitting: true, format: 'esm', platform: 'node', target: 'node22',
		alias: {'react-devtools-core': path.join(root, 'scripts/no-devtools.js')},
		define: {'process.env.NODE_ENV': '"production"'},
		banner: {js: 'import {createRequire as createRequireOfBundle} from \'node:module\';const require = createRequireOfBundle(import.meta.url);'},
		logLevel: 'silent',
	});
	writeFileSync(path.join(folder, 'package.json'), '{}');
	expect(execFileSync(process.execPath, [path.join(folder, 'entry.mjs')], {encoding: 'utf8', cwd: folder})).toContain('│ web1 │');
});
