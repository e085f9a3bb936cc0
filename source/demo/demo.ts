import {spawn} from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {createInterface} from 'node:readline';
import {setTimeout as sleep} from 'node:timers/promises';
import {fileURLToPath} from 'node:url';
import {type App} from '../app.js';
import {systemClock} from '../domain/clock.js';
import {openStore} from '../store/open-store.js';
import {
	demoConfig,
	demoInstalls,
	demoOrder,
	type SimulatorLine,
} from './demo-config.js';

/** A throw-away installation on a simulated cluster that runs as a process of its own. */
export type Demo = {
	/** Its config file. */
	readonly config: string;
	/** Lets things go on: deploys, a failed install, a stale lock whose owner was really killed. Goes on until `stop`. */
	readonly liven: (app: App) => Promise<void>;
	/** Nothing new goes on. */
	readonly quiet: () => void;
	/** Ends the simulator and removes the folder. */
	readonly stop: () => Promise<void>;
};

/** Speed of the simulated cluster: a clone takes some seconds, so that one sees it. */
const speed = 3;
const orderCount = 24;

const beside = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

const startSimulator = async (): Promise<{readonly line: SimulatorLine; readonly end: () => void}> => {
	const child = spawn(process.execPath, [beside('simulator.js'), '--port', '0', '--seed', '1', '--speed', String(speed), '--name-server', '--demo-load', '--parent-pid', String(process.pid)], {
		stdio: ['ignore', 'pipe', 'ignore'],
	});
	const line = await new Promise<string>((resolve, reject) => {
		createInterface({input: child.stdout}).once('line', resolve);
		child.once('error', reject);
		child.once('exit', () => {
			reject(new Error('The simulated cluster did not start.'));
		});
	});
	return {
		line: JSON.parse(line) as SimulatorLine,
		end() {
			child.kill('SIGTERM');
		},
	};
};

const fillQueue = async (database: string): Promise<void> => {
	const store = await openStore({path: database, clock: systemClock});
	const now = systemClock.now();
	await store.write(async ({installs, activity}) => {
		for (const [index, {domain, state, cause, attempt}] of demoInstalls.entries()) {
			const install = await installs.insert({
				reference: `demo-site-${index + 1}`, panel: 'web1', application: 'wordpress', domain, account: domain.split('.', 1)[0]!,
				client: {name: 'Ada', email: 'ada@example.org'}, order: {}, createdAt: now - (index * 60_000),
			});
			await installs.change(install, {state, cause, attempt}, now);
			if (cause !== null) {
				await activity.add({
					at: now, level: 'error', actor: {name: 'scheduler', address: null}, subject: domain, message: `install failed: ${cause}`, installId: install.id,
				});
			}
		}
	});
	await store.close();
};

/** A holder takes the lock once its task has run, and is killed with it in its hand. */
const leaveStaleLock = async (app: App, database: string, signal: AbortSignal): Promise<void> => {
	const hasRun = async (): Promise<boolean> => {
		const runs = await app.read.runs.listLast();
		return runs.some(({task, finishedAt}) => task === 'restore_backup' && finishedAt !== null);
	};

	while (!await hasRun()) {
		await sleep(500, undefined, {signal});
	}

	const holder = spawn(process.execPath, [beside('demo-holder.js'), database], {stdio: ['ignore', 'pipe', 'ignore']});
	createInterface({input: holder.stdout}).once('line', () => {
		holder.kill('SIGKILL');
	});
};

/** Makes the folder, the cluster and the config. */
export const startDemo = async (): Promise<Demo> => {
	const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'cronsole-demo-'));
	const simulator = await startSimulator();
	const config = path.join(folder, 'cronsole.yaml');
	fs.writeFileSync(config, demoConfig(folder, simulator.line), {mode: 0o600});
	const database = path.join(folder, 'state/cronsole.db');
	const stopping = new AbortController();

	const order = async (app: App): Promise<void> => {
		for (let index = 1; index <= orderCount && !stopping.signal.aborted; index++) {
			await app.intents.createVm(demoOrder(index));
			if (index >= 6) {
				await sleep(20_000, undefined, {signal: stopping.signal, ref: false});
			}
		}
	};

	return {
		config,
		async liven(app) {
			try {
				await fillQueue(database);
				await Promise.all([order(app), leaveStaleLock(app, database, stopping.signal)]);
			} catch (error) {
				if (!stopping.signal.aborted) {
					throw error;
				}
			}
		},
		quiet() {
			stopping.abort();
		},
		async stop() {
			stopping.abort();
			simulator.end();
			fs.rmSync(folder, {recursive: true, force: true, maxRetries: 5});
		},
	};
};
