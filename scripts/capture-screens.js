// Captures the screens of the guide from the built program in a real terminal (tmux), and puts them into the guide's pages; with names, only those.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {openHouse} from './capture-screens-house.js';
import {screens} from './capture-screens-table.js';
import {openTerminal} from './capture-screens-terminal.js';

const root = path.resolve(import.meta.dirname, '..');
const guide = path.join(root, 'docs/guide');
const folder = path.join(guide, 'screens');

const fileOf = name => path.join(folder, `${name}.txt`);

const keep = (name, text) => {
	fs.mkdirSync(folder, {recursive: true});
	fs.writeFileSync(fileOf(name), `${text}\n`);
	console.log(`  ${name}`);
};

// Takes each screen, goes on where one cannot be had, and tells of those at the end.
const takeEach = async (wanted, take) => {
	const failed = [];
	for (const screen of wanted) {
		try {
			keep(screen.name, await take(screen));
		} catch (error) {
			failed.push(`${screen.name}: ${error.message}`);
		}
	}

	return failed;
};

// One demo for all of its screens: what it shows comes with time.
const takeDemo = async wanted => {
	if (wanted.length === 0) {
		return [];
	}

	const terminal = openTerminal({argv: [process.execPath, path.join(root, 'build/cli.js'), '--demo'], size: wanted[0].size, env: {USER: 'anna', HOME: os.tmpdir()}});
	try {
		return await takeEach(wanted, async ({
			name, size, keys, sees,
		}) => {
			terminal.resize(size);
			await terminal.shows([/\[Tasks\]/, /leading/], name);
			await terminal.press(keys, name);
			const text = await terminal.shows(sees, name);
			await terminal.press(['Escape', 'Escape'], name);
			return text;
		});
	} finally {
		await terminal.close();
	}
};

// A console of its own for each screen, so that none depends on what was pressed before it.
const takeHouse = async wanted => {
	if (wanted.length === 0) {
		return [];
	}

	console.log('  (a minute, until something has happened in the house)');
	const house = await openHouse();
	const other = openTerminal({argv: house.argv(['--watch'], 'ben'), size: [100, 30], env: house.env});
	const take = async ({
		name, flags = [], size, keys, sees,
	}) => {
		const terminal = openTerminal({argv: house.argv(flags), size, env: house.env});
		try {
			await terminal.shows([/\[Tasks\]|too small/], name);
			await terminal.press(keys, name);
			return await terminal.shows(sees, name);
		} finally {
			await terminal.close();
		}
	};

	try {
		await house.order(['web3', 'web4', 'api1', 'api2', 'cache1', 'build1', 'wiki1', 'vpn1']);
		const failed = await takeEach(wanted.filter(({isLeaderless}) => !isLeaderless), take);
		await house.stopLeading();
		return [...failed, ...await takeEach(wanted.filter(({isLeaderless}) => isLeaderless), take)];
	} finally {
		await other.close();
		await house.close();
	}
};

// What stands between the marks of a screen in a page is that screen.
const embed = text => text.replaceAll(/(<!-- screen: ([\w-]+) -->\n)[\s\S]*?(<!-- \/screen -->)/g, (whole, begin, name, end) =>
	fs.existsSync(fileOf(name)) ? `${begin}\`\`\`text\n${fs.readFileSync(fileOf(name), 'utf8')}\`\`\`\n${end}` : whole);

const writePages = () => {
	for (const name of fs.readdirSync(guide).filter(file => file.endsWith('.md'))) {
		const page = path.join(guide, name);
		const text = fs.readFileSync(page, 'utf8');
		const wanted = embed(text);
		if (wanted !== text) {
			fs.writeFileSync(page, wanted);
		}
	}
};

// Captures those screens; answers with the exit code.
const capture = async wanted => {
	const failed = [
		...await takeDemo(wanted.filter(screen => screen.of === 'demo')),
		...await takeHouse(wanted.filter(screen => screen.of === 'house')),
	];
	writePages();
	for (const text of failed) {
		console.error(`\n${text}`);
	}

	if (failed.length > 0) {
		console.error(`\n${failed.length} of ${wanted.length} screens were not captured: ${failed.map(text => text.split(':', 1)[0]).join(' ')}`);
	}

	return failed.length > 0 ? 1 : 0;
};

const names = process.argv.slice(2).filter(word => !word.startsWith('-'));
const strange = names.find(name => screens.every(screen => screen.name !== name));
if (strange === undefined) {
	// With `--embed` nothing is captured, the pages get what is there.
	process.exitCode = await capture(process.argv.includes('--embed') ? [] : screens.filter(({name}) => names.length === 0 || names.includes(name)));
} else {
	console.error(`there is no screen ${strange}\nthere are: ${screens.map(({name}) => name).join(' ')}`);
	process.exitCode = 2;
}
