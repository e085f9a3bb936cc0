import {spawnSync} from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {
	afterAll,
	beforeAll,
	describe,
	test,
} from 'vitest';
import {createCommandPanel} from '../../../source/clients/panel/command.js';
import {type PanelListener} from '../../../source/clients/panel/panel.js';
import {type PanelAction} from '../../../source/domain/panel.js';
import {createListener, requestOf} from './listener.js';
import {commandRow} from './stand-in.js';

let folder: string;
beforeAll(() => {
	folder = fs.mkdtempSync(path.join(os.tmpdir(), 'cronsole-panel-'));
});
afterAll(() => {
	fs.rmSync(folder, {recursive: true, force: true});
});

const say = 'echo \'{"ok":true,"changed":["files"]}\'';

type Given = {readonly timeoutMs?: number; readonly action?: PanelAction; readonly listener?: PanelListener};

/** Asks a program that is this line of shell, whose `$1` is a file of its own; and how long that took. */
const run = async (name: string, script: string, {timeoutMs = 20_000, action = 'install', listener = createListener()}: Given = {}) => {
	const file = path.join(folder, name);
	const began = performance.now();
	const answered = await createCommandPanel('web1', commandRow(['/bin/sh', '-c', script, 'sh', file], timeoutMs)).ask(requestOf(action), listener).catch((error: unknown) => error);
	return {answered, tookMs: performance.now() - began, read: () => fs.readFileSync(file, 'utf8').trim()};
};

const isAlive = (pid: string): boolean => spawnSync('ps', ['-o', 'stat=', '-p', pid], {encoding: 'utf8'}).stdout.trim().replace(/^Z.*/, '') !== '';
const unknown = {name: 'ClientError', peer: 'web1', kind: 'unknown-outcome'};

describe.concurrent('how a panel\'s program ends', () => {
	test('is ended with its children when it takes too long, and nobody knows what came of it', async ({expect}) => {
		const {answered, tookMs, read} = await run('late', 'sleep 60 & echo $! > "$1"; wait', {timeoutMs: 500});
		expect(answered).toMatchObject({...unknown, message: expect.stringContaining('no answer in time')});
		expect(tookMs).toBeLessThan(4000);
		expect(isAlive(read())).toBe(false);
	});

	test('is not believed when it says ok after it was told to end', async ({expect}) => {
		const {answered} = await run('trap', `trap '${say.replaceAll('\'', String.raw`'\''`)}; exit 0' TERM; while :; do sleep 0.1; done`, {timeoutMs: 500});
		expect(answered).toMatchObject(unknown);
	});

	test('is killed five seconds later where it does not heed being told', async ({expect}) => {
		const {answered, tookMs, read} = await run('deaf', `trap "" TERM; echo $$ > "$1"; ${say}; while :; do sleep 0.2; done`, {timeoutMs: 300});
		expect(answered).toMatchObject(unknown);
		expect(tookMs).toBeGreaterThan(5000);
		expect(tookMs).toBeLessThan(12_000);
		expect(isAlive(read())).toBe(false);
	});

	test('takes a grandchild with it that does not heed being told, though it does itself', async ({expect}) => {
		const {answered, read} = await run('deaf-child', '(trap "" TERM; while :; do sleep 0.2; done) & echo $! > "$1"; wait', {timeoutMs: 300});
		expect(answered).toMatchObject(unknown);
		expect(isAlive(read())).toBe(false);
	});

	test('is waited for where it has printed its answer and closed its output: it works on', async ({expect}) => {
		const {answered} = await run('closed', `${say}; exec 1>&- 2>&-; sleep 30`, {timeoutMs: 700});
		expect(answered).toMatchObject(unknown);
	});

	test('is not waited for any more when it is gone, though a grandchild keeps its output open', async ({expect}) => {
		const {answered, tookMs, read} = await run('daemon', `sleep 30 & echo $! > "$1"; ${say}`);
		expect(answered).toEqual({changed: ['files'], site: null, state: null});
		expect(tookMs).toBeLessThan(4000);
		expect(isAlive(read())).toBe(true);
		process.kill(Number(read()));
	});

	test('is not waited for any more when it is gone, though a grandchild goes on talking', async ({expect}) => {
		const {answered, tookMs, read} = await run('talker', `(while sleep 0.02; do echo more >&2; done) & echo $! > "$1"; ${say}`);
		expect(answered).toMatchObject({changed: ['files']});
		expect(tookMs).toBeLessThan(8000);
		await sleep(300); // Nobody reads what it writes any more.
		expect(isAlive(read())).toBe(false);
	});

	test('is unknown where somebody kills it, and tried again where it only looked', async ({expect}) => {
		const script = `${say}; kill -KILL $$`;
		expect((await run('killed', script)).answered).toMatchObject({...unknown, message: expect.stringContaining('killed by SIGKILL')});
		expect((await run('killed', script, {action: 'inspect'})).answered).toMatchObject({kind: 'transient'});
	});

	test('is unknown where we stop in its middle, whatever it printed', async ({expect}) => {
		const stop = new AbortController();
		const listener = createListener({signal: stop.signal});
		const running = run('stopped', `${say}; echo begun >&2; sleep 30`, {listener});
		await expect.poll(() => listener.lines, {timeout: 5000}).toEqual(['begun']);
		stop.abort();
		const {answered, tookMs} = await running;
		expect(answered).toMatchObject({...unknown, message: expect.stringContaining('ended by us')});
		expect(tookMs).toBeLessThan(8000);
	});

	test('reads no more than a megabyte of a flood, lets the program end all the same, and does not believe it', async ({expect}) => {
		const {answered, read} = await run('flood', 'yes | head -c 30000000; echo done > "$1"');
		expect(answered).toMatchObject({...unknown, message: expect.stringContaining('more than a megabyte')});
		expect(read()).toBe('done');
	});

	test('has what it printed last read, though we were held up when it ended', async ({expect}) => {
		const running = run('held-up', String.raw`sleep 0.2; head -c 200000 /dev/zero | tr "\0" " "; ${say}`);
		await sleep(100);
		const end = performance.now() + 1000;
		while (performance.now() < end) {
			// Nothing else runs here meanwhile.
		}

		expect((await running).answered).toMatchObject({changed: ['files']});
	});
});
