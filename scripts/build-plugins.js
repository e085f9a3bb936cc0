// What the bundle changes in what it is made of; each change keeps what a program does.
import fs from 'node:fs';
import {isBuiltin} from 'node:module';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');

// Meow carries npm's checks of package files, which none of our calls needs and every one would load: a third of its start.
export const withoutPackageChecks = {
	name: 'without-package-checks',
	setup({onLoad}) {
		onLoad({filter: /meow\/build\/dependencies\.js$/}, ({path: file}) => {
			const text = fs.readFileSync(file, 'utf8');
			const call = 'var normalizeExports = requireNormalize();';
			// Its answer is thrown away, and what starts child processes is loaded for it.
			const unused = '\npromisify(execFile);\n';
			if (!text.includes(call) || !text.includes(unused)) {
				throw new Error(`${file} does not load its package checks where it did: see what it does now`);
			}

			return {contents: text.replace(call, 'var normalizeExports = () => {};').replace(unused, '\n'), loader: 'js'};
		});
	},
};

// Yoga carries its WebAssembly in itself and would have `fetch` read it, which loads all of Node's HTTP: a fifth of Ink's start. Without one it decodes it.
export const withoutFetch = {
	name: 'without-fetch',
	setup({onLoad}) {
		onLoad({filter: /yoga-layout\/dist\/binaries\/.*\.js$/}, ({path: file}) => ({contents: `var fetch; ${fs.readFileSync(file, 'utf8')}`, loader: 'js'}));
	},
};

// A regular expression with every emoji there is takes longer to compile than a console to draw: it is made for the first text that could begin with one.
export const lateEmoji = {
	name: 'late-emoji',
	setup({onLoad}) {
		onLoad({filter: /string-width\/index\.js$/}, ({path: file}) => {
			const text = fs.readFileSync(file, 'utf8');
			const [whole, pattern] = /^const emojiPrefixRegex = (.*);$/m.exec(text) ?? [];
			if (whole === undefined) {
				throw new Error(`${file} does not know an emoji by the expression that it had: see what it does now`);
			}

			const late = [
				'let emojiPrefix;',
				String.raw`const emojiRegex = /^\p{Emoji}/u;`,
				'const findEmoji = text => emojiRegex.test(text) ? (emojiPrefix ??= PATTERN).exec(text) : null;',
				'const emojiPrefixRegex = {exec: findEmoji, test: text => findEmoji(text) !== null};',
			].join('\n');
			return {contents: text.replace(whole, () => late.replace('PATTERN', () => pattern)), loader: 'js'};
		});
	},
};

const zoneless = {
	'function getTimezoneGMT(date, timezone) {': `
	if (!timezone) {
		const offset = -date.getTimezoneOffset();
		const pad = number => String(number).padStart(2, '0');
		return offset === 0 ? 'Z' : \`GMT\${offset < 0 ? '-' : '+'}\${pad(Math.floor(Math.abs(offset) / 60))}:\${pad(Math.abs(offset) % 60)}\`;
	}`,
	'function buildDateParts(date, timezone) {': `
	if (!timezone) {
		return {
			day: date.getDate(), month: date.getMonth() + 1, year: date.getFullYear(),
			hour: date.getHours(), minute: date.getMinutes(), second: date.getSeconds(), millisecond: date.getMilliseconds(),
			weekday: ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'][date.getDay()],
			get gmt() {
				return getTimezoneGMT(date, timezone);
			},
		};
	}`,
};

// Of Intl node-cron asks each second what the clocks here show, and a daemon holds six MiB of its tables for nothing else: where no zone is named, a Date says the same.
export const withDates = text => {
	for (const [begin, instead] of Object.entries(zoneless)) {
		if (!text.includes(begin)) {
			throw new Error(`node-cron has no \`${begin}\` any more: see how it reads the clock now`);
		}

		text = text.replace(begin, () => begin + instead);
	}

	return text;
};

export const withoutIntl = {
	name: 'without-intl',
	setup({onLoad}) {
		onLoad({filter: /node-cron\/dist\/_shared\.js$/}, ({path: file}) => ({contents: withDates(fs.readFileSync(file, 'utf8')), loader: 'js'}));
	},
};

// What every call but `--help` and `--version` loads. Parts that are loaded later find it there, and say so to esbuild: all of it is then one chunk,
// where it was forty, one for each set of parts that have a file in common; and each module costs a start a millisecond.
const core = ['source/commands/run-call.ts', 'source/app.ts'];
// Ours, which export nothing as default, and of the packages the one that shares files with the core.
const mayFollow = /\/source\/|\/kysely\//;
const later = 'after-core';

export const afterCore = {
	name: later,
	setup({onResolve, onLoad, resolve}) {
		onResolve({filter: /./}, async ({path: wanted, kind, importer, resolveDir, pluginData}) => {
			if (pluginData === later || !['dynamic-import', 'entry-point'].includes(kind) || importer.includes('node_modules')) {
				return undefined;
			}

			const found = await resolve(wanted, {
				kind, importer, resolveDir, pluginData: later,
			});
			return mayFollow.test(found.path) && !found.path.endsWith('source/commands/main.ts') ? {path: found.path, namespace: later} : found;
		});
		onLoad({filter: /./, namespace: later}, ({path: file}) => ({
			contents: [...core.map(part => `import './${part}';`), `export * from '${file}';`].join('\n'), resolveDir: root,
		}));
	},
};

const importing = /\bimport ?(?:(?:\* ?as )?(?<whole>[\w$]+))?,?(?:\{(?<names>[^}]*)\})? ?from ?"(?<from>[^"]+)";/g;
const banner = /createRequireOfBundle\(import\.meta\.url\);\n/;

// For a builtin that is imported Node runs every getter that it has and loads what is behind them; a package of the older kind it reads through for its exports.
// Whoever asks for the thing itself gets just that. `node:module` stays: an older Node has no other way to it until it was told that it is too old.
export const withoutFacades = text => {
	const found = [];
	const body = text.replaceAll(importing, (statement, ...match) => {
		const {whole, names, from} = match.at(-1);
		if (from === 'node:module' || (from !== 'better-sqlite3' && !isBuiltin(from))) {
			return statement;
		}

		if (/\bdefault\b/.test(names)) {
			throw new Error(`\`${statement}\` is no spelling of an import that esbuild had: see what it writes now`);
		}

		const source = isBuiltin(from) ? `globalThis.process.getBuiltinModule("${from}")` : `require("${from}")`;
		found.push(...whole ? [`${whole}=${source}`] : [], ...names ? [`{${names.replaceAll(' as ', ':')}}=${source}`] : []);
		return '';
	});
	// Where imports are: before all else.
	return found.length === 0 ? text : body.replace(banner, require => `${require}const ${found.join(',')};`);
};
