import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {pathToFileURL} from 'node:url';
import {expect, onTestFinished, test} from 'vitest';
import {startWorker, type WorkingThread} from '../../source/app/start-worker.js';

/** Starts a thread with this text for a body, once it may use the port. */
const startWith = async (body: string): Promise<WorkingThread> => {
	const folder = mkdtempSync(path.join(os.tmpdir(), 'cronsole-worker-'));
	onTestFinished(() => {
		rmSync(folder, {recursive: true});
	});
	const file = path.join(folder, 'worker.mjs');
	writeFileSync(file, `import {parentPort as port} from 'node:worker_threads';\n${body}`);
	return startWorker({config: null, database: undefined, actor: {name: 'anna', address: null}}, pathToFileURL(file));
};

test('a scheduler whose thread dies leads no more and says why', async () => {
	const thread = await startWith('port.postMessage({type: "leading", isLeading: true}); setTimeout(() => { throw new Error("out of luck") }, 100);');
	expect(thread.isLeading()).toBe(true);
	expect(await thread.ended).toBe('out of luck');
	expect(thread.isLeading()).toBe(false);
	await thread.stop();
});

test('a scheduler that cannot begin is an error with its words', async () => {
	await expect(startWith('port.postMessage({type: "failed", message: "no config"});')).rejects.toThrow('no config');
	await expect(startWith('throw new Error("no module");')).rejects.toThrow('no module');
	await expect(startWith('')).rejects.toThrow('ended before it began');
});

test('a scheduler is stopped by a word, and its thread ends', async () => {
	const thread = await startWith('port.postMessage({type: "leading", isLeading: false}); port.once("message", () => port.close());');
	await thread.stop();
	expect(await thread.ended).toBe('its thread is over');
});
