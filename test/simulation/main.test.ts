import {spawn, type ChildProcess} from 'node:child_process';
import {once} from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import {createInterface} from 'node:readline';
import {build} from 'esbuild';
import {
	afterAll,
	afterEach,
	beforeAll,
	expect,
	test,
} from 'vitest';
import {createClient} from './support/client.js';

const root = path.resolve(import.meta.dirname, '../..');
// Inside the tree, so that the bundle finds its packages.
const folder = path.join(root, 'node_modules/.cache');
let directory: string;
let program: string;
const children: ChildProcess[] = [];

beforeAll(async () => {
	fs.mkdirSync(folder, {recursive: true});
	directory = fs.mkdtempSync(path.join(folder, 'simulator-'));
	program = path.join(directory, 'main.js');
	await build({
		entryPoints: [path.join(root, 'source/simulation/main.ts')], outfile: program, bundle: true, platform: 'node', format: 'esm', packages: 'external', logLevel: 'silent',
	});
});

afterEach(() => {
	for (const child of children.splice(0)) {
		child.kill('SIGKILL');
	}
});

afterAll(() => {
	fs.rmSync(directory, {recursive: true, force: true});
});

const start = (...words: readonly string[]) => {
	const child = spawn(process.execPath, [program, ...words], {stdio: ['ignore', 'pipe', 'pipe']});
	children.push(child);
	return child;
};

const firstLine = async (child: ChildProcess) => {
	const [line] = await once(createInterface({input: child.stdout!}), 'line') as [string];
	return JSON.parse(line) as {url: string; tokenId: string; tokenSecret: string; fingerprint: string; nodes: string[]};
};

test('prints where it listens, and logs requests and tasks, and loses nothing at SIGTERM', async () => {
	const log = path.join(directory, 'log.jsonl');
	const child = start('--port', '0', '--seed', '1', '--speed', '10', '--no-waits', '--log', log);
	const printed = await firstLine(child);
	expect(Object.keys(printed)).toEqual(['url', 'tokenId', 'tokenSecret', 'fingerprint', 'nodes']);
	expect(printed).toMatchObject({
		url: expect.stringMatching(/^https:\/\/127\.0\.0\.1:\d+$/) as string, tokenId: 'cronsole@pve!ops', fingerprint: expect.stringMatching(/^(?:[\dA-F]{2}:){31}[\dA-F]{2}$/) as string, nodes: ['pve1', 'pve2', 'pve3'],
	});

	const client = createClient(printed);
	await client.send('POST', '/api2/json/nodes/pve1/qemu/9000/clone?full=1', {json: {newid: 101}});
	await client.get('/nodes/pve1/tasks/UPID%3Ax/log?limit=0');
	await client.truth();
	await expect.poll(() => fs.readFileSync(log, 'utf8').includes('"finished"')).toBe(true);
	await client.close();
	child.kill('SIGTERM');
	expect(await once(child, 'exit')).toEqual([0, null]);

	const lines = fs.readFileSync(log, 'utf8').trimEnd().split('\n').map(line => JSON.parse(line) as Record<string, unknown>);
	expect(lines.map(line => Object.keys(line).join(' '))).toEqual([
		'at task type vmid event', 'at method path params json status', 'at method path params json status', 'at task type vmid event exitstatus',
	]);
	expect(lines).toMatchObject([
		{type: 'qmclone', vmid: 9000, event: 'started'},
		{
			method: 'POST', path: '/api2/json/nodes/pve1/qemu/9000/clone', params: {newid: 101, full: '1'}, json: true, status: 200,
		},
		{
			method: 'GET', path: '/api2/json/nodes/pve1/tasks/UPID%3Ax/log', params: {limit: '0'}, json: false, status: 400,
		},
		{event: 'finished', exitstatus: 'OK'},
	]);
});

test('gives the same token and cluster for the same seed, and speaks for the release that is asked for', async () => {
	const [first, second] = await Promise.all([firstLine(start('--port=0', '--pve', '8.4')), firstLine(start('--port=0', '--seed=1'))]);
	expect(first.tokenSecret).toBe(second.tokenSecret);
	const client = createClient(first);
	expect((await client.get('/version')).data).toMatchObject({release: '8.4'});
	await client.close();
});

test('ends when its parent is gone', async () => {
	const parent = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60_000)']);
	children.push(parent);
	const child = start('--port', '0', '--parent-pid', String(parent.pid));
	await firstLine(child);
	parent.kill('SIGKILL');
	expect(await once(child, 'exit')).toEqual([0, null]);
});

test.each([[['--nonsense']], [['--port', 'x']], [['--pve', '7']], [['--speed', '0']], [['word']]])('refuses %j with one line and exit code 2', async words => {
	const child = start(...words);
	let text = '';
	child.stderr.setEncoding('utf8').on('data', (part: string) => {
		text += part;
	});
	expect((await once(child, 'close'))[0]).toBe(2);
	expect(text).toMatch(/^simulator: [^\n]+\n$/);
});
