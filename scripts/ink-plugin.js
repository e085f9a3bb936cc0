// Ink takes every text of the screen to pieces, cleans and measures it anew for each frame, though all but a few are those of the frame before.
// In the bundle it keeps what came out for a text, and a frame costs a third. What it draws is the same to the byte (test/tui/bundle.test.ts).
import fs from 'node:fs';
import path from 'node:path';

// Emptied when it is full: what a screen shows is made again within one frame.
const keptOf = most => `class Kept extends Map { set(key, value) { if (this.size >= ${most}) { this.clear(); } return super.set(key, value); } }`;

const changesOf = kept => ({
	'output.js': [
		['class OutputCaches {', `${kept}\nconst blank = {type: 'char', value: ' ', fullWidth: false, styles: []};\nclass OutputCaches {\n    lines = new Kept();`],
		[/new Map\(\)/g, 'new Kept()'],
		['export default class Output {', 'const keptCaches = new OutputCaches();\nexport default class Output {'],
		['caches = new OutputCaches();', 'caches = keptCaches;'],
		['const characterLines = [[]];', 'let lines = this.caches.lines.get(text);\nif (lines === undefined) {\nconst characterLines = [[]];'],
		['let lines = characterLines.map(line => styledCharsToString(line));', 'lines = characterLines.map(line => styledCharsToString(line));\nthis.caches.lines.set(text, lines);\n}'],
		[/row\.push\(\{[^}]*\}\);/, 'row.push(blank);'],
	],
	'render-node-to-output.js': [
		['import widestLine from \'widest-line\';', 'import measureText from \'./measure-text.js\';\nconst widestLine = text => measureText(text).width;'],
	],
	'sanitize-ansi.js': [
		['const sanitizeAnsi = (text) => {', `${kept}\nconst clean = new Kept();\nconst sanitizeAnsi = text => clean.get(text) ?? clean.set(text, sanitizeAnew(text)).get(text);\nconst sanitizeAnew = (text) => {`],
	],
});

// Of so many texts: those of some screens. A line that is taken to pieces is some ten kilobytes.
export const keepTexts = (most = 1024) => ({
	name: 'keep-texts',
	setup({onLoad}) {
		const changes = changesOf(keptOf(most));
		onLoad({filter: /ink\/build\/(?:output|render-node-to-output|sanitize-ansi)\.js$/}, ({path: file}) => {
			let text = fs.readFileSync(file, 'utf8');
			for (const [from, to] of changes[path.basename(file)]) {
				const changed = text.replace(from, () => to);
				if (changed === text) {
					throw new Error(`${file} no longer has ${from}: see how Ink draws now`);
				}

				text = changed;
			}

			return {contents: text, loader: 'js'};
		});
	},
});
