import {execFileSync} from 'node:child_process';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {pathToFileURL} from 'node:url';
import {build, type Plugin} from 'esbuild';
import stringWidth from 'string-width';
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

it('a text is as wide in the bundle as its library says, though emoji are looked for late', async () => {
	const folder = mkdtempSync(path.join(tmpdir(), 'cronsole-bundle-'));
	onTestFinished(() => {
		rmSync(folder, {recursive: true});
	});
	const {lateEmoji} = await import(pathToFileURL(path.join(root, 'scripts/build-plugins.js')).href) as {readonly lateEmoji: Plugin};
	const file = path.join(folder, 'width.mjs');
	await build({
		entryPoints: [path.join(root, 'node_modules/string-width/index.js')], outfile: file, bundle: true, format: 'esm', platform: 'node', target: 'node22', plugins: [lateEmoji], logLevel: 'silent',
	});
	const {default: widthInBundle} = await import(pathToFileURL(file).href) as {readonly default: typeof stringWidth};
	const letters = [[0x20, 0x5_00], [0x20_00, 0x2C_00], [0x1_F0_00, 0x1_FB_00]].flatMap(([first, end]) => Array.from({length: end! - first!}, (_, index) => String.fromCodePoint(first! + index)));
	const sequences = ['👩‍👩‍👧‍👦', '🏳️‍🌈', '🇩🇪', '🇩', '🇩🇪🇫', '🏴󠁧󠁢󠁥󠁮󠁧󠁿', '1️⃣', '#️', '☝🏽', '🏽', '⚠︎', '❤️‍🔥', '漢字', 'กำ', 'é', '\u{200D}👩', '\u{301}👍🏻'];
	const texts = [...letters, ...letters.map(letter => `${letter}\u{FE0F}`), ...letters.map(letter => `a${letter}\u{200D}♂`), ...sequences];
	expect(texts.filter(text => widthInBundle(text) !== stringWidth(text))).toEqual([]);
});
