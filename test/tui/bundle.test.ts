import {execFileSync} from 'node:child_process';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {pathToFileURL} from 'node:url';
import {build, type Plugin} from 'esbuild';
import type * as ink from 'ink';
import type * as react from 'react';
import stringWidth from 'string-width';
import {
	expect,
	it,
	onTestFinished,
	vi,
} from 'vitest';
import {createRandom} from '../../source/simulation/random.js';
import {hostileText, pick} from './support/hostile.js';

type Bundle = Pick<typeof ink, 'Box' | 'Text' | 'Transform' | 'renderToString'> & Pick<typeof react, 'createElement'>;

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

const colours = ['red', 'cyan', undefined] as const;
const wraps = ['wrap', 'truncate', 'truncate-start', 'truncate-middle', 'hard'] as const;

it('Ink draws the same in the bundle, though it keeps what it made of a text', async () => {
	const folder = mkdtempSync(path.join(tmpdir(), 'cronsole-bundle-'));
	onTestFinished(() => {
		rmSync(folder, {recursive: true});
		vi.unstubAllEnvs();
	});
	const {keepTexts} = await import(pathToFileURL(path.join(root, 'scripts/ink-plugin.js')).href) as {readonly keepTexts: (most: number) => Plugin};
	const bundle = async (name: string, plugins: readonly Plugin[]) => {
		const file = path.join(folder, `${name}.mjs`);
		await build({
			stdin: {contents: 'export {createElement} from \'react\'; export {Box, Text, Transform, renderToString} from \'ink\';', resolveDir: root},
			outfile: file, bundle: true, format: 'esm', platform: 'node', target: 'node22', plugins: [...plugins], logLevel: 'silent',
			alias: {'react-devtools-core': path.join(root, 'scripts/no-devtools.js')},
			define: {'process.env.NODE_ENV': '"production"'},
			banner: {js: 'import {createRequire as createRequireOfBundle} from \'node:module\';const require = createRequireOfBundle(import.meta.url);'},
		});
		return await import(pathToFileURL(file).href) as Bundle;
	};

	vi.stubEnv('FORCE_COLOR', '3');
	const inks = await Promise.all([bundle('plain', []), bundle('kept', [keepTexts(100)])]);
	const random = createRandom(Number(process.env.CRONSOLE_SEED ?? 1));
	const foreign = () => hostileText(random).slice(0, 150);
	// Each text comes again and again, cut otherwise, above or below another; and more of them than are kept.
	const texts = Array.from({length: 60}, () => `${foreign()}${pick(random, ['', '\u{1B}[31mred\u{1B}[0m', '漢字', '👩‍👩‍👧‍👦', '\ttab', '\nline', 'é'])}`);
	for (let frame = 0; frame < 60; frame++) {
		const parts = Array.from({length: 12}, (_, index) => ({
			text: random.next() < 0.2 ? `${frame}.${index} ${foreign()}` : pick(random, texts), wrap: pick(random, wraps), color: pick(random, colours),
			box: {
				position: pick(random, ['absolute', 'relative'] as const), marginLeft: random.integer(0, 50), marginTop: random.integer(-1, 3), width: random.integer(1, 60),
				height: random.integer(1, 4), flexShrink: 0, overflow: pick(random, ['hidden', 'visible'] as const), borderStyle: pick(random, ['single', undefined] as const),
			},
		}));
		const [plain, kept] = inks.map(({createElement, Box, Text, Transform, renderToString}) => {
			const children = parts.map(({text, wrap, color, box}, key) => {
				const line = createElement(Text, {wrap, ...(color && {color})}, text, createElement(Text, {bold: true}, 'bold'));
				return createElement(Box, {key, ...box}, createElement(Transform, {transform: inner => key % 7 === 0 ? `<${inner}>` : inner}, line));
			});
			return renderToString(createElement(Box, {flexDirection: 'column', height: 20, overflow: 'hidden'}, ...children), {columns: 60});
		});
		expect(kept).toBe(plain);
	}
});
