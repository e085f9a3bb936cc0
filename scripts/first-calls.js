import {spawn, spawnSync} from 'node:child_process';
import {once} from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {pathToFileURL} from 'node:url';

// A hoster of the smallest kind. Nobody is asked: `status` and a console that only watches look into the database.
const config = `database: cronsole.db
clusters:
  - {name: one, urls: ["https://127.0.0.1:9"], tokenId: "a@pve!b", tokenSecret: "00000000-0000-0000-0000-000000000000", fingerprints: ["${Array.from({length: 32}, () => 'AA').join(':')}"], vmids: [100, 199]}
templates:
  debian: [{cluster: one, vmid: 9000, clone: full, storage: local}]
packages:
  small: {cores: 1, memoryMib: 1024, diskGib: 10, vlan: 1, ipv4: 1}
pools:
  - {name: one, cluster: one, bridge: vmbr0, vlan: 1, gateway: 10.0.0.1, prefix: 24, first: 10.0.0.2, last: 10.0.0.9, resolvers: [10.0.0.1]}
`;

// What a console asks of a terminal before it draws.
const likeTerminal = `data:text/javascript,${encodeURIComponent(`
	process.stdin.isTTY = true;
	process.stdin.setRawMode = () => process.stdin;
	Object.assign(process.stdout, {isTTY: true, columns: 120, rows: 40, getColorDepth: () => 8});
`)}`;

const longestMs = 60_000;

// Starts a console, and ends it once it has drawn what it is for.
const paint = async (args, options) => {
	const child = spawn(process.execPath, ['--import', likeTerminal, ...args], {...options, timeout: longestMs, killSignal: 'SIGKILL'});
	let written = '';
	let isDrawn = false;
	for (const stream of [child.stdout, child.stderr]) {
		stream.on('data', part => {
			written += part;
			if (isDrawn || !written.includes('Process VMs')) {
				return;
			}

			isDrawn = true;
			child.stdin.write('q');
		});
	}

	const [code, signal] = await once(child, 'close');
	if (!isDrawn || code !== 0) {
		throw new Error(`The console that was built does not start, or does not end (${code ?? signal}):\n${written}`);
	}
};

// The functions that `status` and the console call until they have said what they are for: for each file their places, as `start-end`.
export const findFirstCalls = async folder => {
	const place = fs.mkdtempSync(path.join(os.tmpdir(), 'cronsole-build-'));
	try {
		fs.writeFileSync(path.join(place, 'cronsole.yaml'), config, {mode: 0o600});
		const args = [path.join(folder, 'cli.js'), '--config', path.join(place, 'cronsole.yaml')];
		const env = {
			PATH: process.env.PATH, HOME: place, USER: 'build', LANG: 'C.UTF-8', TERM: 'xterm-256color', NODE_DISABLE_COMPILE_CACHE: '1',
		};
		const coverage = path.join(place, 'coverage');
		// The first one makes the database, which no other will.
		for (const more of [{}, {NODE_V8_COVERAGE: coverage}]) {
			const {status, stderr} = spawnSync(process.execPath, [...args, 'status'], {env: {...env, ...more}, encoding: 'utf8', timeout: longestMs});
			if (status !== 0) {
				throw new Error(`The program that was built does not start:\n${stderr}`);
			}
		}

		await paint([...args, '--watch'], {env: {...env, NODE_V8_COVERAGE: coverage}});
		const built = `${pathToFileURL(folder)}/`;
		const calls = new Map();
		for (const name of fs.readdirSync(coverage)) {
			const {result} = JSON.parse(fs.readFileSync(path.join(coverage, name), 'utf8'));
			for (const {url, functions} of result.filter(({url}) => url.startsWith(built))) {
				const file = url.slice(built.length);
				const places = functions.map(({ranges}) => ranges[0]).filter(({count}) => count > 0).map(({startOffset, endOffset}) => `${startOffset}-${endOffset}`);
				calls.set(file, new Set([...calls.get(file) ?? [], ...places]));
			}
		}

		return calls;
	} finally {
		fs.rmSync(place, {recursive: true, force: true});
	}
};
